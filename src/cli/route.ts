import { COMMANDS, type Entry, REFUSED } from './commands.ts';

/** Where the first words of a command line lead. */
export type Route =
  /** A command; `words` are what is left for its parser. */
  | { readonly to: 'command'; readonly entry: Entry; readonly words: readonly string[] }
  /** No words, or only a noun: `path` is what there was. */
  | { readonly to: 'group'; readonly path: readonly string[]; readonly words: readonly string[] }
  | {
      readonly to: 'unknown';
      readonly path: readonly string[];
      readonly word: string;
      readonly words: readonly string[];
    }
  | { readonly to: 'refused'; readonly call: string; readonly hint: string };

/** Options that may stand before the command's words; the second kind takes a value. */
const LEADING = new Set(['--json', '--no-color', '--no-index', '--help', '-h']);
const LEADING_WITH_VALUE = '--dir';

let known: { readonly calls: ReadonlyMap<string, Entry>; readonly groups: ReadonlySet<string> } | undefined;

/** Every call and every noun of the registry. */
export function listCalls(): NonNullable<typeof known> {
  if (known !== undefined) return known;
  const calls = new Map<string, Entry>();
  const groups = new Set<string>();
  for (const entry of COMMANDS) {
    for (const call of entry.calls) {
      calls.set(call, entry);
      for (let space = call.indexOf(' '); space !== -1; space = call.indexOf(' ', space + 1)) {
        groups.add(call.slice(0, space));
      }
    }
  }
  known = { calls, groups };
  return known;
}

/**
 * Finds the command that a command line names: the longest call that its first words spell.
 * Global options may stand before and between those words.
 */
export function route(argv: readonly string[]): Route {
  const { calls, groups } = listCalls();
  const options: string[] = [];
  const path: string[] = [];
  let found: { readonly entry: Entry; readonly words: readonly string[] } | undefined;
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at]!;
    if (LEADING.has(word) || word.startsWith(`${LEADING_WITH_VALUE}=`)) {
      options.push(word);
    } else if (word === LEADING_WITH_VALUE) {
      options.push(word);
      const value = argv[++at];
      if (value !== undefined) options.push(value);
    } else {
      const call = [...path, word].join(' ');
      const hint = Object.hasOwn(REFUSED, call) ? REFUSED[call] : undefined;
      if (hint !== undefined) return { to: 'refused', call, hint };
      const entry = calls.get(call);
      if (entry === undefined && !groups.has(call)) break;
      path.push(word);
      if (entry !== undefined) found = { entry, words: [...options, ...argv.slice(at + 1)] };
    }
  }
  if (found !== undefined) return { to: 'command', ...found };
  const word = argv[at];
  if (word === undefined) return { to: 'group', path, words: options };
  return { to: 'unknown', path, word, words: [...options, ...argv.slice(at + 1)] };
}
