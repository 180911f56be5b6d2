import { checkValue } from './check-value.ts';
import type { Declaration, Input, Option, Positional } from './command.ts';
import { type Mistake, Wrong } from './mistake.ts';

/** What every command understands. */
export const GLOBAL_OPTIONS: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', description: 'Print one JSON document instead of text.' },
  dir: {
    type: 'path',
    placeholder: 'PATH',
    description: 'The directory that holds .jit, or .jit itself, instead of searching from here.',
  },
  'no-color': { type: 'boolean', description: 'No colour, also on a terminal.' },
  'no-index': { type: 'boolean', description: 'Read every issue from its file.' },
  help: { type: 'boolean', alias: ['h'], description: 'Explain this command.' },
};

/** The global options as given. */
export interface Globals {
  readonly json: boolean;
  readonly dir: string | undefined;
  readonly color: boolean;
  /** Whether the index of the issues may be used. */
  readonly index: boolean;
}

export type Parsed =
  | { readonly verdict: 'right'; readonly input: Input; readonly globals: Globals }
  | { readonly verdict: 'help'; readonly globals: Globals }
  | { readonly verdict: 'wrong'; readonly mistake: Mistake; readonly globals: Globals };

type Value = string | number | boolean;

interface Known {
  readonly name: string;
  readonly option: Option;
  /** Written as `--no-name`. */
  readonly negated: boolean;
}

/**
 * Reads the words after a command's name, strictly: what is not plainly right is a mistake.
 * The rules are those of docs/cli.md: `--x v`, `--x=v`, `-x v`, `-xv`, `--no-x`; `--` ends the options; a value may
 * start with `-`, unless it is exactly an option of the command, which is far more often a forgotten value.
 */
export function parse(declaration: Declaration, words: readonly string[]): Parsed {
  const given = new Map<string, Value | Value[]>();
  try {
    const { before, behind } = readWords(declaration, words, given);
    if (given.get('help') === true) return { verdict: 'help', globals: globalsOf(given) };
    const input: Record<string, Input[string]> = takePositionals(
      declaration.positionals ?? [],
      before,
      behind,
    );
    for (const [name, option] of Object.entries(declaration.options ?? {})) {
      // The same thing may be declared as a word and as an option: either gives it, not both.
      const asWord = input[name] !== undefined;
      if (asWord && given.has(name)) throw new Wrong({ type: 'repeated', option: `--${name}` });
      const value = asWord ? input[name] : (given.get(name) ?? option.default);
      if (value !== undefined) input[name] = value as Input[string];
      else if (option.required === true) throw new Wrong({ type: 'missing', what: `--${name}` });
    }
    return { verdict: 'right', input, globals: globalsOf(given) };
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    const globals = { ...globalsOf(given), json: wantsJson(words) };
    return wantsHelp(words)
      ? { verdict: 'help', globals }
      : { verdict: 'wrong', mistake: error.mistake, globals };
  }
}

/** Whether `--json` stands among the words, for lines that cannot be parsed any further. */
export const wantsJson = (words: readonly string[]): boolean => beforeEnd(words).includes('--json');

/** Whether help is asked for, for lines that cannot be parsed any further. */
export const wantsHelp = (words: readonly string[]): boolean =>
  beforeEnd(words).some((word) => word === '--help' || word === '-h');

function beforeEnd(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end === -1 ? words : words.slice(0, end);
}

function globalsOf(given: ReadonlyMap<string, Value | Value[]>): Globals {
  return {
    json: given.get('json') === true,
    dir: given.get('dir') as string | undefined,
    color: given.get('no-color') !== true,
    index: given.get('no-index') !== true,
  };
}

/** Every spelling of every option, without dashes. */
export function spellings(declaration: Declaration): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  for (const options of [GLOBAL_OPTIONS, declaration.options ?? {}]) {
    for (const [name, option] of Object.entries(options)) {
      for (const spelling of [name, ...(option.alias ?? [])]) {
        known.set(spelling, { name, option, negated: false });
        if (option.type === 'boolean' && spelling.length > 1 && options !== GLOBAL_OPTIONS) {
          known.set(`no-${spelling}`, { name, option, negated: true });
        }
      }
    }
  }
  return known;
}

/** Words that are no options; `behind`: those that stand behind `--`. */
interface Words {
  readonly before: readonly string[];
  readonly behind: readonly string[];
}

