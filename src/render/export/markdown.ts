import { ref, type State } from '../../domain/issue.ts';
import type { Row } from '../../domain/query.ts';
import { safeLine } from '../terminal-text.ts';
import { countStates, type Extract, extract, inChunks } from './extract.ts';

/** The states in the order of a report: what moves first, what is over last. */
const SECTIONS: readonly (readonly [State, string])[] = [
  ['in_progress', 'In progress'],
  ['gated', 'Gated'],
  ['ready', 'Ready'],
  ['backlog', 'Backlog'],
  ['done', 'Done'],
  ['archived', 'Archived'],
];

/** A report of these issues in Markdown (with the tables of GitHub), in chunks: counts, a table for each state, dependencies. */
export const exportMarkdown = (rows: readonly Row[]): Generator<string> => inChunks(linesOf(extract(rows)));

function* linesOf(reported: Extract): Generator<string> {
  const { rows } = reported;
  const counts = countStates(rows);
  yield '# Issues\n\n';
  yield `${rows.length} issue${rows.length === 1 ? '' : 's'}.\n\n`;
  yield '| State | Count |\n| --- | ---: |\n';
  for (const [state, name] of SECTIONS) yield `| ${name} | ${counts.get(state)} |\n`;
  for (const [state, name] of SECTIONS) {
    if (counts.get(state) === 0) continue;
    yield `\n## ${name}\n\n| Ref | Priority | Assignee | Title | Labels |\n| --- | --- | --- | --- | --- |\n`;
    for (const row of rows) if (row.state === state) yield tableRow(row);
  }
  yield* dependencyLines(reported);
}

function tableRow({ issue }: Row): string {
  const assignee = issue.assignee === null ? '' : escapeMarkdown(issue.assignee);
  const labels = issue.labels.map(escapeMarkdown).join(', ');
  const title = escapeMarkdown(issue.title);
  return `| ${ref(issue.id)} | ${issue.priority} | ${assignee} | ${title} | ${labels} |\n`;
}

function* dependencyLines({ rows, names, edges }: Extract): Generator<string> {
  if (edges === 0) return;
  yield '\n## Dependencies\n\n';
  const byId = new Map(rows.map((row) => [row.issue.id, row]));
  for (const { issue } of rows) {
    const needed = issue.dependencies.filter((id) => names.has(id));
    if (needed.length === 0) continue;
    yield `- ${ref(issue.id)} ${escapeMarkdown(issue.title)} needs\n`;
    for (const id of needed) {
      const { issue: dependency, state } = byId.get(id)!;
      yield `  - ${ref(id)} ${escapeMarkdown(dependency.title)} (${escapeMarkdown(state)})\n`;
    }
  }
}

/** A text as one line of Markdown in which nothing is markup. Every ASCII punctuation mark may stand behind a backslash (CommonMark). */
export const escapeMarkdown = (text: string): string =>
  safeLine(text)
    .trim()
    // A backslash in front of these, so that no markup, no HTML, no table cell and no link comes of them.
    .replace(/[\\`*_{}[\]()<>#+\-!|~&$@:="'^]/g, '\\$&')
    // GitHub makes links of bare addresses, and lists of numbers at the start of a line.
    .replace(/www\./gi, (found) => `${found.slice(0, -1)}\\.`)
    .replace(/^(\d+)\./, '$1\\.');
