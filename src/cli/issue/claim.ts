import { JitError } from '../../domain/errors.ts';
import { ref } from '../../domain/issue.ts';
import { claimIssue, type Terms } from '../../operations/claim.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { FENCE, fence, flag, ID, needed, number, TERMS, text } from '../options.ts';
import { claimedOutput } from './claimed.ts';
import { readTerms } from './terms.ts';

export const declaration: Declaration = {
  path: ['issue', 'claim'],
  aliases: [['claim'], ['start'], ['issue', 'start']],
  summary: 'Claim an issue: exactly one worker gets it.',
  description:
    'The issue must be ready, and unassigned or assigned to the claimer. Claiming again what one already holds in this work tree renews the claim: the outcome is "held". A claim that was not renewed for its ttl is stale, and goes to the next who asks. The epoch in the answer fences later writes: see --epoch.',
  positionals: [
    ID,
    { name: 'to', type: 'string', description: 'Who claims: {type}:{identifier}, or a name; or --to.' },
  ],
  options: {
    to: {
      type: 'string',
      alias: ['by'],
      placeholder: 'WHO',
      description: 'Who claims, instead of the word.',
    },
    ...TERMS,
    steal: { type: 'boolean', description: 'Take it from whoever has it; needs --reason, and is recorded.' },
    reason: { type: 'text', placeholder: 'TEXT', description: 'With --steal: why.' },
    ...FENCE,
    epoch: {
      ...FENCE.epoch!,
      description: 'Only go on with the claim that has this epoch; JIT_EPOCH=ID@N says the same.',
    },
  },
  reads: 'The issue, its dependencies, and the gates.',
  writes: 'The lease, the issue, and an event.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'IDENTITY_REQUIRED',
    'BLOCKED',
    'INVALID_TRANSITION',
    'ALREADY_CLAIMED',
    'STALE_EPOCH',
    'STALE_REVISION',
    'LIMIT_EXCEEDED',
  ],
  examples: [
    ['jit issue claim 4F7K2M9Q copilot:worker-1', 'claim for a named worker'],
    ['jit claim 4F7K2M9Q --ttl 2h --json', 'claim for oneself, for longer, with the brief as JSON'],
  ],
  kinds: ['claim'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: text(input, 'to'), explicit: true, ...fence(input) });
  const claimed = await claimIssue(session, needed(input, 'id'), {
    ...readTerms(input, context),
    ...readSteal(input),
  });
  const { id, assignee } = claimed.row.issue;
  return {
    ...claimedOutput(claimed),
    note: `${claimed.outcome === 'held' ? 'already held' : 'claimed'}: ${ref(id)} by ${assignee}`,
  };
}

function readSteal(input: Input): Pick<Terms, 'steal'> {
  const reason = text(input, 'reason');
  if (flag(input, 'steal') && number(input, 'epoch') !== undefined) {
    throw new JitError('USAGE', '--steal and --epoch exclude each other', {
      hint: '--epoch goes on with one’s own claim; --steal makes a new one',
    });
  }
  if (flag(input, 'steal') && reason !== undefined) return { steal: { reason } };
  if (!flag(input, 'steal') && reason === undefined) return {};
  throw new JitError('USAGE', '--steal and --reason go together', {
    hint: 'jit issue claim ID --steal --reason "why"',
  });
}
