import type { GateDefinition } from '../../domain/issue.ts';
import { defineStoreGate } from '../../operations/gate.ts';
import { renderGate } from '../../render/gates.ts';
import { pageFor } from '../../render/style.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, flag, needed, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['gate', 'define'],
  summary: 'Define a gate, so that issues can require it.',
  description: 'The same definition again changes nothing. To change one needs --update and a person.',
  positionals: [
    { name: 'key', type: 'string', required: true, description: 'Lower-case letters, digits, - and _.' },
  ],
  options: {
    title: {
      type: 'text',
      alias: ['t'],
      placeholder: 'TEXT',
      description: 'What it is called; default: the key.',
    },
    description: {
      type: 'text',
      alias: ['desc', 'd'],
      placeholder: 'TEXT',
      description: 'What must hold to pass it.',
    },
    auto: { type: 'boolean', description: 'Automation may pass it. Without it a person must.' },
    stage: {
      type: 'string',
      values: ['precheck', 'postcheck'],
      description: 'A precheck must pass before the claim, a postcheck (default) before done.',
    },
    example: { type: 'text', placeholder: 'TEXT', description: 'How automation might pass it.' },
    update: { type: 'boolean', description: 'Change the definition that is there.' },
    by: BY,
  },
  reads: 'The gates.',
  writes: '.jit/gates.json, and an event.',
  errors: ['ALREADY_DEFINED', 'HUMAN_REQUIRED'],
  examples: [
    ['jit gate define docs --title "Documentation" --auto', 'automation may pass it'],
    ['jit gate define legal --title "Legal review" --stage precheck', 'before work starts, by a person'],
  ],
  kinds: ['gate'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: text(input, 'by') });
  const given: Partial<GateDefinition> = Object.fromEntries(
    (
      [
        ['title', text(input, 'title')],
        ['description', text(input, 'description')],
        ['auto', input.auto],
        ['stage', text(input, 'stage')],
        ['example_integration', text(input, 'example')],
      ] satisfies [keyof GateDefinition, unknown][]
    ).filter(([, value]) => value !== undefined),
  );
  const { gate, changed } = await defineStoreGate(
    session,
    needed(input, 'key'),
    given,
    flag(input, 'update'),
  );
  return {
    document: { kind: 'gate', gate: gateDocument(gate), changed },
    text: `${renderGate(gate, pageFor(context.terminal))}${changed ? '' : '(unchanged)\n'}`,
  };
}

/** A definition with all its fields. */
export const gateDocument = (gate: GateDefinition) => ({
  ...gate,
  stage: gate.stage ?? 'postcheck',
  checker: gate.checker ?? null,
  example_integration: gate.example_integration ?? null,
});
