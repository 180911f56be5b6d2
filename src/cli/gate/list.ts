import { listGates } from '../../operations/gate.ts';
import { renderGates } from '../../render/gates.ts';
import { pageFor } from '../../render/style.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { gateDocument } from './define.ts';

export const declaration: Declaration = {
  path: ['gate', 'list'],
  aliases: [['gate', 'ls']],
  summary: 'List the gates that are defined.',
  reads: 'The gates.',
  writes: 'Nothing.',
  examples: [
    ['jit gate list', 'for people'],
    ['jit gate list --json', 'for machines'],
  ],
  kinds: ['gate-list'],
};

export async function run(_input: Input, context: Context): Promise<Output> {
  const gates = await listGates(context.session());
  const sorted = Object.keys(gates)
    .sort()
    .map((key) => gateDocument(gates[key]!));
  const text = renderGates(gates, pageFor(context.terminal));
  return {
    document: { kind: 'gate-list', gates: sorted, count: sorted.length },
    text: text === '' ? 'no gate is defined: jit gate define KEY' : text,
  };
}
