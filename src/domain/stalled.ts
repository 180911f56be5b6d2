import { type IssueHead, ref } from './issue.ts';
import { mayEnd, type Standing, type Workplace } from './lease.ts';
import { shellWord } from './shell-word.ts';

/**
 * A sign that nobody works on an issue that is in progress. `expired`: its lease is overdue, or was given back, and nobody has
 * taken it. `no-lease`: none is on record: another clone's work. `silent`: no event for long.
 */
export interface Stall {
  readonly type: 'expired' | 'no-lease' | 'silent';
  /** The last sign of life: the last renewal, the claim, the last event. UTC, RFC 3339. */
  readonly since: string;
  /** The command that frees the issue. */
  readonly resolve: string;
}

/** What is known of an issue that is in progress. */
export interface Activity {
  /** As it counts for what the file says. */
  readonly lease: Standing | null;
  /** A lease is on record, but cannot be understood. */
  readonly damaged: boolean;
  /** The last event, and the last claim; null where the log has none. */
  readonly lastEvent: string | null;
  readonly claimed: string | null;
  readonly here: Pick<Workplace, 'worktree'>;
}

/** The signs that an issue has stalled; none where somebody works on it, or has handed it in. `quietSince`: no event since then is silence. */
export function findStalls(issue: IssueHead, activity: Activity, quietSince: string): readonly Stall[] {
  const { lease, damaged, here } = activity;
  if (issue.state !== 'in_progress') return [];
  const known = lease !== null && (issue.claim_epoch ?? 0) <= lease.lease.epoch ? lease : null;
  if (known?.lease.status === 'done' || known?.lease.status === 'suspended') return [];
  const force = `jit issue release ${ref(issue.id)} --force`;
  const stalls: Stall[] = [];
  if (known === null) {
    const resolve = damaged ? `jit lease release ${ref(issue.id)} --force` : force;
    stalls.push({ type: 'no-lease', since: activity.claimed ?? issue.updated_at, resolve });
  } else if (known.life !== 'live') {
    stalls.push({ type: 'expired', since: known.lease.beat.at, resolve: expiry(known, here) });
  }
  const last = activity.lastEvent ?? issue.updated_at;
  if (last <= quietSince) stalls.push({ type: 'silent', since: last, resolve: stalls[0]?.resolve ?? force });
  return stalls;
}

// Of work whose finishing was interrupted only its own work tree tells whether it was finished.
const expiry = ({ lease }: Standing, here: Pick<Workplace, 'worktree'>): string =>
  mayEnd(lease, here) ? 'jit lease expire' : `jit --dir ${shellWord(lease.path)} lease expire`;
