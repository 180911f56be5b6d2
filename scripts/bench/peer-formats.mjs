import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

// The issues of a generated store as other trackers keep them: the same titles, texts, labels, states and dependencies.

const isDone = ({ state }) => state === 'done';
const isBegun = ({ state }) => state === 'in_progress' || state === 'gated';

/** Backlog.md: a Markdown file a task. */
export function writeBacklog(issues, folder) {
  const numbers = new Map(issues.map(({ id }, place) => [id, `TASK-${place + 1}`]));
  for (const [place, issue] of issues.entries()) {
    const slug = issue.title.replace(/\W+/g, '-').replace(/-$/, '');
    const name = `task-${place + 1} - ${slug}.md`;
    writeFileSync(join(folder, 'backlog', 'tasks', name), taskOf(issue, place, numbers));
  }
}

function taskOf(issue, place, numbers) {
  return `${[
    '---',
    `id: TASK-${place + 1}`,
    `title: ${issue.title}`,
    `status: ${isDone(issue) ? 'Done' : isBegun(issue) ? 'In Progress' : 'To Do'}`,
    'assignee: []',
    "created_date: '2026-01-05 08:00'",
    ...list(
      'labels',
      issue.labels.map((label) => `'${label}'`),
    ),
    ...list(
      'dependencies',
      issue.dependencies.map((id) => numbers.get(id)),
    ),
    `priority: ${{ low: 'low', normal: 'medium' }[issue.priority] ?? 'high'}`,
    `ordinal: ${(place + 1) * 1000}`,
    '---',
    '',
    '## Description',
    '',
    '<!-- SECTION:DESCRIPTION:BEGIN -->',
    issue.description,
    '<!-- SECTION:DESCRIPTION:END -->',
  ].join('\n')}\n`;
}

const list = (key, items) =>
  items.length === 0 ? [`${key}: []`] : [`${key}:`, ...items.map((item) => `  - ${item}`)];

/** seeds: a line an issue in one file. */
export function writeSeeds(issues, folder) {
  const names = new Map(issues.map(({ id }, place) => [id, `bench-${place.toString(16).padStart(5, '0')}`]));
  const blocks = new Map(issues.map(({ id }) => [id, []]));
  for (const { id, dependencies } of issues)
    for (const needed of dependencies) blocks.get(needed).push(names.get(id));
  const lines = issues.map((issue) => {
    const needs = issue.dependencies.map((id) => names.get(id));
    return JSON.stringify({
      id: names.get(issue.id),
      title: issue.title,
      status: isDone(issue) ? 'closed' : isBegun(issue) ? 'in_progress' : 'open',
      type: 'task',
      priority: { critical: 0, high: 1, normal: 2, low: 3 }[issue.priority],
      ...(issue.description === '' ? {} : { description: issue.description }),
      ...(issue.labels.length === 0 ? {} : { labels: issue.labels }),
      ...(needs.length === 0 ? {} : { blockedBy: needs }),
      ...(blocks.get(issue.id).length === 0 ? {} : { blocks: blocks.get(issue.id) }),
      createdAt: '2026-01-05T08:00:00.000Z',
      updatedAt: issue.updated_at,
      ...(isDone(issue) ? { closedAt: issue.completed_at } : {}),
    });
  });
  writeFileSync(join(folder, '.seeds', 'issues.jsonl'), lines.map((line) => `${line}\n`).join(''));
}
