import type { Actor } from '../domain/identity.ts';
import { speaksAsHuman } from '../domain/identity.ts';
import { safeLine } from '../render/terminal-text.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';

export const declaration: Declaration = {
  path: ['whoami'],
  summary: 'Say who jit takes you for, and why.',
  description:
    'The first of these that is there decides: --by, JIT_AGENT_ID (with JIT_AGENT_TYPE), agent.id of jit config agent, the name that git knows, the user of the system. The first three are explicit; claims without a terminal need one of them.',
  options: {
    by: { type: 'string', placeholder: 'WHO', description: 'Show how this name would be taken.' },
  },
  storeless: true,
  reads: 'The environment, .jit/config.local.json, git user.name.',
  writes: 'Nothing.',
  errors: ['IDENTITY_REQUIRED', 'CORRUPT_FILE'],
  examples: [
    ['jit whoami', 'who acts here'],
    ['JIT_AGENT_ID=agent:w1 jit whoami --json', 'the same as a document'],
  ],
  kinds: ['identity'],
};

const WHY: Readonly<Record<Actor['source'], string>> = {
  flag: 'named on the command line',
  environment: 'JIT_AGENT_ID in the environment',
  config: 'agent.id in .jit/config.local.json',
  git: "git's user.name",
  system: "the system's user name",
};

export async function run({ by }: Input, context: Context): Promise<Output> {
  const actor = context.actor(by as string | undefined);
  const kind = actor.explicit ? 'explicit' : 'inferred';
  const human = speaksAsHuman(actor);
  const text = [
    `${safeLine(actor.id)} (${kind}: ${WHY[actor.source]})`,
    ...(actor.explicit || actor.atTerminal
      ? []
      : ['Without a terminal, claims need an explicit identity: set JIT_AGENT_ID, or give --to.']),
  ].join('\n');
  return {
    document: {
      kind: 'identity',
      id: actor.id,
      source: actor.source,
      why: WHY[actor.source],
      explicit: actor.explicit,
      may_claim: actor.explicit || actor.atTerminal,
      may_pass_manual_gates: human,
    },
    text,
  };
}
