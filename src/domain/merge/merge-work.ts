import { equal } from '../event.ts';
import type { Issue, State } from '../issue.ts';
import type { Judge } from './decision.ts';
import { mergeWhole } from './merge-value.ts';
import { compareTimes, laterOf } from './order.ts';
import { isFinished, type Stage, stageOf, standing } from './state-table.ts';
import { otherSide, pick, type Side, settle, type Three } from './three-way.ts';

/** Who works on an issue, and how far it has come: these fields only make sense together. */
export type Work = Pick<Issue, 'state' | 'assignee' | 'claim_epoch' | 'resolution' | 'completed_at'>;

type Works = Three<Work> & Readonly<Record<Side, Work>>;
type Claim = Pick<Work, 'assignee' | 'claim_epoch'>;

/**
 * Merges state, claim and completion as one. Where both sides changed them, STATE_TABLE says which stands. `backlog` and
 * `ready` are not told apart, for they are derived: what comes out is as near as the sides can tell.
 */
export function mergeWork(issues: Works, judge: Judge): Work {
  const three = {
    base: issues.base && workOf(issues.base),
    ours: workOf(issues.ours),
    theirs: workOf(issues.theirs),
  };
  const changed = whoChanged(three);
  if (changed !== 'both') return { ...three[changed], state: storedState(three, three[changed].state) };
  const stages = { ours: stageIn(three, 'ours'), theirs: stageIn(three, 'theirs') };
  if (stages.ours === 'as_before' && stages.theirs === 'as_before') {
    stages.ours = stageOf(three.ours.state);
    stages.theirs = stageOf(three.theirs.state);
  }
  return stages.ours === stages.theirs ? mergeAlike(three, judge) : mergeApart(three, stages, judge);
}

// Only these fields, whatever the object has besides.
const workOf = ({ state, assignee, claim_epoch, resolution, completed_at }: Work): Work => ({
  state,
  assignee,
  claim_epoch,
  resolution,
  completed_at,
});

function whoChanged(three: Works): Side | 'both' {
  const { base, ours, theirs } = three;
  if (base !== undefined && sameWork(base, ours)) return 'theirs';
  return (base !== undefined && sameWork(base, theirs)) || sameWork(ours, theirs) ? 'ours' : 'both';
}

const FIELDS = ['assignee', 'claim_epoch', 'resolution', 'completed_at'] as const;

const sameWork = (a: Work, b: Work): boolean =>
  stageOf(a.state) === stageOf(b.state) && FIELDS.every((field) => equal(a[field], b[field]));

/** The stage of a side, seen from the base. */
function stageIn({ base, ...sides }: Works, side: Side): Stage {
  const work = sides[side];
  const asBefore =
    base !== undefined && isFinished(base) && isFinished(work) && equal(base.completed_at, work.completed_at);
  return asBefore ? 'as_before' : stageOf(work.state);
}

/** Both moved it on, to different stages. */
function mergeApart(three: Works, stages: Readonly<Record<Side, Stage>>, judge: Judge): Work {
  const side = standing(stages.ours, stages.theirs) === stages.ours ? 'ours' : 'theirs';
  const [winner, loser] = [three[side], three[otherSide(side)]];
  judge.decide({ field: 'state', rule: 'state', kept: winner.state, dropped: loser.state });
  const bothFinished = isFinished(winner) && isFinished(loser) && stages[otherSide(side)] !== 'as_before';
  if (!bothFinished || isEarlier(winner, loser)) return winner;
  // Archived on one side, completed on the other: it is both.
  if (winner.completed_at !== null) recordCompletion(loser, winner, judge);
  return { ...loser, state: winner.state };
}

/** Whether the completion of `a` goes before that of `b`: any before none, then the earlier one. */
function isEarlier(a: Work, b: Work): boolean {
  if (b.completed_at === null) return true;
  return a.completed_at !== null && compareTimes(a.completed_at, b.completed_at) <= 0;
}

function recordCompletion(kept: Work, dropped: Work, judge: Judge): void {
  judge.decide({
    field: 'completed_at',
    rule: 'completion',
    kept: kept.completed_at,
    dropped: dropped.completed_at,
  });
}

/** Both moved it on, to the same stage. */
function mergeAlike(three: Works, judge: Judge): Work {
  const { ours, theirs } = three;
  const state = storedState(three, ours.state);
  if (isFinished(ours) && isEarlier(ours, theirs) !== isEarlier(theirs, ours)) {
    const side = isEarlier(ours, theirs) ? 'ours' : 'theirs';
    recordCompletion(three[side], three[otherSide(side)], judge);
    return { ...three[side], state };
  }
  const claim = stageOf(state) === 'unstarted' ? mergeAssignment(three, judge) : mergeClaim(three, judge);
  return {
    state,
    ...claim,
    resolution: mergeWhole('resolution', pick(three, 'resolution'), judge) ?? null,
    completed_at: sameMoment(ours.completed_at, theirs.completed_at),
  };
}

const sameMoment = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? (a ?? b) : laterOf(a, b);

/** Assigned, but not begun: assignee and epoch are each their own matter. */
function mergeAssignment(three: Works, judge: Judge): Claim {
  const epoch = settle(pick(three, 'claim_epoch'));
  const higher = Math.max(three.ours.claim_epoch ?? 0, three.theirs.claim_epoch ?? 0);
  return {
    assignee: mergeWhole('assignee', pick(three, 'assignee'), judge) ?? null,
    claim_epoch: epoch === null ? higher : (epoch.value ?? null),
  };
}

/** Who has it, and under which epoch: the higher epoch, or what `judge` prefers where they are the same. */
function mergeClaim(three: Works, judge: Judge): Claim {
  const claims = { base: claimOf(three.base), ours: claimOf(three.ours), theirs: claimOf(three.theirs) };
  const settled = settle(claims);
  if (settled !== null) return settled.value!;
  const { ours, theirs } = claims;
  const difference = (ours!.claim_epoch ?? 0) - (theirs!.claim_epoch ?? 0);
  const side = difference === 0 ? judge.prefer(ours, theirs) : difference > 0 ? 'ours' : 'theirs';
  const [kept, dropped] = [claims[side]!, claims[otherSide(side)]!];
  judge.decide({ field: 'assignee', rule: 'claim', kept: kept.assignee, dropped: dropped.assignee });
  return kept;
}

function claimOf<W extends Work | undefined>(work: W): W extends Work ? Claim : undefined;
function claimOf(work: Work | undefined): Claim | undefined {
  return work && { assignee: work.assignee, claim_epoch: work.claim_epoch };
}

/**
 * The state to be stored where `state` stands: of two unstarted sides the one that changed says whether it is `backlog` or
 * `ready`; where that says nothing, it is `backlog` until somebody derives it.
 */
function storedState({ base, ours, theirs }: Works, state: State): State {
  if (stageOf(state) !== 'unstarted') return state;
  const derived = (work: Work | undefined): State | undefined =>
    work !== undefined && stageOf(work.state) === 'unstarted' ? work.state : undefined;
  if (derived(ours) === undefined || derived(theirs) === undefined) return state;
  return settle({ base: derived(base), ours: ours.state, theirs: theirs.state })?.value ?? 'backlog';
}
