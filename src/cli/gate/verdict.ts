import { judgeGates } from '../../operations/gate.ts';
import type { Input, Output, Positional } from '../command.ts';
import type { Context } from '../context.ts';
import { changedOutput } from '../issue/changed.ts';
import { flag, ID, list, needed, text } from '../options.ts';

/** An issue and gates of it. */
export const GATE_KEYS: readonly Positional[] = [
  ID,
  { name: 'keys', type: 'gate', required: true, many: true, description: 'The gates.' },
];

/** Records a verdict of the gates that are named. */
export async function runVerdict(
  status: 'passed' | 'failed',
  input: Input,
  context: Context,
): Promise<Output> {
  const session = context.session({ named: text(input, 'by') });
  const verdict = { status, reason: text(input, 'reason') ?? null, override: flag(input, 'override') };
  return changedOutput(await judgeGates(session, needed(input, 'id'), list(input, 'keys'), verdict), false);
}
