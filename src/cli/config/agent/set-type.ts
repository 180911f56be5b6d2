import { parseIdentity } from '../../../domain/identity.ts';
import type { Declaration, Input, Output } from '../../command.ts';
import type { Context } from '../../context.ts';
import { describeAgent } from './show.ts';

export const declaration: Declaration = {
  path: ['config', 'agent', 'set-type'],
  summary: "Set the type of this worktree's identity, for an id that has none.",
  positionals: [
    { name: 'type', type: 'string', required: true, description: 'For example agent, copilot, ci or human.' },
  ],
  reads: '.jit/config.local.json.',
  writes: '.jit/config.local.json, which git does not track.',
  errors: ['NOT_INITIALIZED', 'CORRUPT_FILE', 'DISK_FULL', 'IO'],
  examples: [
    ['jit config agent set-type copilot', 'worker-1 then stands for copilot:worker-1'],
    ['jit config agent set-type human', "for a person's own worktree"],
  ],
  kinds: ['agent'],
};

export async function run({ type }: Input, { localConfig }: Context): Promise<Output> {
  parseIdentity(`${type}:any`);
  const before = localConfig.read();
  const after = { ...before, agent: { ...before.agent, type: type as string } };
  if (before.agent?.type !== type) localConfig.write(after);
  return describeAgent(after);
}
