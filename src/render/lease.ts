import { ref } from '../domain/issue.ts';
import type { Lease, Life, Standing } from '../domain/lease.ts';
import { ago } from './ago.ts';
import { safeLine } from './terminal-text.ts';

/** A lease as machines read it. */
export interface LeaseDocument {
  /** The issue. */
  readonly id: string;
  readonly ref: string;
  readonly status: Lease['status'];
  readonly life: Life;
  readonly holder: string;
  readonly epoch: number;
  readonly worktree: string;
  readonly path: string;
  readonly branch: string | null;
  /** Seconds; null: never overdue by time. */
  readonly ttl: number | null;
  /** Seconds until it is overdue; null where no time is set, or only watching it can tell. */
  readonly remaining: number | null;
  readonly renewals: number;
  /** Wall clock of the last renewal. */
  readonly renewed_at: string;
  readonly host: string;
  /** The process whose end ends the lease; null: none. */
  readonly pid: number | null;
  readonly provisional: boolean;
  readonly ended: Lease['ended'];
}

export const leaseDocument = ({ lease, life, remaining }: Standing): LeaseDocument => ({
  id: lease.id,
  ref: ref(lease.id),
  status: lease.status,
  life,
  holder: lease.holder,
  epoch: lease.epoch,
  worktree: lease.worktree,
  path: lease.path,
  branch: lease.branch,
  ttl: lease.ttl === null ? null : seconds(lease.ttl),
  remaining: remaining === null ? null : seconds(remaining),
  renewals: lease.renewals,
  renewed_at: lease.beat.at,
  host: lease.beat.host,
  pid: lease.tie === null ? null : Number.parseInt(lease.tie, 10),
  provisional: lease.provisional,
  ended: lease.ended,
});

/** Milliseconds as seconds, rounded up: 0 only when nothing is left. */
const seconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

/** `held by agent:a1 in /trees/x on branch f1, epoch 3, 12m left`: who has an issue, where, and for how long. */
export function describeLease({ lease, life, remaining }: Standing, now: string): string {
  const { holder, path, branch, epoch } = lease;
  const parts = [
    `${STATUS[lease.status]} ${holder} in ${path}${branch === null ? '' : ` on branch ${branch}`}`,
    `epoch ${epoch}`,
    ...time(life, remaining, lease, now),
    ...(lease.tie === null || life === 'over' ? [] : [`ends with process ${Number.parseInt(lease.tie, 10)}`]),
    ...(lease.provisional ? ['provisional: the remote could not be reached'] : []),
  ];
  return safeLine(parts.join(', '));
}

const STATUS: Readonly<Record<Lease['status'], string>> = {
  claiming: 'being claimed by',
  held: 'held by',
  finishing: 'being finished by',
  suspended: 'suspended at its gates, of',
  done: 'finished by',
  released: 'given back by',
};

function time(life: Life, remaining: number | null, lease: Lease, now: string): readonly string[] {
  if (life === 'over')
    return lease.ended === null ? [ago(lease.beat.at, now)] : [lease.ended, ago(lease.beat.at, now)];
  if (life === 'overdue') return [`stale: last renewed ${ago(lease.beat.at, now)}`];
  if (lease.status === 'suspended') return [];
  if (lease.ttl === null) return ['without end'];
  return remaining === null ? [] : [`${describeSpan(remaining)} left`];
}

/** `45s`, `12m`, `3h`, `2d` of milliseconds, rounded down. */
export function describeSpan(milliseconds: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
  ] as const;
  for (const [unit, size] of units) {
    if (milliseconds >= size) return `${Math.floor(milliseconds / size)}${unit}`;
  }
  return `${Math.max(0, Math.floor(milliseconds / 1000))}s`;
}
