import { ref } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import type { TreeLine } from '../domain/tree.ts';
import { joinLines, type Page, stateTone } from './style.ts';
import { safeLine, truncate } from './terminal-text.ts';

/** Deepest level that is indented. Below it the depth stands as a number, so that a long chain stays linear in size. */
const DEEPEST = 30;
/** What should be left of a terminal's line for the issue itself. */
const ROOM = 48;
const STEP = 3;

/**
 * A tree of dependencies, one issue a line. `rowOf` finds an issue; one that it does not know is shown
 * as missing. What was unfolded further up is marked, and not unfolded again.
 */
export function renderTree(
  lines: readonly TreeLine[],
  rowOf: (id: string) => Row | undefined,
  { style, columns }: Page,
): string {
  const deepest =
    columns === null ? DEEPEST : Math.max(4, Math.min(DEEPEST, Math.floor((columns - ROOM) / STEP)));
  // Whether the branch of the ancestor at each depth goes on below this line.
  const goesOn: boolean[] = [];
  return joinLines(
    lines.map(({ id, depth, repeated, last }) => {
      if (depth <= deepest) goesOn[depth] = !last;
      const row = rowOf(id);
      const state = row?.state ?? 'missing';
      const prefix = depth > deepest ? `[${depth}] ` : indent(depth, goesOn, last);
      const note = repeated ? '  (unfolded above)' : '';
      const used = prefix.length + ref(id).length + state.length + 4 + note.length;
      const title = row === undefined ? '' : safeLine(row.issue.title);
      const shown = columns === null ? title : truncate(title, Math.max(16, columns - used));
      const node = `${style.paint('strong', ref(id))}  ${style.paint(stateTone(state), state)}`;
      return `${style.paint('faint', prefix)}${node}  ${shown}${style.paint('faint', note)}`.trimEnd();
    }),
  );
}

function indent(depth: number, goesOn: readonly boolean[], last: boolean): string {
  if (depth === 0) return '';
  let prefix = '';
  for (let level = 1; level < depth; level += 1) prefix += goesOn[level] === true ? '│  ' : '   ';
  return `${prefix}${last ? '└─ ' : '├─ '}`;
}
