import { type Check, conclude, type Finding, fault, note, skipped, warn } from './check.ts';

/** What came of trying to keep claims on a remote. */
export interface RemoteProbe {
  readonly remote: string;
  readonly reachable: boolean;
  /** Why it does not answer; null: it does. */
  readonly problem: string | null;
  /** Milliseconds that one push took; null where none came through. */
  readonly roundTrip: number | null;
  /** What was tried: the configured prefix first, then the usual one and that of branches; empty where the remote does not answer. */
  readonly prefixes: readonly {
    readonly prefix: string;
    /** A reference could be made there. */
    readonly accepted: boolean;
    /** It could be removed again; claims need not be. */
    readonly removed: boolean;
  }[];
}

export interface RemoteFacts {
  /** Null: there is no repository whose remote it could be. */
  readonly probe: RemoteProbe | null;
  readonly remote: string;
  /** Claims are made there; otherwise somebody only asked whether they could be. */
  readonly inUse: boolean;
}

export const REMOTE_NOT_IN_USE = skipped('remote', 'claims are kept in this repository alone');
export const REMOTE_NOT_ASKED = skipped('remote', 'not asked: --offline');

/** Where claims do not work that are made there, something must be done; where they only could be made, it is good to know. */
export function checkRemote({ probe, remote, inUse }: RemoteFacts): Check {
  const tell = inUse ? fault : (message: string): Finding => warn(message);
  if (probe === null) {
    return conclude('remote', remote, [
      tell('claims on a remote need a git repository, and there is none here'),
    ]);
  }
  const { problem, roundTrip, prefixes } = probe;
  const details = { remote, reachable: probe.reachable, problem, round_trip_ms: roundTrip, prefixes };
  if (!probe.reachable) {
    const meanwhile = inUse ? ': claims are provisional until it can be reached' : '';
    return conclude(
      'remote',
      `${remote} does not answer`,
      [tell(`${problem ?? 'no reason is known'}${meanwhile}`)],
      details,
    );
  }
  const time = roundTrip === null ? '' : `, a claim takes ${roundTrip} ms`;
  return conclude('remote', `${remote} answers${time}`, judgePrefixes(probe, inUse), details);
}

// A claim that is given back stays as a record: to keep claims, a remote need not let anything be removed.
function judgePrefixes({ prefixes }: RemoteProbe, inUse: boolean): readonly Finding[] {
  const works = prefixes.find(({ accepted }) => accepted);
  const findings: Finding[] = prefixes
    .filter(({ accepted, removed }) => accepted && !removed)
    .map(({ prefix }) =>
      warn(`what is made under ${prefix} cannot be removed again: a reference for trying is left there`),
    );
  const configured = prefixes[0];
  if (works === undefined) {
    const message = `claims cannot be kept there: it refuses ${prefixes.map(({ prefix }) => prefix).join(', ')}`;
    return [...findings, inUse ? fault(message) : warn(message)];
  }
  if (works === configured) return findings;
  const choose = `jit config set claims.refPrefix ${works.prefix}`;
  const message = `it refuses ${configured?.prefix}, and takes ${works.prefix}`;
  return [...findings, inUse ? fault(message, choose) : note(message, choose)];
}
