import type { Declaration, Option, Positional } from '../command.ts';
import { GLOBAL_OPTIONS, spellings } from '../parse.ts';
import { route } from '../route.ts';

/** What may stand where the cursor is. */
export type Expectation =
  /** The next word of a command; `path` are the words before. */
  | { readonly what: 'command'; readonly path: readonly string[] }
  /** One of these options, in their long form. */
  | { readonly what: 'option'; readonly options: Readonly<Record<string, Option>> }
  /** A value; `prefix` stands before it in the same word, as in `--state=` or `A,`. */
  | {
      readonly what: 'value';
      readonly of: Option | Positional;
      readonly typed: string;
      readonly prefix: string;
    }
  | { readonly what: 'nothing' };

/** The command that the words name, if they name one, loaded. */
export interface Named {
  readonly declaration: Declaration;
  readonly words: readonly string[];
}

/** Finds the command of the finished words, and loads it; null when they do not name one yet. */
export async function findNamed(finished: readonly string[]): Promise<Named | null> {
  const way = route(finished);
  if (way.to !== 'command') return null;
  return { declaration: (await way.entry.load()).declaration, words: way.words };
}

/** What the word being typed may be, after the finished words. */
export function expectNext(finished: readonly string[], named: Named | null, typed: string): Expectation {
  if (named === null) {
    const way = route(finished);
    if (typed.startsWith('-')) return { what: 'option', options: GLOBAL_OPTIONS };
    return way.to === 'group' ? { what: 'command', path: way.path } : { what: 'nothing' };
  }
  const { declaration, words } = named;
  const known = spellings(declaration);
  const used = new Set<string>();
  let positionals = 0;
  let pending: Option | undefined;
  let ended = false;
  for (const word of words) {
    if (pending !== undefined) {
      pending = undefined;
    } else if (word === '--' && !ended) {
      ended = true;
    } else if (!ended && word.startsWith('-') && word.length > 1) {
      const long = word.startsWith('--');
      const found = known.get(long ? word.slice(2).split('=')[0]! : word[1]!);
      if (found === undefined) continue;
      if (found.option.many !== true) used.add(found.name);
      const bare = long ? !word.includes('=') : word.length === 2;
      if (found.option.type !== 'boolean' && bare) pending = found.option;
    } else {
      positionals += 1;
    }
  }
  if (pending !== undefined) return expectValue(pending, typed, '');
  if (!ended && typed.startsWith('--') && typed.includes('=')) {
    const equals = typed.indexOf('=');
    const found = known.get(typed.slice(2, equals));
    if (found === undefined) return { what: 'nothing' };
    return expectValue(found.option, typed.slice(equals + 1), typed.slice(0, equals + 1));
  }
  if (!ended && typed.startsWith('-')) {
    const options = { ...declaration.options, ...GLOBAL_OPTIONS };
    return {
      what: 'option',
      options: Object.fromEntries(Object.entries(options).filter(([name]) => !used.has(name))),
    };
  }
  const declared = declaration.positionals ?? [];
  const positional = declared[positionals] ?? (declared.at(-1)?.many === true ? declared.at(-1) : undefined);
  return positional === undefined ? { what: 'nothing' } : expectValue(positional, typed, '');
}

/** With several values in one word, only the last is being typed. */
function expectValue(of: Option | Positional, typed: string, prefix: string): Expectation {
  const comma = 'many' in of && of.many === true && !('name' in of) ? typed.lastIndexOf(',') + 1 : 0;
  return { what: 'value', of, typed: typed.slice(comma), prefix: prefix + typed.slice(0, comma) };
}
