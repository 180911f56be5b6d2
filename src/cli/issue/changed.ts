import { ref } from '../../domain/issue.ts';
import type { Changed } from '../../operations/change.ts';
import { fullIssue, issueList, issueSummary } from '../../render/documents.ts';
import { safeLine } from '../../render/terminal-text.ts';
import type { Output } from '../command.ts';

/**
 * What a command that changes issues answers: the issue, or a list when several were named; whether anything changed;
 * and what became ready by it.
 */
export function changedOutput(changed: Changed, several: boolean): Output {
  const { rows, becameReady } = changed;
  const also = { changed: changed.changed, became_ready: becameReady.map(issueSummary) };
  const [first] = rows;
  const document =
    several || first === undefined
      ? { ...issueList(rows.map(issueSummary), rows.length), ...also }
      : { kind: 'issue', issue: fullIssue(first), ...also };
  return { document, text: changedText(changed) };
}

/** A line for each issue as it is now, and one for each that became ready. */
export function changedText({ rows, becameReady, changed }: Changed): string {
  const lines = rows.map(({ issue, state }) => {
    const who = issue.assignee === null ? '' : ` ${issue.assignee}`;
    return `${ref(issue.id)} ${state}${who} ${issue.title}${changed ? '' : ' (unchanged)'}`;
  });
  const ready = becameReady.map(({ issue }) => `${ref(issue.id)} is ready now: ${issue.title}`);
  return [...lines, ...ready].map(safeLine).join('\n');
}
