import { startOfBlocks } from '../../domain/git-setup/marked-block.ts';

/** What `.jit/.gitignore` keeps out of git. */
export const IGNORED: readonly string[] = ['local/', 'leases/', 'config.local.json'];

/** What `.jit/.gitattributes` says: the same bytes everywhere, and logs of two branches are joined line by line. */
export const ATTRIBUTES: readonly string[] = ['*.json eol=lf', 'events.jsonl eol=lf merge=union'];

/** The files that hold those lines. */
export const LINE_FILES: readonly { readonly name: string; readonly lines: readonly string[] }[] = [
  { name: '.gitignore', lines: IGNORED },
  { name: '.gitattributes', lines: ATTRIBUTES },
];

/** Lines that a text lacks. */
export function missingLines(text: string, wanted: readonly string[]): readonly string[] {
  const lines = new Set(text.split(/\r?\n/).map((line) => line.trim()));
  return wanted.filter((line) => !lines.has(line));
}

/** The text with the lines it lacks at its end; what `jit git setup` put there stays the last word. */
export function withLines(text: string, missing: readonly string[]): string {
  if (missing.length === 0) return text;
  const at = startOfBlocks(text);
  const above = text.slice(0, at);
  const start = above === '' || above.endsWith('\n') ? above : `${above}\n`;
  return `${start}${missing.join('\n')}\n${text.slice(at)}`;
}
