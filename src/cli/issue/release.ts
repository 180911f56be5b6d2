import { JitError } from '../../domain/errors.ts';
import { parseIdentity } from '../../domain/identity.ts';
import { releaseIssues } from '../../operations/assign.ts';
import {
  type ReleasedLeases,
  type ReleaseHolderInput,
  releaseHolder,
} from '../../operations/release-leases.ts';
import type { Session } from '../../operations/session.ts';
import { leasedDocument, renderHolding } from '../../render/lease-rows.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { releasedOutput } from '../lease/released.ts';
import { BY, COMMENT, FENCE, FORCE, fence, flag, IDS, list, text, YES } from '../options.ts';
import { changedOutput } from './changed.ts';
import { readAssignee } from './fields.ts';

export const declaration: Declaration = {
  path: ['issue', 'release'],
  aliases: [['release']],
  summary: 'Give claimed issues back, or hand them over.',
  description:
    'With --holder everything that somebody works on, in every work tree of the repository, by lease or by file, in one transaction: for an agent that is gone. What waits for its gates stays. Who lost a claim to another clone in a merge only ends its own record, also with --force: the issue stays with whoever has it. To take it over all the same: jit claim ID --steal. Without --yes it asks, or without a terminal shows what it would do.',
  positionals: [{ ...IDS, required: false }],
  options: {
    holder: {
      type: 'string',
      placeholder: 'WHO',
      description: 'Instead of ids: all that this one works on. This is recorded as forced.',
    },
    yes: { ...YES, description: 'With --holder: do it without asking.' },
    to: {
      type: 'string',
      placeholder: 'WHO',
      description: 'Hand over: assigned to this one, ready to be claimed.',
    },
    comment: COMMENT,
    by: BY,
    force: FORCE,
    ...FENCE,
  },
  reads: 'The issues and their dependencies; with --holder the leases and what is in progress.',
  writes: 'The issues, their leases, and their events.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'INVALID_TRANSITION',
    'NOT_HOLDER',
    'CONFIRM',
    'LIMIT_EXCEEDED',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit release 4F7K2M9Q --to agent:b --comment "schema is done, endpoint is not"', 'hand it over'],
    ['jit issue release --holder agent:a --yes', 'everything of an agent that is gone'],
  ],
  kinds: ['issue', 'issue-list', 'lease-release'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const ids = list(input, 'ids');
  const holder = text(input, 'holder');
  checkCombination(input, ids, holder);
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  const how = {
    to: readAssignee(text(input, 'to')) ?? null,
    comment: text(input, 'comment') ?? null,
  };
  if (holder !== undefined) return runHolder(session, holder, how, flag(input, 'yes'), context);
  const changed = await releaseIssues(session, ids, { ...how, force: flag(input, 'force') });
  return changedOutput(changed, ids.length > 1);
}

function checkCombination(input: Input, ids: readonly string[], holder: string | undefined): void {
  const refuse = (message: string, hint: string): never => {
    throw new JitError('USAGE', message, { hint });
  };
  if (holder === undefined) {
    if (ids.length === 0) refuse('missing IDS', 'jit issue release IDS, or --holder WHO');
    if (flag(input, 'yes')) refuse('--yes goes with --holder', 'leave it out');
    return;
  }
  parseIdentity(holder);
  if (ids.length > 0) refuse('--holder and ids exclude each other', 'give one of them');
  const { epoch, rev } = fence(input);
  if (epoch !== undefined || rev !== undefined)
    refuse('--epoch and --if-rev go with one issue, not with --holder', 'leave them out');
}

async function runHolder(
  session: Session,
  holder: string,
  how: Pick<ReleaseHolderInput, 'to' | 'comment'>,
  yes: boolean,
  context: Context,
): Promise<Output> {
  if (!yes) {
    const would = await releaseHolder(session, holder, { ...how, apply: false });
    if (would.released.length > 0) await confirm(would, session, context);
  }
  return releasedOutput(await releaseHolder(session, holder, { ...how, apply: true }));
}

async function confirm({ released }: ReleasedLeases, session: Session, context: Context): Promise<void> {
  const now = session.clock.now();
  const would = released.map((leased) => `would release ${renderHolding(leased, now)}`);
  if (context.terminal.interactive && (await context.confirm(`${would.join('\n')}\nRelease?`))) return;
  throw new JitError('CONFIRM', 'not released: it is not confirmed', {
    details: { would_release: released.map(leasedDocument) },
    hint: `${would.join('; ')}; add --yes to do it`,
  });
}
