import { parseIdentity } from '../../../domain/identity.ts';
import type { Declaration, Input, Output } from '../../command.ts';
import type { Context } from '../../context.ts';
import { describeAgent } from './show.ts';

export const declaration: Declaration = {
  path: ['config', 'agent', 'set-id'],
  summary: 'Set who acts in this worktree, wherever the environment does not say.',
  positionals: [
    { name: 'id', type: 'string', required: true, description: 'A name, or {type}:{identifier}.' },
  ],
  reads: '.jit/config.local.json.',
  writes: '.jit/config.local.json, which git does not track.',
  errors: ['NOT_INITIALIZED', 'CORRUPT_FILE', 'DISK_FULL', 'IO'],
  examples: [
    ['jit config agent set-id agent:worker-1', 'a full identity'],
    ['jit config agent set-id worker-1', 'a name; its type is that of set-type, or agent'],
  ],
  kinds: ['agent'],
};

export async function run({ id }: Input, { localConfig }: Context): Promise<Output> {
  parseIdentity(id as string);
  const before = localConfig.read();
  const after = { ...before, agent: { ...before.agent, id: id as string } };
  if (before.agent?.id !== id) localConfig.write(after);
  return describeAgent(after);
}
