import { type Comment, type GateRegistry, type Issue, isHeld, type Link, ref } from '../domain/issue.ts';
import type { Standing } from '../domain/lease.ts';
import type { Row } from '../domain/query.ts';
import { ago } from './ago.ts';
import type { Neighbour, Relations } from './documents.ts';
import { gateLines } from './gates.ts';
import { describeLease } from './lease.ts';
import { addSection, indentText } from './sections.ts';
import { joinLines, type Page, priorityTone, type Style, stateTone } from './style.ts';
import { safeLine } from './terminal-text.ts';

/** An issue in full, for people: fields, description, dependencies, what it blocks, gates, links, comments. */
export function renderIssue(
  {
    row,
    gates,
    lease,
  }: { readonly row: Row<Issue>; readonly gates: GateRegistry; readonly lease: Standing | null },
  relations: Relations,
  now: string,
  page: Page,
): string {
  const { issue } = row;
  const { style } = page;
  const lines = [
    `${style.paint('strong', ref(issue.id))}  ${style.paint('strong', safeLine(issue.title))}`,
    ...fields(row, lease, now, style),
  ];
  if (issue.description !== '') lines.push('', ...indentText(issue.description));
  addSection(
    lines,
    'Depends on',
    relations.dependencies.map((neighbour) => neighbourLine(neighbour, style)),
  );
  addSection(
    lines,
    'Blocks',
    relations.dependents.map((dependent) => neighbourLine(neighbourOf(dependent), style)),
  );
  for (const [type, name] of LINKED) {
    const linked = relations.linkedFrom.filter((link) => link.type === type);
    addSection(
      lines,
      name,
      linked.map((link) => neighbourLine(neighbourOf(link.row), style)),
    );
  }
  addSection(lines, 'Gates', gateLines(issue, gates, now, page));
  addSection(
    lines,
    'Links',
    issue.links.map(({ type, target }) => safeLine(`${type} ${target}`)),
  );
  addSection(
    lines,
    'Context',
    Object.entries(issue.context).map(([key, value]) => safeLine(`${key}: ${value}`)),
  );
  addSection(
    lines,
    'Comments',
    issue.comments.flatMap((comment) => commentLines(comment, now, style)),
  );
  return joinLines(lines);
}

/** What is said of the issues that link to this one. */
const LINKED: readonly (readonly [Link['type'], string])[] = [
  ['parent', 'Parts'],
  ['discovered-from', 'Discovered here'],
  ['duplicate-of', 'Duplicates'],
  ['relates', 'Related'],
];

function fields(
  { issue, state }: Row<Issue>,
  lease: Standing | null,
  now: string,
  style: Style,
): readonly string[] {
  const known: (readonly [string, string | null])[] = [
    ['id', issue.id],
    [
      'state',
      style.paint(stateTone(state), state) + (issue.resolution === null ? '' : ` (${issue.resolution})`),
    ],
    ['priority', style.paint(priorityTone(issue.priority), issue.priority)],
    ['assignee', safeLine(issue.assignee ?? 'nobody')],
    ['lease', leaseText(issue, lease, now)],
    ['hold', holdText(issue, now)],
    ['labels', issue.labels.length === 0 ? null : safeLine(issue.labels.join(', '))],
    ['milestone', issue.milestone === null ? null : safeLine(issue.milestone)],
    ['progress', progressText(issue)],
    ['created by', issue.created_by === null ? null : safeLine(issue.created_by)],
    ['updated', timeText(issue.updated_at, now)],
    ['completed', issue.completed_at === null ? null : timeText(issue.completed_at, now)],
  ];
  return known.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
}

// Of what was given back, or was never begun, nothing needs to be said; of work that is under way without a lease, that.
function leaseText(issue: Issue, lease: Standing | null, now: string): string | null {
  if (lease === null) {
    return issue.state === 'in_progress' ? 'none on record here: it is held in another clone' : null;
  }
  if (lease.lease.status === 'released' && issue.state !== 'in_progress') return null;
  return describeLease(lease, now);
}

function holdText(issue: Issue, now: string): string | null {
  if (issue.hold === null) return null;
  const { reason, until } = issue.hold;
  const when = until === undefined ? '' : ` (${isHeld(issue, now) ? 'until' : 'lapsed'} ${safeLine(until)})`;
  return `${safeLine(reason)}${when}`;
}

function progressText({ progress }: Issue): string | null {
  if (progress === undefined) return null;
  const { fraction, stage, next } = progress;
  const parts = [
    fraction === undefined ? '' : `${Math.round(fraction * 100)} %`,
    stage ?? '',
    next === undefined ? '' : `next: ${next}`,
  ];
  const text = parts.filter((part) => part !== '').join(', ');
  return text === '' ? null : safeLine(text);
}

const timeText = (time: string, now: string): string => `${safeLine(time)} (${ago(time, now)})`;

const neighbourOf = (row: Row): Neighbour => ({ id: row.issue.id, row });

function neighbourLine({ id, row }: Neighbour, style: Style): string {
  const state = row?.state ?? 'missing';
  const title = row === undefined ? '' : `  ${safeLine(row.issue.title)}`;
  return `${style.paint('strong', ref(id))}  ${style.paint(stateTone(state), state)}${title}`;
}

function commentLines({ author, at, body, kind }: Comment, now: string, style: Style): readonly string[] {
  const what = kind === undefined ? '' : `, ${safeLine(kind)}`;
  return [style.paint('faint', `${safeLine(author)}, ${ago(at, now)}${what}`), ...indentText(body)];
}