function readWords(
  declaration: Declaration,
  words: readonly string[],
  given: Map<string, Value | Value[]>,
): Words {
  const known = spellings(declaration);
  const positionals: string[] = [];
  let at = 0;

  const takeValue = (option: string, attached: string | undefined): string => {
    if (attached !== undefined) return attached;
    const next = words[++at];
    if (next === undefined) throw new Wrong({ type: 'missing-value', option });
    if (next === '--' || isSpelling(known, next)) throw new Wrong({ type: 'missing-value', option, next });
    return next;
  };
  const take = (written: string, { name, option, negated }: Known, attached: string | undefined) => {
    if (option.type !== 'boolean') {
      addValue(given, name, option, written, takeValue(written, attached));
      return;
    }
    if (attached !== undefined && (negated || !/^(true|false)$/.test(attached))) {
      throw new Wrong({ type: 'unexpected-value', option: written, value: attached });
    }
    const value = negated ? false : attached !== 'false';
    if ((given.get(name) ?? value) !== value) throw new Wrong({ type: 'repeated', option: `--${name}` });
    given.set(name, value);
  };

  for (; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') return { before: positionals, behind: words.slice(at + 1) };
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const spelling = equals === -1 ? word.slice(2) : word.slice(2, equals);
      const option = spelling.length > 1 ? known.get(spelling) : undefined;
      if (option === undefined) throw new Wrong({ type: 'unknown-option', option: `--${spelling}` });
      take(`--${spelling}`, option, equals === -1 ? undefined : word.slice(equals + 1));
    } else if (word.startsWith('-') && word !== '-') {
      readShort(word, known, take);
    } else {
      positionals.push(word);
    }
  }
  return { before: positionals, behind: [] };
}

/** `-x`, `-xVALUE`, `-x=VALUE`, and several flags in one word. */
function readShort(
  word: string,
  known: ReadonlyMap<string, Known>,
  take: (written: string, option: Known, attached: string | undefined) => void,
): void {
  for (let at = 1; at < word.length; at++) {
    const written = `-${word[at]}`;
    const option = known.get(word[at]!);
    if (option === undefined) throw new Wrong({ type: 'unknown-option', option: written });
    const rest = word.slice(at + 1);
    if (option.option.type !== 'boolean') {
      take(written, option, rest === '' ? undefined : rest.replace(/^=/, ''));
      return;
    }
    if (rest.startsWith('='))
      throw new Wrong({ type: 'unexpected-value', option: written, value: rest.slice(1) });
    take(written, option, undefined);
  }
}

/** Whether a word is exactly an option of the command, so that it can hardly be meant as a value. */
function isSpelling(known: ReadonlyMap<string, Known>, word: string): boolean {
  if (word.startsWith('--')) return word.length > 3 && known.has(word.slice(2));
  return word.length === 2 && word.startsWith('-') && known.has(word.slice(1));
}

function addValue(
  given: Map<string, Value | Value[]>,
  name: string,
  option: Option,
  written: string,
  text: string,
): void {
  const before = given.get(name);
  if (option.many !== true) {
    if (before !== undefined) throw new Wrong({ type: 'repeated', option: written });
    given.set(name, checkValue(option, written, text));
    return;
  }
  // A text may hold commas, so that only its repetition makes several.
  const parts = option.type === 'text' ? [text] : text.split(',').map((part) => part.trim());
  const values = parts.map((part) => checkValue(option, written, part));
  given.set(name, [...((before as Value[] | undefined) ?? []), ...values]);
}

function takePositionals(
  declared: readonly Positional[],
  before: readonly string[],
  behind: readonly string[],
): Record<string, Input[string]> {
  const input: Record<string, Input[string]> = {};
  const takesCommand = declared.at(-1)?.type === 'command';
  const words = takesCommand ? before : [...before, ...behind];
  let at = 0;
  for (const positional of declared) {
    if (positional.type === 'command') {
      input[positional.name] = takeCommand(positional, behind);
      continue;
    }
    const rest = positional.many === true ? words.slice(at) : words.slice(at, at + 1);
    at += rest.length;
    if (rest.length === 0) {
      if (positional.required === true) {
        throw new Wrong({ type: 'missing', what: placeholderOf(positional.name) });
      }
      continue;
    }
    const values = rest.map((word) => checkValue(positional, placeholderOf(positional.name), word));
    input[positional.name] = positional.many === true ? (values as string[]) : values[0];
  }
  const surplus = words[at];
  if (surplus !== undefined) throw new Wrong({ type: 'surplus', word: surplus });
  return input;
}

/** Its words may be empty, and may look like options of jit: they are somebody else's. */
function takeCommand({ name }: Positional, words: readonly string[]): readonly string[] {
  const [program] = words;
  if (program === undefined) throw new Wrong({ type: 'missing', what: `-- ${placeholderOf(name)}` });
  if (program.trim() === '') throw new Wrong({ type: 'empty', what: placeholderOf(name) });
  return words;
}

/** How a positional is shown: `issue-id` as `ISSUE-ID`. */
export const placeholderOf = (name: string): string => name.toUpperCase();
