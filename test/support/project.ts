import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatEvent, formatIssue } from '../../src/domain/canonical-json.ts';
import { diffImages } from '../../src/domain/event.ts';
import type { Issue } from '../../src/domain/issue.ts';
import { BEFORE, issueWith } from './issues.ts';

/**
 * Writes issues with their events straight into a new store, as jit itself would have left them: `count` of them,
 * numbered from `first`, with what `fields` gives each. Returns their ids.
 */
export function writeIssues(
  store: string,
  count: number,
  fields: (number: number) => Partial<Issue> = () => ({ state: 'ready' }),
  first = 1,
): readonly string[] {
  const ids: string[] = [];
  const lines: string[] = [];
  for (let number = first; number < first + count; number += 1) {
    const issue = issueWith(number, fields(number));
    ids.push(issue.id);
    writeFileSync(join(store, 'issues', `${issue.id}.json`), formatIssue(issue));
    const eid = issue.id.replace('01KDY', '01KDZ');
    const event = { ts: BEFORE, event: 'issue.created', id: issue.id, eid, by: 'agent:maker', prev: null };
    lines.push(formatEvent({ ...event, changes: diffImages(null, issue) }));
  }
  writeFileSync(join(store, 'events.jsonl'), lines.map((line) => `${line}\n`).join(''));
  return ids;
}
