import type { Change, Lease } from '../../src/domain/lease.ts';

/** What a process asks of the lease of one issue. `writer`: its own token. */
export type Op =
  | {
      readonly op: 'acquire';
      readonly id: string;
      /** `{type}:{identifier}`. */
      readonly by: string;
      readonly worktree: string;
      readonly ttl: number | null;
      readonly tie: string | null;
      /** What a lease that is the asker's already keeps of these two. */
      readonly keep?: { readonly ttl: boolean; readonly tie: boolean };
      readonly floor: number;
      readonly exclusive: boolean;
      readonly takeover: boolean;
      readonly writer: string;
    }
  | {
      readonly op: 'renew';
      readonly id: string;
      readonly epoch: number;
      readonly change: Pick<Change, 'status' | 'ttl' | 'tie' | 'holder'>;
      readonly writer: string;
    }
  | {
      readonly op: 'release';
      readonly id: string;
      readonly epoch: number | null;
      readonly how: NonNullable<Lease['ended']>;
    }
  | { readonly op: 'expire'; readonly id: string; readonly worktree: string }
  | { readonly op: 'inspect'; readonly id: string };

/** What it was told: of `acquire` the outcome, and the lease (when refused: the one that stands in the way); else the lease, or null. */
export interface Result {
  readonly outcome?: 'granted' | 'held' | 'refused';
  readonly lease: Lease | null;
}

/**
 * One line of a history (plain JSON). `start`, `end`: milliseconds, with fractions, on the monotonic clock of which the leases
 * have whole ones. `end` null: the process was killed before it was told, and it may or may not have happened. The death of a process
 * is an entry too: it happens between `start` and `end`, and concerns every issue.
 */
export interface Entry {
  readonly process: string;
  readonly start: number;
  readonly end: number | null;
  readonly op: Op | { readonly op: 'die'; readonly token: string };
  /** Absent where `end` is null, and of a death. */
  readonly result?: Result;
}

/** What of a lease is compared; `beat` is when it was renewed at the earliest and at the latest. */
const COMPARED = [
  'epoch',
  'status',
  'holder',
  'worktree',
  'ttl',
  'renewals',
  'tie',
  'writer',
  'ended',
] as const satisfies readonly (keyof Lease)[];
type Seen = Pick<Lease, (typeof COMPARED)[number]> & { readonly beat: readonly [number, number] };

interface State {
  readonly lease: Seen | null;
  readonly dead: readonly string[];
}

/** One thing that may come of an operation: what it is told, and what is recorded then. */
interface Step {
  readonly outcome?: Result['outcome'];
  /** The lease in the answer. */
  readonly told: Seen | null;
  readonly state: State;
}

type Now = readonly [number, number];

/** Whether a lease may be taken, by its rules; at some moments of an interval, perhaps, and at others not. */
function lifeOf({ lease, dead }: State, now: Now): { readonly live: boolean; readonly overdue: boolean } {
  const sure = (overdue: boolean) => ({ live: !overdue, overdue });
  if (lease === null || lease.status === 'done' || lease.status === 'released') return sure(false);
  const { status, ttl, tie, writer, beat } = lease;
  const writerDied = writer !== null && dead.includes(writer);
  if (status === 'claiming' && writerDied) return sure(true);
  if (status === 'suspended' || (status === 'finishing' && !writerDied)) return sure(false);
  if (tie !== null && dead.includes(tie)) return sure(true);
  if (ttl === null) return sure(false);
  return { live: now[0] < beat[1] + ttl, overdue: now[1] >= beat[0] + ttl };
}

