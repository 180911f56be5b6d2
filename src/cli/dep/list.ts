import { listDependencies } from '../../operations/dependency.ts';
import { issueSummary, neighbourSummary } from '../../render/documents.ts';
import { renderRows } from '../../render/issue-rows.ts';
import { pageFor } from '../../render/style.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { AT, AT_ERRORS, ID, needed, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['dep', 'list'],
  aliases: [
    ['dep', 'ls'],
    ['issue', 'dep', 'list'],
  ],
  summary: 'List what an issue needs, and what needs it.',
  positionals: [ID],
  options: { at: AT },
  reads: 'The issue and its direct neighbours.',
  writes: 'Nothing.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID', ...AT_ERRORS],
  examples: [
    ['jit dep list 4F7K2M9Q', 'the direct neighbours'],
    ['jit graph show 4F7K2M9Q', 'the whole tree instead'],
  ],
  kinds: ['dependency-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = await context.sessionAt(text(input, 'at'));
  const { row, needs, neededBy, missing } = await listDependencies(session, needed(input, 'id'));
  const page = pageFor(context.terminal);
  const none = 'none\n';
  const gone = missing.map((id) => `${id} is not there\n`).join('');
  return {
    document: {
      kind: 'dependency-list',
      issue: issueSummary(row),
      needs: [...needs.map(issueSummary), ...missing.map((id) => neighbourSummary({ id, row: undefined }))],
      needed_by: neededBy.map(issueSummary),
    },
    text: `needs:\n${renderRows(needs, page) + gone || none}needed by:\n${renderRows(neededBy, page) || none}`,
  };
}
