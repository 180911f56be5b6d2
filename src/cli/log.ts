import { JitError } from '../domain/errors.ts';
import { readHistory } from '../operations/history.ts';
import type { Revisions } from '../operations/revisions.ts';
import { historyDocument, renderHistory } from '../render/review/history.ts';
import { pageFor } from '../render/style.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';
import { readLimit } from './listing.ts';
import { ID, needed } from './options.ts';

export const declaration: Declaration = {
  path: ['log'],
  summary:
    'Show the history of an issue: its events, and the commits that changed its file, the newest last.',
  description:
    'A commit whose file says what no event told, after an edit by hand or a merge by text, names the fields. Without git only the events are shown; in a shallow clone a warning says that the commits are cut off.',
  positionals: [ID],
  options: {
    limit: { type: 'integer', alias: ['n'], placeholder: 'N', description: 'Only the last N.' },
  },
  reads: 'The events, the issue, and its versions in git before HEAD; their logs where these tell more.',
  writes: 'Nothing.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID', 'GIT'],
  examples: [
    ['jit log 4F7K2M9Q', 'who did what, and in which commit'],
    ['jit log 4F7K2M9Q -n 5 --json', 'the last five steps'],
  ],
  kinds: ['log'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session();
  const { limit } = readLimit(input);
  const history = await readHistory(session, await revisionsIfAny(context), needed(input, 'id'), limit);
  const cut = `${history.steps.length} of ${history.total} are shown; raise --limit for more`;
  return {
    document: historyDocument(history),
    text: renderHistory(history, pageFor(context.terminal)),
    ...(history.steps.length < history.total ? { note: cut } : {}),
  };
}

/** Null where the store is in no repository: its events are there all the same. */
async function revisionsIfAny(context: Context): Promise<Revisions | null> {
  try {
    return await context.revisions();
  } catch (error) {
    if (error instanceof JitError && error.code === 'GIT') return null;
    throw error;
  }
}