/** Everything that an operation may do to a state within an interval. */
function steps(state: State, { op }: Entry, now: Now): readonly Step[] {
  const { lease } = state;
  const same = (outcome?: Result['outcome']): Step => ({
    told: lease,
    state,
    ...(outcome && { outcome }),
  });
  const nothing: Step = { told: null, state };
  const becomes = (next: Seen, outcome?: Result['outcome']): Step => ({
    told: next,
    state: { ...state, lease: next },
    ...(outcome && { outcome }),
  });
  const beat = [Math.floor(now[0]), Math.floor(now[1])] as const;
  const next = (fields: Partial<Seen>): Seen => ({
    ...lease!,
    renewals: lease!.renewals + 1,
    beat,
    ...fields,
  });
  const life = lifeOf(state, beat);
  switch (op.op) {
    case 'die':
      return [{ told: null, state: { ...state, dead: [...state.dead, op.token].sort() } }];
    case 'inspect':
      return [same()];
    case 'acquire': {
      const { by: holder, worktree, ttl, tie, writer } = op;
      const mine =
        lease !== null &&
        lease.status !== 'done' &&
        lease.status !== 'released' &&
        lease.holder === holder &&
        lease.worktree === worktree;
      if (mine && !op.exclusive && !op.takeover) {
        const { status } = lease;
        const { keep } = op;
        const writes = status === 'claiming' ? writer : lease.writer;
        const terms = { status, ttl: keep?.ttl === true ? lease.ttl : ttl, writer: writes };
        const held = becomes(next({ ...terms, tie }), 'held');
        const kept = keep?.tie === true ? becomes(next({ ...terms, tie: lease.tie }), 'held') : held;
        const isAnothers = lease.tie !== null && tie !== null && lease.tie !== tie && keep?.tie !== true;
        const whileLive = isAnothers ? same('refused') : kept;
        return [...(life.live ? [whileLive] : []), ...(life.overdue ? [held] : [])];
      }
      const epoch = Math.max(lease?.epoch ?? 0, op.floor) + 1;
      const grant: Seen = {
        ...{ epoch, status: 'claiming', holder, worktree, ttl, tie, writer },
        ...{ renewals: 0, ended: null, beat },
      };
      if (op.takeover || lease === null || lease.status === 'released') return [becomes(grant, 'granted')];
      const mayTake = life.overdue && (lease.status !== 'finishing' || lease.worktree === worktree);
      const mayRefuse = !mayTake || life.live;
      return [...(mayTake ? [becomes(grant, 'granted')] : []), ...(mayRefuse ? [same('refused')] : [])];
    }
    case 'renew': {
      if (lease === null || lease.epoch !== op.epoch) return [nothing];
      const finishes = op.change.status === 'done';
      const resumes = lease.ended === 'expired' && op.change.status !== undefined;
      if (!finishes && (lease.status === 'done' || (lease.status === 'released' && !resumes)))
        return [nothing];
      const status = op.change.status ?? lease.status;
      const writes = status === 'claiming' || status === 'finishing';
      const writer = !writes ? null : op.change.status === undefined ? lease.writer : op.writer;
      return [becomes(next({ ...op.change, status, writer, ended: null }))];
    }
    case 'release':
      if (lease === null || lease.status === 'released' || (op.epoch ?? lease.epoch) !== lease.epoch)
        return [nothing];
      return [becomes(next({ status: 'released', tie: null, writer: null, ended: op.how }))];
    case 'expire': {
      const may =
        life.overdue && lease !== null && (lease.status !== 'finishing' || lease.worktree === op.worktree);
      const ends = may
        ? [becomes(next({ status: 'released', tie: null, writer: null, ended: 'expired' }))]
        : [];
      return life.live || !may ? [...ends, nothing] : ends;
    }
  }
}

/** Narrows a step to what was told; undefined where that is something else. */
function match(step: Step, result: Result): State | undefined {
  const { lease } = result;
  if (step.outcome !== result.outcome) return undefined;
  if (lease === null || step.told === null) return lease === step.told ? step.state : undefined;
  if (COMPARED.some((field) => lease[field] !== step.told![field])) return undefined;
  const at = lease.beat.elapsed;
  const [from, to] = step.told.beat;
  if (at < from || at > to) return undefined;
  return step.state.lease === null
    ? step.state
    : { ...step.state, lease: { ...step.state.lease, beat: [at, at] } };
}

/**
 * Looks for an order in which the operations of one issue, one after the other, give what was told, and which never puts an
 * operation before one that had ended when it started (Wing and Gong; Lowe: states that were seen are not searched again).
 * Null when there is one, else what could not be explained.
 */
function checkIssue(id: string, history: readonly Entry[]): string | null {
  const entries = history
    .filter(({ op }) => op.op === 'die' || op.id === id)
    .sort((a, b) => a.start - b.start);
  const must = entries.map(({ end }) => end !== null);
  const seen = new Set<string>();
  const stack: { readonly done: bigint; readonly state: State }[] = [
    { done: 0n, state: { lease: null, dead: [] } },
  ];
  let best: { count: number; done: bigint; state: State } = { count: -1, ...stack[0]! };
  for (let config = stack.pop(); config !== undefined; config = stack.pop()) {
    const { done, state } = config;
    const left = entries.flatMap((_, i) => ((done >> BigInt(i)) & 1n ? [] : [i]));
    if (left.every((i) => !must[i])) return null;
    if (entries.length - left.length > best.count)
      best = { count: entries.length - left.length, done, state };
    const firstEnd = Math.min(...left.map((i) => entries[i]!.end ?? Number.POSITIVE_INFINITY));
    for (const i of left) {
      const entry = entries[i]!;
      if (entry.start > firstEnd) continue;
      for (const step of steps(state, entry, [entry.start, entry.end ?? Number.POSITIVE_INFINITY])) {
        const after = entry.result === undefined ? step.state : match(step, entry.result);
        if (after === undefined) continue;
        const next = { done: done | (1n << BigInt(i)), state: after };
        const key = `${next.done.toString(36)} ${JSON.stringify(after)}`;
        if (!seen.has(key)) stack.push(next);
        seen.add(key);
      }
    }
  }
  const stuck = entries.filter((_, i) => !((best.done >> BigInt(i)) & 1n) && must[i]);
  return [
    `${id}: after ${best.count} of ${entries.length} operations, with ${JSON.stringify(best.state)}, none of these can come next:`,
    ...stuck.slice(0, 8).map((entry) => JSON.stringify(entry)),
  ].join('\n');
}

/** Checks a history issue by issue. Null when some order explains it; else what no order explains. */
export function findViolation(history: readonly Entry[]): string | null {
  const ids = new Set(history.flatMap(({ op }) => (op.op === 'die' ? [] : [op.id])));
  for (const id of ids) {
    const violation = checkIssue(id, history);
    if (violation !== null) return violation;
  }
  return null;
}
