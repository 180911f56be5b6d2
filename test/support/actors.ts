import type { Actor } from '../../src/domain/identity.ts';

const explicit = {
  bare: false,
  source: 'flag',
  explicit: true,
  processIsAgent: false,
  atTerminal: false,
} as const;

/** A worker that says who it is: `agent:NAME`, from a process that is an agent's. */
export const agent = (name: string): Actor => ({ ...explicit, id: `agent:${name}`, processIsAgent: true });

/** A worker that gives a name without a type. */
export const bareAgent = (name: string): Actor => ({ ...agent(name), bare: true });

/** A person who says so with `--by human:NAME`. */
export const human = (name: string): Actor => ({ ...explicit, id: `human:${name}` });

/** Somebody whose name comes from git, without a terminal. */
export const inferred = (name: string): Actor => ({ ...human(name), source: 'git', explicit: false });
