import { JitError } from '../domain/errors.ts';
import { type Actor, formatIdentity, parseIdentity } from '../domain/identity.ts';
import type { LocalConfig } from '../domain/issue.ts';

/** Everything that says who acts; what costs something to find out is asked only when it is needed. */
export interface Signs {
  /** `--by` or `--to`. */
  readonly named: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  localConfig(): LocalConfig;
  gitUserName(): string | null;
  systemUser(): string | null;
  readonly atTerminal: boolean;
}

/**
 * Who acts: the flag, else JIT_AGENT_ID, else agent.id of this worktree (these are explicit), else the person
 * that git or the system names (inferred). Throws USAGE on a name that cannot be an identity.
 */
export function settleActor(signs: Signs): Actor {
  const own = ownIdentity(signs);
  const processIsAgent = own !== undefined && !own.id.startsWith('human:');
  const { named, atTerminal } = signs;
  if (named !== undefined) {
    const identity = parseIdentity(named);
    return {
      id: formatIdentity(identity),
      bare: identity.bare,
      source: 'flag',
      explicit: true,
      processIsAgent,
      atTerminal,
    };
  }
  if (own !== undefined) return { ...own, explicit: true, processIsAgent, atTerminal };

  const inferred = { bare: false, explicit: false, processIsAgent, atTerminal };
  const byGit = personOf(signs.gitUserName());
  if (byGit !== null) return { ...inferred, id: byGit, source: 'git' };
  const bySystem = personOf(signs.systemUser());
  if (bySystem !== null) return { ...inferred, id: bySystem, source: 'system' };
  throw new JitError('IDENTITY_REQUIRED', 'nothing says who acts here', { hint: HOW_TO_NAME_YOURSELF });
}

export const HOW_TO_NAME_YOURSELF =
  'name yourself: --to agent:NAME on claims, JIT_AGENT_ID=agent:NAME in the environment, or jit config agent set-id agent:NAME';

/** Refuses an inferred actor where a program could be meant: without a terminal two of them would share one name. */
export function requireExplicit(actor: Actor): void {
  if (actor.explicit || actor.atTerminal) return;
  throw new JitError('IDENTITY_REQUIRED', 'a claim without a terminal must say who claims', {
    details: { inferred: actor.id, source: actor.source },
    hint: HOW_TO_NAME_YOURSELF,
  });
}

/** The identity of this process, as its environment or its worktree names it. */
function ownIdentity({ env, localConfig }: Signs): Pick<Actor, 'id' | 'bare' | 'source'> | undefined {
  const type = env.JIT_AGENT_TYPE || undefined;
  if (env.JIT_AGENT_ID) return read(env.JIT_AGENT_ID, type, 'environment');
  const { agent } = localConfig();
  if (agent?.id !== undefined) return read(agent.id, agent.type, 'config');
  return undefined;
}

function read(
  text: string,
  type: string | undefined,
  source: Actor['source'],
): Pick<Actor, 'id' | 'bare' | 'source'> {
  const identity = parseIdentity(text, type);
  return { id: formatIdentity(identity), bare: identity.bare && type === undefined, source };
}

/** `human:ada-lovelace` of `Ada Lovelace`; null when nothing usable is left of the name. */
function personOf(name: string | null): string | null {
  if (name === null) return null;
  const slug = name
    .trim()
    .toLowerCase()
    .replace(/\s+/g, '-')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '')
    .slice(0, 180)
    .replace(/[\ud800-\udbff]$/, '');
  return slug === '' ? null : `human:${slug}`;
}
