import { JitError } from '../../domain/errors.ts';
import { commentIssues } from '../../operations/comment.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, FENCE, fence, ID, needed, text } from '../options.ts';
import { changedOutput } from './changed.ts';

export const declaration: Declaration = {
  path: ['issue', 'comment'],
  aliases: [['comment']],
  summary: 'Add a comment to an issue.',
  positionals: [
    ID,
    { name: 'body', type: 'text', description: 'Markdown; - reads it from stdin; or --body.' },
  ],
  options: {
    body: {
      type: 'text',
      alias: ['m'],
      placeholder: 'TEXT',
      description: 'The comment, instead of the word.',
    },
    'body-file': {
      type: 'path',
      alias: ['F'],
      placeholder: 'FILE',
      description: 'Read it from a file. - is stdin.',
    },
    by: BY,
    ...FENCE,
  },
  reads: 'The issue.',
  writes: 'The issue and an event.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'LIMIT_EXCEEDED',
    'FILE_NOT_FOUND',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit issue comment 4F7K2M9Q "schema migrated, endpoint is next"', 'for whoever builds on it'],
    ['git log -1 | jit comment 4F7K2M9Q -', 'from another command'],
  ],
  kinds: ['issue'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  return changedOutput(await commentIssues(session, [needed(input, 'id')], readBody(input, context)), false);
}

function readBody(input: Input, context: Context): string {
  const inline = text(input, 'body');
  const file = text(input, 'body-file');
  if ((inline === undefined) === (file === undefined)) {
    const what = inline === undefined ? 'the comment is missing' : 'the comment is given twice';
    throw new JitError('USAGE', what, { hint: 'jit issue comment ID "text", or --body-file FILE' });
  }
  return file !== undefined || inline === '-' ? context.readText(file ?? '-') : inline!;
}
