import { revisionOf } from '../../operations/revision.ts';
import { type IssueDetail, showIssues } from '../../operations/show.ts';
import { issueDetail, type Relations } from '../../render/documents.ts';
import { renderIssue } from '../../render/issue-detail.ts';
import { pageFor } from '../../render/style.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { AT, AT_ERRORS, IDS, list, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['issue', 'show'],
  aliases: [['show'], ['view'], ['issue', 'view']],
  summary: 'Show issues in full, with what they wait for and what waits for them.',
  positionals: [IDS],
  options: { at: AT },
  reads: 'The issues and their direct neighbours.',
  writes: 'Nothing.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID', 'CORRUPT_FILE', ...AT_ERRORS],
  examples: [
    ['jit show 4F7K2M9Q', 'for people'],
    ['jit issue show 4F7K2M9Q --json', 'with blocked_by, blocks, linked_from, lease and rev'],
  ],
  kinds: ['issue', 'issue-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = await context.sessionAt(text(input, 'at'));
  const ids = list(input, 'ids');
  const details = await showIssues(session, ids);
  const issues = details.map((detail) =>
    issueDetail(detail.row, relations(detail), detail.lease, revisionOf(session, detail.row.issue)),
  );
  const now = session.clock.now();
  const page = pageFor(context.terminal);
  return {
    document:
      ids.length === 1
        ? { kind: 'issue', issue: issues[0] }
        : { kind: 'issue-list', issues, count: issues.length, total: issues.length, truncated: false },
    text: details.map((detail) => renderIssue(detail, relations(detail), now, page)).join('\n'),
  };
}

function relations({ row, needs, blocks, linkedFrom }: IssueDetail): Relations {
  const found = new Map(needs.map((need) => [need.issue.id, need]));
  return {
    dependencies: row.issue.dependencies.map((id) => ({ id, row: found.get(id) })),
    dependents: blocks,
    linkedFrom,
  };
}
