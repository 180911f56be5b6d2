import type { LocalConfig } from '../../../domain/issue.ts';
import { safeLine } from '../../../render/terminal-text.ts';
import type { Declaration, Input, Output } from '../../command.ts';
import type { Context } from '../../context.ts';

export const declaration: Declaration = {
  path: ['config', 'agent', 'show'],
  summary: 'Show the identity that this worktree is set to.',
  description: 'jit whoami shows who you are in the end, and why.',
  reads: '.jit/config.local.json.',
  writes: 'Nothing.',
  errors: ['NOT_INITIALIZED', 'CORRUPT_FILE'],
  examples: [
    ['jit config agent show', 'its id and type'],
    ['jit config agent show --json', 'the same as a document'],
  ],
  kinds: ['agent'],
};

export async function run(_input: Input, context: Context): Promise<Output> {
  return describeAgent(context.localConfig.read());
}

/** The identity of a worktree as documents and people see it. */
export function describeAgent({ agent }: LocalConfig): Output {
  const id = agent?.id ?? null;
  const type = agent?.type ?? null;
  const text = [
    `id    ${id === null ? 'not set' : safeLine(id)}`,
    `type  ${type === null ? 'not set' : safeLine(type)}`,
  ];
  return { document: { kind: 'agent', id, type }, text: text.join('\n') };
}
