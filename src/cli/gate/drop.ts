import { dropIssueGates } from '../../operations/gate.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { changedOutput } from '../issue/changed.ts';
import { BY, FENCE, fence, list, needed, text } from '../options.ts';
import { GATE_KEYS } from './verdict.ts';

export const declaration: Declaration = {
  path: ['gate', 'drop'],
  summary: 'Require gates of an issue no longer. Only a person may.',
  positionals: GATE_KEYS,
  options: { by: BY, ...FENCE },
  reads: 'The issue and the gates.',
  writes: 'The issue, those that this makes ready or done, and their events.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'GATE_NOT_REQUIRED',
    'HUMAN_REQUIRED',
    'INVALID_TRANSITION',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit gate drop 4F7K2M9Q security-scan --by human:lead', 'it is not needed here'],
    ['jit gate status 4F7K2M9Q', 'what it requires now'],
  ],
  kinds: ['issue'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  return changedOutput(await dropIssueGates(session, needed(input, 'id'), list(input, 'keys')), false);
}
