import type { Brief } from '../domain/brief.ts';
import { ref } from '../domain/issue.ts';
import type { Standing } from '../domain/lease.ts';
import type { Row } from '../domain/query.ts';
import { addSection, indentText } from './sections.ts';
import { joinLines } from './style.ts';
import { safeLine } from './terminal-text.ts';

/** A claimed issue with its brief, as somebody reads it who is about to start. */
export function renderClaim({ issue }: Row, brief: Brief, { lease }: Standing): string {
  const lines = [
    `${ref(issue.id)} ${safeLine(issue.title)}`,
    `id: ${issue.id}`,
    `priority: ${issue.priority}`,
    `held by: ${safeLine(issue.assignee ?? '-')}, under epoch ${lease.epoch}`,
    ...(lease.provisional
      ? ['provisional: the remote could not be reached, and another clone may have been first']
      : []),
    ...(brief.branch === null ? [] : [safeLine(`earlier work: on branch ${brief.branch}`)]),
    ...(brief.rework ? ['rework: a gate failed on earlier work'] : []),
    ...(issue.labels.length === 0 ? [] : [`labels: ${safeLine(issue.labels.join(', '))}`]),
  ];
  if (brief.description !== '') lines.push('', ...indentText(brief.description));
  addSection(lines, 'gates', brief.gates.map(describeGate).map(safeLine));
  addSection(lines, 'builds on', brief.dependencies.map(describeDependency).map(safeLine));
  addSection(
    lines,
    'comments',
    brief.comments.flatMap(({ author, at, body }) => [safeLine(`${at} ${author}`), ...indentText(body)]),
  );
  lines.push('', safeLine(`when finished: ${brief.finish}`));
  return joinLines(lines);
}

function describeGate({ key, status, reason, command }: Brief['gates'][number]): string {
  const why = reason === null ? '' : ` (${reason})`;
  return `${key} ${status}${why}${command === null ? '' : `: ${command}`}`;
}

const describeDependency = ({ ref, title, state, last_comment }: Brief['dependencies'][number]): string =>
  `${ref} ${state} ${title}${last_comment === null ? '' : `: ${last_comment}`}`;
