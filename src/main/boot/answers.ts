import { readFileSync, writeSync } from 'node:fs';

/** Command lines whose answer is the same everywhere and at any time, and its name. */
const AT_ONCE: Readonly<Record<string, string>> = {
  '': 'help',
  '--help': 'help',
  '-h': 'help',
  help: 'help',
  version: 'version',
  '--version': 'version',
  '-V': 'version',
  '-v': 'version',
};

/** A text that was rendered when jit was built (scripts/render-answers.mjs); null where there is none of that name. */
export function readAnswer(dist: string, name: string): string | null {
  try {
    return readFileSync(`${dist}answers/${name}.txt`, 'utf8');
  } catch {
    return null;
  }
}

/**
 * Prints the answer to a command line that always has the same, and says whether it did. Where that fails, the program itself
 * tries it, fails likewise, and tells what is wrong.
 */
export function answerAtOnce(argv: readonly string[], dist: string): boolean {
  const [line = ''] = argv;
  if (argv.length > 1 || (argv.length === 1 && line === '') || !Object.hasOwn(AT_ONCE, line)) return false;
  const text = readAnswer(dist, AT_ONCE[line]!);
  if (text === null) return false;
  const bytes = Buffer.from(text);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
    return true;
  } catch {
    return false;
  }
}
