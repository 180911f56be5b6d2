import { claimSettings } from '../domain/claim-settings.ts';
import { JitError } from '../domain/errors.ts';
import type { IssueHead } from '../domain/issue.ts';
import { isOfAnotherClone, type Standing } from '../domain/lease.ts';
import type { Filter } from '../domain/query.ts';
import { type Candidates, findCandidates, findHeld, nothingReady } from './candidates.ts';
import { type Claimed, claimIssue, claimUnderLease, type Known, type Terms } from './claim.ts';
import { Draft } from './draft.ts';
import { expireLeases } from './expire.ts';
import { endLosses } from './lost-claims.ts';
import { NO_FENCE, type Session } from './session.ts';
import { settleLeases } from './settle-leases.ts';

export interface ClaimNextInput extends Terms {
  /** Only issues that match; null: all. */
  readonly filter: Filter | null;
  /** Return what the actor already holds, before anything new. */
  readonly resume: boolean;
}

/** So often one issue is tried that somebody else turns out to have: what looks free may come back, but not for ever. */
const TRIES = 3;

/**
 * Claims the most important issue that is really ready. Workers look at the board one after the other, so that not all of them want the
 * same issue; a race that is lost all the same, to one who does not queue or is in another work tree, is tried again on the next.
 * What JIT_EPOCH says of an issue counts for what is resumed; new work has a new epoch. Throws NOTHING_READY with counts, or
 * ALL_DONE when no open issue matches.
 */
export async function claimNext(session: Session, input: ClaimNextInput): Promise<Claimed> {
  if (input.resume) {
    await settleLeases(session);
    const held = await session.store.read(async (view) =>
      findHeld(await Draft.open(session, view), input.filter ?? ALL, session.fence),
    );
    if (held !== null) return claimIssue(session, held.id, input);
  }
  const search: Search = { input, tries: new Map(), settled: input.resume, asked: false };
  for (;;) {
    const seen = await session.store.inTurn(async (store): Promise<Board | Claimed | 'again' | 'owing'> => {
      const inTurn = { ...session, store };
      const board = await look(inTurn, search);
      // A remote may let wait, and nobody else is to wait for it as well.
      return board !== 'owing' && board.local ? claimAmong(inTurn, search, board) : board;
    });
    if (seen === 'owing') {
      await settleLeases(session);
      search.settled = true;
      continue;
    }
    const claimed =
      typeof seen === 'object' && 'ranked' in seen ? await claimAmong(session, search, seen) : seen;
    if (claimed !== 'again') return claimed;
  }
}

/** One worker's search for work. */
interface Search {
  readonly input: ClaimNextInput;
  /** By id. */
  readonly tries: Map<string, number>;
  /** Whether the remote has what it is owed. */
  settled: boolean;
  /** Whether the remote was asked what other clones have. */
  asked: boolean;
}

/** What a worker sees who looks for work. */
interface Board extends Candidates {
  /** Why there is nothing to claim; null where there is. */
  readonly none: JitError | null;
  /** Of those that are ranked, by id. */
  readonly leases: ReadonlyMap<string, Standing | null>;
  /** How long a claim lasts where nobody says otherwise; milliseconds, null: without end. */
  readonly ttl: number | null;
  /** Whether all that decides is on this machine. */
  readonly local: boolean;
}

/** Claims the first of those that are ranked which is still free; `again` when one has to look anew. */
async function claimAmong(session: Session, search: Search, board: Board): Promise<Claimed | 'again'> {
  const { input, tries } = search;
  await endLosses(session, board.lost);
  if (board.over.length > 0) {
    const { rows } = await expireLeases(
      session,
      board.over.map(({ id }) => id),
    );
    if (rows.length > 0) return 'again';
  }
  if (board.ranked.length === 0 && board.abroad.length > 0 && !search.asked) {
    search.asked = true;
    await session.leases.refresh(board.abroad);
    return 'again';
  }
  if (board.none !== null) throw board.none;
  for (const candidate of board.ranked) {
    tries.set(candidate.id, (tries.get(candidate.id) ?? 0) + 1);
    const before = board.leases.get(candidate.id) ?? null;
    const known = { exclusive: true, ttl: board.ttl, before };
    const tried = await tryClaim({ ...session, fence: NO_FENCE }, candidate, input, known);
    if (tried !== null && !('refusedBy' in tried)) return tried;
    // The remote that refused told of all that other clones have: each further try without looking would cost a contact.
    if (tried !== null && isOfAnotherClone(tried.refusedBy.lease)) break;
  }
  return 'again';
}

const ALL: Filter = { op: 'all' };

/** `owing`: a remote decides, and may be owed something of which this look would not know. */
const look = (session: Session, { input: { filter }, tries, settled }: Search): Promise<Board | 'owing'> =>
  session.store.read(async (view) => {
    const { ttl, scope } = claimSettings(await view.config());
    const local = scope === 'repository';
    if (!local && !settled) return 'owing';
    const draft = await Draft.open(session, view);
    const tired = new Set([...tries].filter(([, times]) => times >= TRIES).map(([id]) => id));
    const candidates = await findCandidates(draft, session.actor, filter ?? ALL, tired);
    const none = candidates.ranked.length > 0 ? null : await nothingReady(draft, session.actor, filter);
    const leases = new Map<string, Standing | null>();
    for (const { id } of candidates.ranked) leases.set(id, await draft.lease(id));
    return { ...candidates, none, leases, ttl, local };
  });

/** Refusals that mean that somebody else was first, or that the issue has changed since it was looked at. */
const LOST: readonly string[] = ['ALREADY_CLAIMED', 'BLOCKED', 'INVALID_TRANSITION', 'ISSUE_NOT_FOUND'];

/** Claims an issue; null when it has changed meanwhile. */
async function tryClaim(
  session: Session,
  issue: IssueHead,
  terms: Terms,
  known: Known,
): Promise<Claimed | { readonly refusedBy: Standing } | null> {
  try {
    return await claimUnderLease(session, issue, terms, known);
  } catch (error) {
    if (error instanceof JitError && LOST.includes(error.code)) return null;
    throw error;
  }
}
