import { JitError } from '../../domain/errors.ts';
import type { Lease } from '../../domain/lease.ts';
import { type HeldWork, renewWork } from '../../operations/held-work.ts';
import type { Session } from '../../operations/session.ts';

/** Not longer without a look, whatever the ttl: so long a lost claim may go unnoticed. Milliseconds. */
const LONGEST = 10 * 60_000;
const SHORTEST = 10;

/** A claim that is being renewed. */
export interface Renewing {
  /** Ends it, and waits for a renewal that is under way. Returns whether the claim was found lost. */
  stop(): Promise<boolean>;
}

/**
 * Renews a claim at a third of its ttl until it is stopped, or the claim is lost, which calls `onLost`. What fails for another
 * reason, such as a full disk, is tried again earlier, and told once.
 */
export function keepRenewed(session: Session, work: HeldWork, lease: Lease, onLost: () => void): Renewing {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: Promise<void> = Promise.resolve();
  let lost = false;
  let stopped = false;
  let told = false;

  const wait = (milliseconds: number): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      underWay = renew();
    }, milliseconds);
  };
  const renew = async (): Promise<void> => {
    try {
      const now = await renewWork(session, work);
      if (now === 'over') return;
      if (now !== 'lost') return wait(pauseOf(now));
    } catch (error) {
      if (!told) tellFailure(session, work, error);
      told = true;
      return wait(pauseOf(lease) / 4);
    }
    lost = true;
    onLost();
  };

  wait(pauseOf(lease));
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await underWay;
      return lost;
    },
  };
}

const pauseOf = ({ ttl }: Lease): number =>
  Math.max(SHORTEST, Math.min(LONGEST, (ttl ?? Number.POSITIVE_INFINITY) / 3));

function tellFailure({ tell }: Session, { id }: HeldWork, error: unknown): void {
  const { code, message } = error instanceof JitError ? error : { code: 'INTERNAL', message: String(error) };
  tell({
    severity: 'warning',
    code: 'lease-not-renewed',
    message: `the claim could not be renewed for a time: ${code}: ${message}`,
    file: null,
    path: null,
    id,
    fix: null,
  });
}
