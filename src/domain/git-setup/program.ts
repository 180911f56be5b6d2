import { shellWord } from '../shell-word.ts';

/** How git starts jit: by a name that is looked up on the PATH, or by paths (of node, and of the program). */
export type Program = readonly string[];

export const isByName = (program: Program): boolean => program.length === 1 && !program[0]!.includes('/');

/** The words that call it in a shell. */
export const callOf = (program: Program): string => program.map(shellWord).join(' ');

/** What a shell would make of words that `callOf` made; null where they are none of these. */
export function wordsOf(call: string): Program | null {
  const words: string[] = [];
  // A plain word, or one in single quotes, where a quote is '\''.
  const form = /\s*(?:([\w@%+=:,./-]+)|((?:'[^']*'|\\')+))(?=\s|$)/y;
  while (form.lastIndex < call.length) {
    const [, plain, quoted] = form.exec(call) ?? [];
    if (plain === undefined && quoted === undefined) return null;
    words.push(plain ?? quoted!.replace(/'([^']*)'|\\(')/g, (_, inside, quote) => quote ?? inside));
  }
  return words.length === 0 ? null : words;
}

/**
 * The command of `merge.jit.driver`. git replaces what follows a `%`, so that one in a path is doubled. Where jit is not there, or
 * dies, the file is merged as text, as in a clone without a driver: of itself git would leave our side alone in it, without
 * markers, and the next commit would drop the other. Exit 1 is jit's own: it has put the markers there.
 */
export const driverCommand = (program: Program): string =>
  `${callOf(program).replaceAll('%', '%%')} git merge-driver ${DRIVER_WORDS} || ${AS_TEXT}`;

const DRIVER_WORDS = '%O %A %B %L %P';
const AS_TEXT =
  '{ test $? -eq 1 && exit 1; case %P in *events.jsonl) set -- --union;; *) set --;; esac; git merge-file "$@" -L ours -L base -L theirs --marker-size=%L %A %O %B; }';

/** The program of a command that jit wrote, of whatever version; null where it is another command. */
export function programOfDriver(command: string): Program | null {
  const call = /^(.+?) git merge-driver(?: %[OABLP])+(?: \|\| \{ .*\})?$/s.exec(command)?.[1];
  return call === undefined ? null : wordsOf(call.replaceAll('%%', '%'));
}

/**
 * The command of `diff.jit.textconv`, to which git adds the name of a file. Where jit is not there, or does not understand the
 * file, the file is shown as it is: `git diff` must never fail for want of jit.
 */
export const textconvCommand = (program: Program): string =>
  `f() { ${callOf(program)} git textconv "$1" 2>/dev/null || cat "$1"; }; f`;

export function programOfTextconv(command: string): Program | null {
  const call = /^f\(\) \{ (.+) git textconv "\$1" .*\}; f$/s.exec(command)?.[1];
  return call === undefined ? null : wordsOf(call);
}
