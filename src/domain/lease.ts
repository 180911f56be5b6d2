import { type Actor, actorIs } from './identity.ts';

/**
 * How far a lease is.
 * `claiming`: granted; the file is being changed. `held`: somebody works on the issue.
 * `finishing`: its holder is declaring the work finished. `suspended`: the work waits for its gates, and time does not
 * count. `done`: the work is finished; the record keeps others from doing it again. `released`: nobody's.
 */
export type LeaseStatus = 'claiming' | 'held' | 'finishing' | 'suspended' | 'done' | 'released';

/** How long a lease lasts without a renewal when nobody says otherwise; milliseconds. */
export const DEFAULT_TTL = 30 * 60 * 1000;

/**
 * Whether somebody may ask for this ttl, in milliseconds; 0: without end. What is shorter than the start of a program would be over
 * before its holder could say another word.
 */
export const isTtl = (ttl: number | undefined): boolean => ttl === 0 || (ttl !== undefined && ttl >= 1000);

/** Where a holder works. */
export interface Workplace {
  /** git's own name of the work tree: `.` is the main one, and a store without git; others are `worktrees/NAME`. */
  readonly worktree: string;
  /** Its top directory, for people: a work tree may be moved. */
  readonly path: string;
  /** The branch that is checked out; null without git or on no branch. */
  readonly branch: string | null;
}

/** The moment of a renewal, on a clock that nobody can set. */
export interface Beat {
  /** The machine, across its boots. */
  readonly host: string;
  /** The boot of the machine; null where the system does not tell boots apart. */
  readonly boot: string | null;
  /** Milliseconds on the monotonic clock of that boot. */
  readonly elapsed: number;
  /** Wall clock, UTC, for people: nothing is decided by it. */
  readonly at: string;
}

/** Who may work on an issue, as one repository or one remote records it. Every change replaces the whole record. */
export interface Lease extends Workplace {
  /** The issue. */
  readonly id: string;
  /** Grows with every grant; a change under an older one is refused. */
  readonly epoch: number;
  readonly status: LeaseStatus;
  /** `{type}:{identifier}`. */
  readonly holder: string;
  /** Milliseconds from a renewal until it may be taken over; null: never by time. */
  readonly ttl: number | null;
  /** Counts the changes under this epoch. */
  readonly renewals: number;
  /** The last renewal. */
  readonly beat: Beat;
  /** The process whose end ends the lease; null: none. */
  readonly tie: string | null;
  /** The process that is claiming or finishing at this moment; null in every other status. */
  readonly writer: string | null;
  /** Granted while the remote could not be reached: another clone may have been first. */
  readonly provisional: boolean;
  /** Why it is nobody's; null unless `released`. `lost`: another clone was first. */
  readonly ended: 'released' | 'expired' | 'lost' | null;
  /** Who gave it back, who need not have held it; absent where nobody did, or none was named. */
  readonly endedBy?: string;
}

/**
 * `live`: its holder counts. `overdue`: anybody may take it over; until somebody does, it still serves its holder.
 * `over`: `done` or `released`.
 */
export type Life = 'live' | 'overdue' | 'over';

/** A lease as it is now. */
export interface Standing {
  readonly lease: Lease;
  readonly life: Life;
  /** Milliseconds until it is overdue; null where no time is set, or where only watching it can tell. */
  readonly remaining: number | null;
}

/** A lease whose claim a merge gave to another clone. */
export interface Loss {
  readonly standing: Standing;
  /** Whose claim stands, or stood last; null where none does: the issue was put away. */
  readonly winner: string | null;
}

/** Whether the process behind a token still runs. `unknown`: it is, or was, where we cannot look. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** What the judge of a lease knows: the machine that it runs on, and what it saw of this lease before. */
export interface Evidence {
  readonly now: Beat;
  /** Whether the process behind a token still runs. */
  liveness(token: string): Liveness;
  /** For how many milliseconds, by one's own clock, the record has been seen unchanged; null: first look. */
  readonly unchangedFor: number | null;
}

