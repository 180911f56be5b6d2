import { type Issue, ref } from '../issue.ts';
import {
  isActive,
  type Lease,
  type LeaseStatus,
  type Liveness,
  type Loss,
  mayEnd,
  type Standing,
  type Workplace,
} from '../lease.ts';
import { asLost, END_LOST, isOfOtherClaim, tellLostClaim } from '../lost-claim.ts';
import { shellWord } from '../shell-word.ts';
import { type Check, conclude, type Finding, fault, note, several, warn } from './check.ts';

/** What a file of the store says of an issue. */
export type FiledIssue = Pick<Issue, 'id' | 'state' | 'assignee' | 'claim_epoch'>;

export interface LeasesFacts {
  /** Where the records are kept. */
  readonly place: string;
  readonly standings: readonly Standing[];
  /** Those among them that were lost in a merge. */
  readonly lost: readonly Loss[];
  /** The process that is claiming or finishing: whether it runs, by the issue's id. */
  readonly writers: ReadonlyMap<string, Liveness>;
  /** The issues of this work tree; null: they cannot be read. */
  readonly issues: readonly FiledIssue[] | null;
  readonly here: Workplace;
  /** Names of the work trees that are there; null where that is not known. */
  readonly worktrees: ReadonlySet<string> | null;
  /** Whether a branch is there; null where that is not known. */
  hasBranch(name: string): boolean | null;
  /** What lies among the records, and is nothing of jit's; relative to `place`. */
  readonly strays: readonly string[];
  /** Files of processes that died. */
  readonly leftovers: readonly string[];
  /** Records that cannot be understood, and the command that replaces each; null where there is none. */
  readonly corrupt: readonly { readonly id: string; readonly message: string; readonly fix: string | null }[];
  /** Leases whose last change a remote does not know yet, by the issues' ids. */
  readonly owed: readonly string[];
}

export function checkLeases(recorded: LeasesFacts): Check {
  const facts = withoutLost(recorded);
  const { standings, strays, leftovers, corrupt, owed, place } = facts;
  const findings = [
    ...several(facts.lost, (loss) => warn(tellLostClaim(loss, null).message, END_LOST)),
    ...several(corrupt, ({ message, fix }) => fault(message, fix)),
    ...several(standings.filter(isInterrupted), (standing) => tellInterrupted(standing, facts)),
    ...several(standings.filter(isAbandoned(facts)), (standing) => tellAbandoned(standing, facts)),
    ...several(lateOnes(facts), ({ lease }) =>
      warn(`${who(lease)} is overdue: the next claim takes it, and jit lease expire frees it now`),
    ),
    ...disagreements(facts),
    ...several(
      standings.filter(({ lease }) => lease.provisional),
      ({ lease }) => warn(`${who(lease)} was granted without the remote: another clone may have been first`),
    ),
    ...(owed.length === 0
      ? []
      : [
          warn(
            `the remote does not know yet of ${plural(owed.length, 'lease')}, ${listed(owed)}: the next contact tells it`,
          ),
        ]),
    ...(strays.length === 0
      ? []
      : [note(`among the records lies what is none of jit's: ${strays.slice(0, 10).join(', ')}`)]),
  ];
  const counts = countByStatus(standings);
  const told = Object.entries(counts).filter(([, count]) => count > 0);
  const message = told.length === 0 ? 'none' : told.map(([status, count]) => `${count} ${status}`).join(', ');
  return conclude('leases', message, findings, {
    place,
    counts,
    overdue: standings.filter(({ life }) => life === 'overdue').map(({ lease }) => lease.id),
    provisional: standings.filter(({ lease }) => lease.provisional).map(({ lease }) => lease.id),
    owed,
    strays,
    leftovers,
    corrupt,
  });
}

// Nobody has what was lost: of that nothing else is to be said.
function withoutLost(facts: LeasesFacts): LeasesFacts {
  const lost = new Map(facts.lost.map((loss) => [loss.standing.lease.id, asLost(loss)]));
  const standings = facts.standings.map((standing) => lost.get(standing.lease.id) ?? standing);
  return { ...facts, standings };
}

function countByStatus(standings: readonly Standing[]): Record<LeaseStatus, number> {
  const counts = { claiming: 0, held: 0, finishing: 0, suspended: 0, done: 0, released: 0 };
  for (const { lease } of standings) counts[lease.status] += 1;
  return counts;
}

// Whoever finishes may have finished: only the files of its own work tree tell.
const isInterrupted = ({ lease, life }: Standing): boolean =>
  lease.status === 'finishing' && life === 'overdue';

function tellInterrupted({ lease }: Standing, facts: LeasesFacts): Finding {
  const what = `${who(lease)} was stopped while it completed the issue`;
  if (mayEnd(lease, facts.here)) return warn(what, 'jit lease expire');
  if (isGone(lease, facts)) return warn(`${what}, and its work tree is gone`, release(lease));
  return warn(
    `${what}: its own work tree tells whether it is done`,
    `jit --dir ${shellWord(lease.path)} lease expire`,
  );
}

// Other names are those of other clones, of whose work trees nothing is known here.
const isGone = ({ worktree }: Lease, { worktrees }: LeasesFacts): boolean =>
  worktrees !== null && /^(\.$|worktrees\/)/.test(worktree) && !worktrees.has(worktree);

