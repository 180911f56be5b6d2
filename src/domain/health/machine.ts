import type { Actor } from '../identity.ts';
import type { Beat } from '../lease.ts';
import { type Check, conclude, type Finding, note, warn } from './check.ts';

export interface ClockFacts {
  /** UTC, RFC 3339. */
  readonly now: string;
  /** What lies after this comes from a clock that goes otherwise: those of machines that work together differ by less. */
  readonly soon: string;
  /** The newest time in the log; null: none. */
  readonly newestEvent: string | null;
  /** When a file of the store was changed last, by the file system's clock; null: not known. */
  readonly newestFile: string | null;
  /** How this machine tells time for leases. */
  readonly beat: Pick<Beat, 'host' | 'boot' | 'elapsed'>;
}

/** How much later than now `soon` is. Milliseconds. */
export const TOLERANCE = 60_000;

export function checkClock({ now, soon, newestEvent, newestFile, beat }: ClockFacts): Check {
  const findings: Finding[] = [];
  const look = (then: string | null, what: string): void => {
    if (then !== null && then > soon)
      findings.push(
        warn(`${what} of ${then}, and the clock says ${now}: this clock is slow, or another was fast`),
      );
  };
  look(newestEvent, 'the newest event is');
  look(newestFile, 'the newest file of the store is');
  if (beat.boot === null) {
    findings.push(
      note(
        'the system does not tell boots apart: a lease is judged by watching it, and lives a ttl longer after its holder died',
      ),
    );
  }
  const message =
    beat.boot === null
      ? 'wall clock and monotonic clock'
      : 'wall clock, monotonic clock, and the name of the boot';
  return conclude('clock', message, findings, {
    now,
    newest_event: newestEvent,
    newest_file: newestFile,
    host: beat.host,
    boot: beat.boot,
    monotonic_ms: beat.elapsed,
  });
}

/** `actor` null: nothing says who acts. */
export function checkIdentity(actor: Actor | null): Check {
  if (actor === null) {
    return conclude('identity', 'nothing says who acts', [note('set JIT_AGENT_ID, or git user.name')], {
      id: null,
      source: null,
      may_claim: false,
    });
  }
  const mayClaim = actor.explicit || actor.atTerminal;
  const findings = mayClaim
    ? []
    : [note('without a terminal, claims need an explicit identity: set JIT_AGENT_ID')];
  const how = actor.explicit ? 'explicit' : 'inferred';
  return conclude('identity', `${actor.id} (${how}, from ${actor.source})`, findings, {
    id: actor.id,
    source: actor.source,
    may_claim: mayClaim,
  });
}
