import { claimSettings } from '../../domain/claim-settings.ts';
import { refPrefix, remoteName } from '../../domain/git-names.ts';
import type { Repository } from '../../git/repository.ts';
import type { Machine } from '../machine.ts';
import { type Exchange, openExchange } from './exchange.ts';
import { randomName } from './open.ts';

/** Where claims can be kept on a remote that takes nothing but branches and tags. */
export const FALLBACK_PREFIX = 'refs/heads/jit-claims/';

/** Where claims are kept when nothing else is configured. */
const USUAL_PREFIX = claimSettings({}).refPrefix;

/** Whether claims can be kept on a remote. */
export interface RemoteFacts {
  readonly remote: string;
  /** Whether it answers. */
  readonly reachable: boolean;
  /** Why it does not answer, or why it cannot be asked; null where it answers. */
  readonly problem: string | null;
  /** Milliseconds that one push took; null where none came through. */
  readonly roundTrip: number | null;
  /** What was tried, the configured prefix first, then the usual one and the fallback; empty where the remote does not answer. */
  readonly prefixes: readonly PrefixFacts[];
}

export interface PrefixFacts {
  readonly prefix: string;
  /** Whether a reference could be made there, and replaced. */
  readonly accepted: boolean;
  /** Whether it could be made, but only with a history that is kept (`receive.denyNonFastForwards`). */
  readonly forwardOnly: boolean;
  /** Whether it could be removed again; false where it was not made. */
  readonly removed: boolean;
}

export interface ProbeOptions {
  readonly machine: Pick<Machine, 'beat' | 'token' | 'liveness'>;
  /** The environment for git. Absent: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for one contact. Absent: 20 seconds. */
  readonly timeout?: number;
}

/**
 * Finds out whether a remote takes references under a prefix, the usual one, and the fallback: makes one of each, looks whether it
 * is there, and removes it. Throws UNKNOWN_VALUE for what cannot be a remote or a prefix, or is none of this repository; GIT.
 */
export async function probeRemote(
  repository: Repository,
  remote: string,
  prefix: string,
  { machine, env, timeout }: ProbeOptions,
): Promise<RemoteFacts> {
  const exchange = openExchange({
    repository,
    remote: remoteName(remote),
    machine,
    newId: randomName,
    ...(env !== undefined && { env }),
    ...(timeout !== undefined && { timeout }),
  });
  const prefixes = [...new Set([refPrefix(prefix), USUAL_PREFIX, FALLBACK_PREFIX])];
  const problem = await exchange.reach();
  const silent = { remote, reachable: false, problem, roundTrip: null, prefixes: [] };
  if (problem !== null) return silent;
  let roundTrip: number | null = null;
  const tried: PrefixFacts[] = [];
  for (const each of prefixes) {
    const { took, ...facts } = await tryPrefix(exchange, each, machine);
    roundTrip ??= took;
    tried.push(facts);
  }
  return { remote, reachable: true, problem: null, roundTrip, prefixes: tried };
}

async function tryPrefix(
  exchange: Exchange,
  prefix: string,
  machine: Pick<Machine, 'beat'>,
): Promise<PrefixFacts & { readonly took: number | null }> {
  const name = `jit-probe-${randomName()}`;
  const ref = prefix + name;
  const nowThere = async (): Promise<string | null> =>
    (await exchange.fetch(prefix, [name])).get(name)?.object ?? null;
  const message = `jit tries whether claims can be kept here; ${name}\n`;
  const made = await exchange.store(message, 0);
  const started = machine.beat().elapsed;
  const said = await exchange.push(ref, null, made);
  const took = said ? machine.beat().elapsed - started : null;
  let there = await nowThere();
  if (there !== made) return { prefix, accepted: false, forwardOnly: false, removed: false, took };
  let forwardOnly = false;
  for (const parent of [undefined, made]) {
    forwardOnly = parent !== undefined;
    await exchange.push(ref, made, await exchange.store(message, 1, parent));
    there = await nowThere();
    if (there !== made) break;
  }
  const accepted = there !== made;
  await exchange.push(ref, there, null);
  return {
    prefix,
    accepted,
    forwardOnly: forwardOnly && accepted,
    removed: (await nowThere()) === null,
    took,
  };
}