/** Leases of work trees that are gone: nobody there renews or completes them. */
const isAbandoned =
  (facts: LeasesFacts) =>
  (standing: Standing): boolean => {
    const { lease } = standing;
    if (!isGone(lease, facts) || isInterrupted(standing)) return false;
    return isActive(lease) ? standing.life === 'live' : isLostWork(lease, facts);
  };

// Finished elsewhere, not here, and the branch that it was finished on is not there to be merged.
function isLostWork(lease: Lease, { issues, hasBranch }: LeasesFacts): boolean {
  if (lease.status !== 'done' || lease.branch === null || hasBranch(lease.branch) !== false) return false;
  const issue = issues?.find(({ id }) => id === lease.id);
  return issue !== undefined && issue.state !== 'done' && issue.state !== 'archived';
}

function tellAbandoned({ lease }: Standing, _facts: LeasesFacts): Finding {
  if (lease.status === 'done') {
    return warn(
      `${ref(lease.id)} was finished by ${lease.holder} in ${lease.path} on ${lease.branch}; both are gone, and here it is not done`,
      release(lease),
    );
  }
  return warn(`${who(lease)} is of a work tree that is gone`, release(lease));
}

const lateOnes = ({ standings }: LeasesFacts): readonly Standing[] =>
  standings.filter((standing) => standing.life === 'overdue' && !isInterrupted(standing));

/** Where the files of this work tree say something else than the leases of this work tree. */
function disagreements(facts: LeasesFacts): readonly Finding[] {
  const { standings, issues, here, writers } = facts;
  if (issues === null) return [];
  const filed = new Map(issues.map((issue) => [issue.id, issue]));
  const ours = standings.filter(({ lease }) => lease.worktree === here.worktree);
  const byId = new Map(standings.map((standing) => [standing.lease.id, standing]));
  // What a process is just changing agrees again in a moment.
  const settled = ours.filter(({ lease, life }) => life === 'live' && writers.get(lease.id) !== 'alive');
  const held = settled.filter(({ lease }) => lease.status === 'held' || lease.status === 'suspended');
  const stateOf = ({ lease }: Standing): string => filed.get(lease.id)?.state ?? 'missing';
  const working = ['in_progress', 'gated'];
  return [
    ...several(
      held.filter((standing) => {
        const issue = filed.get(standing.lease.id);
        return issue !== undefined && isOfOtherClaim(issue, standing, here);
      }),
      (standing) =>
        warn(
          `${who(standing.lease)} is held here, but the file says that ${filed.get(standing.lease.id)!.assignee} has it`,
        ),
    ),
    ...several(
      held.filter((standing) => ['ready', 'backlog'].includes(stateOf(standing))),
      (standing) =>
        warn(
          `${who(standing.lease)} is held here, but the file says ${stateOf(standing)}: claim it again to go on, or release the lease`,
          `jit issue claim ${ref(standing.lease.id)} --to ${shellWord(standing.lease.holder)}`,
        ),
    ),
    ...several(
      held.filter((standing) => ['done', 'archived'].includes(stateOf(standing))),
      (standing) =>
        warn(
          `${who(standing.lease)} is held, but the file says ${stateOf(standing)}`,
          release(standing.lease),
        ),
    ),
    ...several(
      held.filter((standing) => stateOf(standing) === 'missing'),
      ({ lease }) => note(`${who(lease)} is held here, but there is no such issue on this branch`),
    ),
    ...several(
      ours.filter(
        (standing) =>
          standing.lease.status === 'done' &&
          standing.lease.branch === here.branch &&
          !['done', 'archived', 'missing'].includes(stateOf(standing)),
      ),
      (standing) =>
        warn(
          `${ref(standing.lease.id)} was finished here by ${standing.lease.holder}, but the file says ${stateOf(standing)}`,
          release(standing.lease),
        ),
    ),
    ...several(
      issues.filter(
        (issue) =>
          working.includes(issue.state) &&
          byId.get(issue.id)?.lease.status === 'released' &&
          !isUnknown(issue, byId.get(issue.id), here),
      ),
      (issue) =>
        warn(`${ref(issue.id)} is ${issue.state} here, but its lease was given back`, 'jit lease expire'),
    ),
    ...several(
      issues.filter((issue) => issue.state === 'in_progress' && isUnknown(issue, byId.get(issue.id), here)),
      (issue) =>
        note(
          `${ref(issue.id)} is in progress by ${issue.assignee ?? 'nobody'} without a lease here: another clone's work; jit query stalled lists such`,
        ),
    ),
  ];
}

/** The file knows of a claim that these leases do not: another clone's. */
const isUnknown = (issue: FiledIssue, standing: Standing | undefined, here: Workplace): boolean =>
  standing === undefined ||
  (issue.claim_epoch ?? 0) > standing.lease.epoch ||
  (!isActive(standing.lease) && isOfOtherClaim(issue, standing, here));

const release = (lease: Lease): string => `jit lease release ${ref(lease.id)} --force`;

const who = (lease: Lease): string => `${ref(lease.id)}, held by ${lease.holder} in ${lease.path},`;

const listed = (ids: readonly string[]): string => ids.slice(0, 10).map(ref).join(', ');

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
