import { JitError } from '../../domain/errors.ts';
import { parseFilter } from '../../domain/filter-syntax.ts';
import { ref } from '../../domain/issue.ts';
import { archiveIssues } from '../../operations/archive.ts';
import {
  type Completed,
  type CompletedAndNext,
  completeAndClaimNext,
  completeIssues,
} from '../../operations/complete.ts';
import { renderClaim } from '../../render/claim.ts';
import { fullIssue, issueSummary } from '../../render/documents.ts';
import { renderReasons } from '../../render/reasons.ts';
import { PIPE } from '../../render/style.ts';
import { safeLine } from '../../render/terminal-text.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { COMMENT, FENCE, FILTER, FORCE, fence, flag, IDS, list, text } from '../options.ts';
import { changedOutput } from './changed.ts';
import { claimDocument } from './claimed.ts';

export const declaration: Declaration = {
  path: ['issue', 'complete'],
  aliases: [['complete'], ['done'], ['close'], ['issue', 'done'], ['issue', 'close']],
  summary: 'Declare issues finished: done, or gated while a gate or a dependency is open.',
  description:
    'What is gated becomes done by itself when the last gate has passed and the last dependency is satisfied. --not-planned and --duplicate-of put an unfinished issue away instead.',
  positionals: [IDS],
  options: {
    'claim-next': {
      type: 'boolean',
      description: 'Claim the next issue as well; that there is none is no error.',
    },
    filter: { ...FILTER, description: `With --claim-next: ${FILTER.description}` },
    'not-planned': { type: 'boolean', description: 'Archive it: it will not be done.' },
    'duplicate-of': { type: 'id', placeholder: 'ID', description: 'Archive it: it repeats that issue.' },
    detach: {
      type: 'boolean',
      description: 'With --not-planned or --duplicate-of: remove the dependencies of open issues on it.',
    },
    comment: COMMENT,
    by: {
      type: 'string',
      alias: ['to'],
      placeholder: 'WHO',
      description: 'Who acts: {type}:{identifier}, or a name.',
    },
    force: FORCE,
    ...FENCE,
  },
  reads: 'The issues, their dependencies and dependents, and the gates.',
  writes: 'The issues, those that this makes ready or done, and their events.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'IDENTITY_REQUIRED',
    'BLOCKED',
    'INVALID_TRANSITION',
    'IN_USE',
    'ALREADY_CLAIMED',
    'NOT_HOLDER',
    'LIMIT_EXCEEDED',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit issue complete 4F7K2M9Q', 'done, or gated and what is missing'],
    ['jit complete 4F7K2M9Q --claim-next --by agent:a1 --json', 'finish, and take the next'],
  ],
  kinds: ['completion', 'issue', 'issue-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  checkCombination(input);
  if (flag(input, 'not-planned') || text(input, 'duplicate-of') !== undefined)
    return runArchive(input, context);
  const ids = list(input, 'ids');
  const claims = flag(input, 'claim-next');
  const session = context.session({ named: text(input, 'by'), explicit: claims, ...fence(input) });
  const how = { comment: text(input, 'comment') ?? null, force: flag(input, 'force') };
  if (!claims)
    return completedOutput({ ...(await completeIssues(session, ids, how)), next: null, noNext: null });
  const filter = text(input, 'filter');
  const parsed = filter === undefined ? null : parseFilter(filter, () => session.actor.id);
  return completedOutput(await completeAndClaimNext(session, ids, { ...how, filter: parsed }));
}

function checkCombination(input: Input): void {
  const refuse = (message: string): never => {
    throw new JitError('USAGE', message, { hint: 'jit issue complete --help' });
  };
  const archives = flag(input, 'not-planned') || text(input, 'duplicate-of') !== undefined;
  if (flag(input, 'not-planned') && text(input, 'duplicate-of') !== undefined) {
    refuse('--not-planned and --duplicate-of exclude each other');
  }
  if (archives && flag(input, 'claim-next')) refuse('--claim-next goes with finished work only');
  if (!archives && flag(input, 'detach')) refuse('--detach needs --not-planned or --duplicate-of');
  if (!flag(input, 'claim-next') && text(input, 'filter') !== undefined)
    refuse('--filter needs --claim-next');
}

async function runArchive(input: Input, context: Context): Promise<Output> {
  const ids = list(input, 'ids');
  const duplicateOf = text(input, 'duplicate-of') ?? null;
  const changed = await archiveIssues(context.session({ named: text(input, 'by'), ...fence(input) }), ids, {
    resolution: duplicateOf === null ? 'not-planned' : 'duplicate',
    duplicateOf,
    detach: flag(input, 'detach'),
    comment: text(input, 'comment') ?? null,
    force: flag(input, 'force'),
  });
  return changedOutput(changed, ids.length > 1);
}

/** What was completed, and the next claim, or why there is none. */
function completedOutput(completed: CompletedAndNext): Output {
  const { completions, becameReady, changed, next, noNext } = completed;
  return {
    document: {
      kind: 'completion',
      completions: completions.map(({ row, outcome, missing }) => ({
        outcome,
        issue: fullIssue(row),
        missing,
      })),
      count: completions.length,
      changed,
      became_ready: becameReady.map(issueSummary),
      next: next === null ? null : claimDocument(next),
      no_next:
        noNext === null ? null : { code: noNext.code, message: noNext.message, details: noNext.details },
    },
    text: [
      completionText(completed),
      ...(noNext === null ? [] : [`nothing next: ${noNext.message}`]),
      ...(next === null ? [] : [renderClaim(next.row, next.brief, next.lease)]),
    ].join('\n'),
  };
}

function completionText({ completions, becameReady, changed }: Completed): string {
  const lines = completions.flatMap(({ row, outcome, missing }) => [
    `${ref(row.issue.id)} ${outcome} ${row.issue.title}${changed ? '' : ' (unchanged)'}`,
    ...(outcome === 'gated' ? renderReasons(missing, PIPE).trimEnd().split('\n') : []),
  ]);
  const ready = becameReady.map(({ issue }) => `${ref(issue.id)} is ready now: ${issue.title}`);
  return [...lines, ...ready].map(safeLine).join('\n');
}
