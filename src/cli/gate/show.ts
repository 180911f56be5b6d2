import { checkDefined } from '../../domain/gate.ts';
import { listGates } from '../../operations/gate.ts';
import { renderGate } from '../../render/gates.ts';
import { pageFor } from '../../render/style.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { needed } from '../options.ts';
import { gateDocument } from './define.ts';

export const declaration: Declaration = {
  path: ['gate', 'show'],
  summary: 'Show the definition of a gate.',
  positionals: [{ name: 'key', type: 'gate', required: true, description: 'The gate.' }],
  reads: 'The gates.',
  writes: 'Nothing.',
  errors: ['GATE_NOT_DEFINED'],
  examples: [
    ['jit gate show review', 'for people'],
    ['jit gate show review --json', 'for machines'],
  ],
  kinds: ['gate'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const gates = await listGates(context.session());
  const key = needed(input, 'key');
  checkDefined(gates, [key]);
  const gate = gates[key]!;
  return {
    document: { kind: 'gate', gate: gateDocument(gate) },
    text: renderGate(gate, pageFor(context.terminal)),
  };
}
