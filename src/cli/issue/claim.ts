import { ref } from '../../domain/issue.ts';
import { claimIssue } from '../../operations/claim.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { ID, needed, text } from '../options.ts';
import { claimedOutput } from './claimed.ts';

export const declaration: Declaration = {
  path: ['issue', 'claim'],
  aliases: [['claim'], ['start'], ['issue', 'start']],
  summary: 'Claim an issue: exactly one worker gets it.',
  description:
    'The issue must be ready, and unassigned or assigned to the claimer. Claiming again what one already holds changes nothing: the outcome is "held".',
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
  },
  reads: 'The issue, its dependencies, and the gates.',
  writes: 'The issue, and an event.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'IDENTITY_REQUIRED',
    'BLOCKED',
    'INVALID_TRANSITION',
    'ALREADY_CLAIMED',
  ],
  examples: [
    ['jit issue claim 4F7K2M9Q copilot:worker-1', 'claim for a named worker'],
    ['jit claim 4F7K2M9Q --json', 'claim for oneself, with the brief as JSON'],
  ],
  kinds: ['claim'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: text(input, 'to'), explicit: true });
  const claimed = await claimIssue(session, needed(input, 'id'));
  const { id, assignee } = claimed.row.issue;
  return {
    ...claimedOutput(claimed),
    note: `${claimed.outcome === 'held' ? 'already held' : 'claimed'}: ${ref(id)} by ${assignee}`,
  };
}
