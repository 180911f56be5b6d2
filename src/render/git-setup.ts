import type { Change } from '../domain/git-setup/change.ts';
import { linesOf } from '../domain/git-setup/marked-block.ts';

/** What happened to a file. Lines are those that differ. */
export interface FileChange {
  readonly path: string;
  readonly change: 'created' | 'changed' | 'removed' | 'renamed';
  /** Its new name; null where it was not renamed. */
  readonly to: string | null;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** How paths and the bytes of files are read. */
export interface Reading {
  nameOf(path: string): string;
  readable(text: string): string;
}

/** The files of a list of changes; directories come and go with them. */
export function describeChanges(
  changes: readonly Change[],
  { nameOf, readable }: Reading,
): readonly FileChange[] {
  return changes.flatMap((change): readonly FileChange[] => {
    const path = nameOf(change.path);
    const linesIn = (text: string): readonly string[] =>
      linesOf(text).map(({ content }) => readable(content));
    switch (change.kind) {
      case 'write': {
        const { before, after } = change;
        const [old, young] = [linesIn(before?.text ?? ''), linesIn(after.text)];
        const kind = before === null ? 'created' : 'changed';
        return [{ path, change: kind, to: null, ...between(old, young) }];
      }
      case 'remove':
        return [{ path, change: 'removed', to: null, added: [], removed: linesIn(change.before.text) }];
      case 'rename':
        return [{ path, change: 'renamed', to: nameOf(change.to), added: [], removed: [] }];
      default:
        return [];
    }
  });
}

/** What differs between the lines that both have at the start and at the end. */
function between(old: readonly string[], young: readonly string[]) {
  let start = 0;
  while (start < Math.min(old.length, young.length) && old[start] === young[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, young.length) - start && old.at(-1 - end) === young.at(-1 - end))
    end += 1;
  return { added: young.slice(start, young.length - end), removed: old.slice(start, old.length - end) };
}

export const textOfChange = ({ path, change, to, added, removed }: FileChange): readonly string[] => [
  `  ${change} ${path}${to === null ? '' : ` to ${to}`}`,
  ...removed.map((line) => `    - ${line.replaceAll('\t', '  ')}`),
  ...added.map((line) => `    + ${line.replaceAll('\t', '  ')}`),
];
