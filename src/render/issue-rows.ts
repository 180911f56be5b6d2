import { type IssueBrief, ref } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { joinLines, type Page, priorityTone, stateTone } from './style.ts';
import { type Cell, type Column, layOutTable } from './table.ts';
import { safeLine } from './terminal-text.ts';

const COLUMNS: readonly Column[] = [
  { name: 'REF' },
  { name: 'STATE' },
  { name: 'PRIORITY' },
  { name: 'ASSIGNEE', most: 28 },
  { name: 'TITLE', flexible: true },
  { name: 'LABELS', most: 28 },
];

/**
 * Issues, one a line, in the order given. On a terminal an aligned table; elsewhere
 * `REF  state  priority  assignee  title`, with `-` for nobody, uncut and without alignment.
 * Empty for no issues.
 */
export function renderRows(rows: readonly Row<IssueBrief>[], page: Page): string {
  if (rows.length === 0) return '';
  if (page.columns === null) return joinLines(rows.map(renderRow));
  return joinLines(layOutTable(COLUMNS, rows.map(cells), page));
}

/** One issue in one line, as a script reads it. */
export function renderRow({ issue, state }: Row<IssueBrief>): string {
  const assignee = issue.assignee === null ? '-' : safeLine(issue.assignee);
  return `${ref(issue.id)}  ${state}  ${issue.priority}  ${assignee}  ${safeLine(issue.title)}`;
}

function cells({ issue, state }: Row<IssueBrief>): readonly Cell[] {
  return [
    { text: ref(issue.id), tone: 'strong' },
    { text: state, tone: stateTone(state) },
    { text: issue.priority, tone: priorityTone(issue.priority) },
    { text: safeLine(issue.assignee ?? '') },
    { text: safeLine(issue.title) },
    { text: safeLine(issue.labels.join(' ')), tone: 'faint' },
  ];
}

/** Issues as steps, numbered in the order given: a critical path, a plan. Empty for no issues. */
export function renderSteps(rows: readonly Row[], { style }: Page): string {
  const digits = String(rows.length).length;
  return joinLines(
    rows.map(({ issue, state }, i) => {
      const number = style.paint('faint', `${String(i + 1).padStart(digits)}.`);
      const where = `${style.paint('strong', ref(issue.id))}  ${style.paint(stateTone(state), state)}`;
      return `${number} ${where}  ${safeLine(issue.title)}`;
    }),
  );
}