/** Judges a lease. A peer's clock is never trusted: on another machine, only watching it unchanged for its ttl counts. */
export function judge(lease: Lease, evidence: Evidence): Standing {
  if (lease.status === 'done' || lease.status === 'released') return { lease, life: 'over', remaining: null };
  const earlierBoot = isEarlierBoot(lease, evidence.now);
  const writerDied = lease.writer !== null && (earlierBoot || evidence.liveness(lease.writer) === 'dead');
  // Whoever finishes may have finished: as long as that can be, nobody takes it.
  if (lease.status === 'finishing' && !writerDied) return live(lease);
  // Whoever claims tells nobody of it before it is held.
  if (lease.status === 'claiming' && writerDied) return overdue(lease);
  // The work was handed in: its worker may well be gone.
  if (lease.status === 'suspended') return live(lease);
  if (lease.tie !== null && (earlierBoot || evidence.liveness(lease.tie) === 'dead')) return overdue(lease);
  if (lease.ttl === null) return live(lease);
  if (earlierBoot) return overdue(lease);
  const age = isSameClock(lease, evidence.now)
    ? evidence.now.elapsed - lease.beat.elapsed
    : (evidence.unchangedFor ?? 0);
  return age >= lease.ttl ? overdue(lease) : { lease, life: 'live', remaining: lease.ttl - age };
}

const live = (lease: Lease): Standing => ({ lease, life: 'live', remaining: null });
const overdue = (lease: Lease): Standing => ({ lease, life: 'overdue', remaining: 0 });

/** Whether the clock of the last renewal is the one we read: then its age is known at once. */
export const isSameClock = ({ beat }: Lease, now: Beat): boolean =>
  beat.boot !== null && beat.boot === now.boot;

// The boot first: which machine this is costs more to find out, and mostly need not be.
const isEarlierBoot = ({ beat }: Lease, now: Beat): boolean =>
  beat.boot !== null && now.boot !== null && beat.boot !== now.boot && beat.host === now.host;

/** What is asked of a lease: to be the actor's. */
export interface Request {
  readonly id: string;
  readonly actor: Pick<Actor, 'id' | 'bare'>;
  readonly here: Workplace;
  /** Milliseconds; null: never by time. */
  readonly ttl: number | null;
  /** The process whose end ends the lease; null: none. */
  readonly tie: string | null;
  /** Which terms a lease that is the actor's already keeps, instead of getting these; absent: none. */
  readonly keep?: { readonly ttl: boolean; readonly tie: boolean };
  /** The process that claims. */
  readonly writer: string;
  /** The epoch that the file records: the new one is higher. 0: none. */
  readonly floor: number;
  /** Refuse also what the actor holds already: two processes that share a name never share an issue. */
  readonly exclusive: boolean;
  /** Take it from whoever has it. */
  readonly takeover: boolean;
}

/** `granted`: under a new epoch. `held`: it was the actor's already, and is renewed. `refused`: by `standing`. */
export type Answer =
  | { readonly outcome: 'granted' | 'held'; readonly lease: Lease }
  | { readonly outcome: 'refused'; readonly standing: Standing };

/** Decides a request on what is recorded; null: nothing is. */
export function answer(standing: Standing | null, request: Request, now: Beat): Answer {
  if (standing === null) return { outcome: 'granted', lease: grant(request, 0, now) };
  const { lease, life } = standing;
  const mine = isHolder(lease, request.actor, request.here) && isActive(lease);
  if (mine && !request.exclusive && !request.takeover && !isTiedToAnother(standing, request)) {
    return { outcome: 'held', lease: heldAnew(standing, request, now) };
  }
  const free = lease.status === 'released' || (life === 'overdue' && mayEnd(lease, request.here));
  if (free || request.takeover) return { outcome: 'granted', lease: grant(request, lease.epoch, now) };
  return { outcome: 'refused', standing };
}

// What is tied to a process that runs is that one's: a second process of the same name does not get it as well.
const isTiedToAnother = ({ lease, life }: Standing, { tie, keep }: Request): boolean =>
  life === 'live' && lease.tie !== null && tie !== null && tie !== lease.tie && keep?.tie !== true;

// Whoever asks for what he has goes on under the same epoch, also when it was overdue: nobody took it.
function heldAnew({ lease, life }: Standing, request: Request, now: Beat): Lease {
  const { here, keep } = request;
  const ttl = keep?.ttl === true ? lease.ttl : request.ttl;
  // A lease that is overdue because its process ended must not stay tied to that.
  const tie = keep?.tie === true && life === 'live' ? lease.tie : request.tie;
  // Another process of the same holder may be finishing the work at this moment: that stays on record.
  const writer = lease.status === 'claiming' ? request.writer : lease.writer;
  return { ...renewed(lease, now), ...here, ttl, tie, writer };
}

