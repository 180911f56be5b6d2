import { judgeGates } from '../../operations/gate.ts';
import { safeLine } from '../../render/terminal-text.ts';
import type { Input, Output, Positional } from '../command.ts';
import type { Context } from '../context.ts';
import { changedOutput } from '../issue/changed.ts';
import { fence, flag, ID, list, needed, text } from '../options.ts';

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
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  const verdict = { status, reason: text(input, 'reason') ?? null, override: flag(input, 'override') };
  const keys = list(input, 'keys');
  const output = changedOutput(await judgeGates(session, needed(input, 'id'), keys, verdict), false);
  return { ...output, text: `${keys.map((key) => `${safeLine(key)} ${status}`).join(', ')}: ${output.text}` };
}
