import { addIssueGates } from '../../operations/gate.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { changedOutput } from '../issue/changed.ts';
import { BY, FENCE, fence, list, needed, text } from '../options.ts';
import { GATE_KEYS } from './verdict.ts';

export const declaration: Declaration = {
  path: ['gate', 'add'],
  summary: 'Require gates of an issue before it can be done.',
  positionals: GATE_KEYS,
  options: { by: BY, ...FENCE },
  reads: 'The issue and the gates.',
  writes: 'The issue and its events. Nothing when it requires them already.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'GATE_NOT_DEFINED',
    'INVALID_TRANSITION',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit gate add 4F7K2M9Q unit-tests', 'one gate'],
    ['jit gate add 4F7K2M9Q review security-scan', 'two at once'],
  ],
  kinds: ['issue'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  return changedOutput(await addIssueGates(session, needed(input, 'id'), list(input, 'keys')), false);
}
