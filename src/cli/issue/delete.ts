import { JitError } from '../../domain/errors.ts';
import { ref } from '../../domain/issue.ts';
import { type Deletion, deleteIssues } from '../../operations/archive.ts';
import { issueSummary } from '../../render/documents.ts';
import { safeLine } from '../../render/terminal-text.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, FENCE, FORCE, fence, flag, IDS, list, text, YES } from '../options.ts';

export const declaration: Declaration = {
  path: ['issue', 'delete'],
  aliases: [['delete'], ['issue', 'rm']],
  summary: 'Delete issues; a tombstone stays until jit gc.',
  description:
    'To keep the history, archive instead. Without --yes it asks, or without a terminal shows what it would do.',
  positionals: [IDS],
  options: {
    yes: YES,
    detach: { type: 'boolean', description: 'Remove the dependencies and links of other issues on it.' },
    by: BY,
    force: FORCE,
    ...FENCE,
  },
  reads: 'All issues.',
  writes: 'A tombstone for each, with --detach the issues that named it, and the events.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'CONFIRM',
    'IN_USE',
    'NOT_HOLDER',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit issue delete 4F7K2M9Q --yes', 'an issue that nothing names'],
    ['jit issue delete 4F7K2M9Q --detach', 'shows first what it would do'],
  ],
  kinds: ['deletion'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  const ids = list(input, 'ids');
  const how = { detach: flag(input, 'detach'), force: flag(input, 'force') };
  if (!flag(input, 'yes'))
    await confirmDeletion(await deleteIssues(session, ids, { ...how, apply: false }), context);
  const deletion = await deleteIssues(session, ids, { ...how, apply: true });
  return {
    document: {
      kind: 'deletion',
      deleted: deletion.deleted.map(named),
      detached: deletion.detached.map(issueSummary),
    },
    text: describe(deletion, 'deleted', 'detached').join('\n'),
  };
}

async function confirmDeletion(preview: Deletion, context: Context): Promise<void> {
  const would = describe(preview, 'would delete', 'would detach');
  if (context.terminal.interactive && (await context.confirm(`${would.join('\n')}\nDelete?`))) return;
  throw new JitError('CONFIRM', 'not deleted: it is not confirmed', {
    details: {
      would_delete: preview.deleted.map(named),
      would_detach: preview.detached.map(issueSummary),
    },
    hint: `${would.join('; ')}; add --yes to do it`,
  });
}

const named = ({ id, title }: Deletion['deleted'][number]) => ({ id, ref: ref(id), title });

const describe = ({ deleted, detached }: Deletion, verb: string, freed: string): readonly string[] => [
  ...deleted.map(({ id, title }) => safeLine(`${verb} ${ref(id)} ${title}`)),
  ...detached.map(({ issue }) => safeLine(`${freed} ${ref(issue.id)} ${issue.title}`)),
];
