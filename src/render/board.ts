import { ref } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { ago } from './ago.ts';
import { joinLines, type Page, type Style, stateTone } from './style.ts';
import { safeLine } from './terminal-text.ts';

/** An overview of the work, as it is shown. */
export interface Board {
  readonly counts: {
    readonly open: number;
    readonly ready: number;
    readonly in_progress: number;
    readonly elsewhere: number;
    readonly stale: number;
    readonly gated: number;
    readonly blocked: number;
    readonly on_hold: number;
    readonly done: number;
    readonly archived: number;
  };
  readonly inProgress: readonly Row[];
  /** Ids of those in progress whose claim is over, or is not on record. */
  readonly stale: ReadonlySet<string>;
  readonly gated: readonly Row[];
  /** The latest first. */
  readonly recentlyCompleted: readonly Row[];
  /** UTC, RFC 3339. */
  readonly now: string;
}

/** The counts in one line, then what is worked on, what waits for gates, and what was completed last. */
export function renderBoard(board: Board, { style }: Page): string {
  const lines = [renderCounts(board.counts)];
  section(
    lines,
    'In progress',
    board.inProgress,
    style,
    ({ issue }) => `${safeLine(issue.assignee ?? 'nobody')}${board.stale.has(issue.id) ? ', stale' : ''}`,
  );
  section(lines, 'Waiting for gates', board.gated, style, ({ issue }) =>
    safeLine(issue.assignee ?? 'nobody'),
  );
  section(lines, 'Recent completions', board.recentlyCompleted, style, ({ issue }) =>
    issue.completed_at === null ? '' : ago(issue.completed_at, board.now),
  );
  return joinLines(lines);
}

/** `Open: 2  Ready: 1  …`; what is taken elsewhere, stale, on hold or archived only where there is any. */
export function renderCounts(counts: Board['counts']): string {
  const shown: (readonly [string, number])[] = [
    ['Open', counts.open],
    ['Ready', counts.ready],
    ['In Progress', counts.in_progress],
    ['Gated', counts.gated],
    ['Blocked', counts.blocked],
    ['Done', counts.done],
  ];
  if (counts.elsewhere > 0) shown.push(['Elsewhere', counts.elsewhere]);
  if (counts.stale > 0) shown.push(['Stale', counts.stale]);
  if (counts.on_hold > 0) shown.push(['On Hold', counts.on_hold]);
  if (counts.archived > 0) shown.push(['Archived', counts.archived]);
  return shown.map(([name, count]) => `${name}: ${count}`).join('  ');
}

function section(
  lines: string[],
  name: string,
  rows: readonly Row[],
  style: Style,
  note: (row: Row) => string,
): void {
  if (rows.length === 0) return;
  lines.push('', `${style.paint('strong', name)}:`);
  for (const row of rows) {
    const id = style.paint(stateTone(row.state), ref(row.issue.id));
    lines.push(`  - ${id} ${safeLine(row.issue.title)} ${style.paint('faint', `(${note(row)})`)}`);
  }
}
