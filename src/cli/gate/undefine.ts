import { undefineStoreGate } from '../../operations/gate.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, needed, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['gate', 'undefine'],
  summary: 'Remove the definition of a gate that no open issue requires. Only a person may.',
  positionals: [{ name: 'key', type: 'gate', required: true, description: 'The gate.' }],
  options: { by: BY },
  reads: 'The gates and all open issues.',
  writes: '.jit/gates.json, and an event.',
  errors: ['GATE_NOT_DEFINED', 'IN_USE', 'HUMAN_REQUIRED'],
  examples: [
    ['jit gate undefine legal --by human:lead', 'it is needed no longer'],
    ['jit gate list', 'what is defined'],
  ],
  kinds: ['gate-removed'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const key = needed(input, 'key');
  await undefineStoreGate(context.session({ named: text(input, 'by') }), key);
  return { document: { kind: 'gate-removed', key }, text: `removed the gate ${key}` };
}