/** Whether somebody has it: it is neither over nor given back. */
export const isActive = ({ status }: Lease): boolean => status !== 'done' && status !== 'released';

function grant(request: Request, before: number, beat: Beat): Lease {
  const { id, actor, here, ttl, tie, writer, floor } = request;
  return {
    id,
    epoch: Math.max(before, floor) + 1,
    status: 'claiming',
    holder: actor.id,
    worktree: here.worktree,
    path: here.path,
    branch: here.branch,
    ttl,
    renewals: 0,
    beat,
    tie,
    writer,
    provisional: false,
    ended: null,
  };
}

/** The lease with a new beat. */
export const renewed = (lease: Lease, beat: Beat): Lease => ({
  ...lease,
  renewals: lease.renewals + 1,
  beat,
});

/**
 * Whether somebody here may end an overdue lease. Of work whose finishing was interrupted only its own work tree shows whether
 * it was finished.
 */
export const mayEnd = (lease: Lease, here: Pick<Workplace, 'worktree'>): boolean =>
  lease.status !== 'finishing' || lease.worktree === here.worktree;

/** What may become of a lease under its epoch; what is absent stays. */
export interface Change {
  readonly status?: Exclude<LeaseStatus, 'claiming' | 'released'>;
  readonly ttl?: number | null;
  /** It no longer ends with its process. */
  readonly tie?: null;
  readonly branch?: string | null;
  /** Hands the lease over under the same epoch. */
  readonly holder?: string;
  /** The process that is finishing; needed with that status. */
  readonly writer?: string;
  readonly provisional?: boolean;
  /** The epoch under which a remote granted it, where that is higher; a lower one changes nothing. */
  readonly epoch?: number;
}

/**
 * The lease after a change by its holder, which renews it; null where it is over. What was given back only because it was
 * overdue, and nobody took, still serves its holder; and finished work is finished, whatever became of the lease.
 */
export function changed(lease: Lease, change: Change, beat: Beat): Lease | null {
  if (lease.status === 'done' && change.status !== 'done') return null;
  const revives = change.status === 'done' || (lease.ended === 'expired' && change.status !== undefined);
  if (lease.status === 'released' && !revives) return null;
  const status = change.status ?? lease.status;
  const writes = status === 'claiming' || status === 'finishing';
  // A mere renewal, by whatever process, takes nothing over from the one that is claiming or finishing.
  const writing = change.status === undefined ? lease.writer : (change.writer ?? lease.writer);
  const writer = writes ? writing : null;
  const epoch = Math.max(lease.epoch, change.epoch ?? 0);
  const { endedBy: _, ...again } = renewed(lease, beat);
  return { ...again, ...change, epoch, status, writer, ended: null };
}

/** The lease given back; `by` whom, where that is known. */
export const ended = (lease: Lease, how: NonNullable<Lease['ended']>, beat: Beat, by?: string): Lease => ({
  ...renewed(lease, beat),
  status: 'released',
  tie: null,
  writer: null,
  provisional: false,
  ended: how,
  ...(by === undefined ? {} : { endedBy: by }),
});

/** What stands in the place of a record that could not be understood: nobody's. `epoch`: no earlier one was higher. */
export const replacement = (id: string, epoch: number, beat: Beat): Lease => ({
  id,
  epoch: epoch + 1,
  status: 'released',
  holder: 'unknown:unknown',
  worktree: '.',
  path: '',
  branch: null,
  ttl: null,
  renewals: 0,
  beat,
  tie: null,
  writer: null,
  provisional: false,
  ended: 'released',
});

/**
 * Whether it was granted in another clone, which a remote told of: its work tree has the name of that clone before its own. Its
 * epoch may be the number of one that was granted here; so who gives it back names no epoch.
 */
export const isOfAnotherClone = ({ worktree }: Pick<Workplace, 'worktree'>): boolean =>
  worktree !== '.' && !worktree.startsWith('worktrees/');

/** Whether the actor, at this place, is the one who holds the lease: the same name elsewhere is somebody else. */
export const isHolder = (
  lease: Lease,
  actor: Pick<Actor, 'id' | 'bare'>,
  here: Pick<Workplace, 'worktree'>,
): boolean => lease.worktree === here.worktree && actorIs(actor, lease.holder);
