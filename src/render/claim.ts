import type { Brief } from '../domain/brief.ts';
import { ref } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { safeLine, safeText } from './terminal-text.ts';

/** A claimed issue with its brief, as somebody reads it who is about to start. */
export function renderClaim({ issue }: Row, brief: Brief): string {
  const lines = [
    `${ref(issue.id)} ${safeLine(issue.title)}`,
    `id: ${issue.id}`,
    `priority: ${issue.priority}`,
    `held by: ${safeLine(issue.assignee ?? '-')}`,
    ...(brief.rework ? ['rework: a gate failed on earlier work'] : []),
    ...(issue.labels.length === 0 ? [] : [`labels: ${safeLine(issue.labels.join(', '))}`]),
  ];
  if (brief.description !== '') lines.push('', safeText(brief.description).trimEnd());
  lines.push(...section('gates:', brief.gates.map(renderGate)));
  lines.push(
    ...section(
      'builds on:',
      brief.dependencies.map(({ id, title, state, last_comment }) => {
        const said = last_comment === null ? '' : `: ${safeLine(last_comment)}`;
        return `${ref(id)} ${state} ${safeLine(title)}${said}`;
      }),
    ),
  );
  lines.push(
    ...section(
      'comments:',
      brief.comments.map(({ author, at, body }) => `${at} ${safeLine(author)}: ${safeLine(body)}`),
    ),
  );
  lines.push('', `when finished: ${brief.finish}`);
  return `${lines.join('\n')}\n`;
}

function renderGate({ key, status, reason, command }: Brief['gates'][number]): string {
  const why = reason === null ? '' : ` (${safeLine(reason)})`;
  return `${key} ${status}${why}${command === null ? '' : `: ${command}`}`;
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
