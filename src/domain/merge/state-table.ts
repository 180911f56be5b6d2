import type { Issue, State } from '../issue.ts';

/**
 * How far an issue has come, for a merge. `backlog` and `ready` are one, for they are derived. `as_before`: still finished
 * as it was before the branches parted, perhaps archived since.
 */
export type Stage = 'unstarted' | 'in_progress' | 'gated' | 'done' | 'archived' | 'as_before';

export const STAGES: readonly Stage[] = [
  'as_before',
  'unstarted',
  'in_progress',
  'gated',
  'done',
  'archived',
];

/** Where two branches both moved an issue on, to different stages: which of the two stands, and why. */
export interface StateRow {
  readonly between: readonly [Stage, Stage];
  readonly stands: Stage;
  readonly because: string;
}

export const STATE_TABLE: readonly StateRow[] = [
  row(
    'unstarted',
    'in_progress',
    'the claim stands; a hold of the other side is kept, and counts again when the work is given back',
  ),
  row('unstarted', 'gated', 'what was finished is not begun again'),
  row('unstarted', 'done', 'what was finished is not begun again'),
  row('unstarted', 'archived', 'it was put away for good; `reopen` brings it back'),
  row('in_progress', 'gated', 'what was finished is not done twice'),
  row('in_progress', 'done', 'what was finished is not done twice'),
  row('in_progress', 'archived', 'it was put away for good; the one who claimed it gets an event'),
  row('gated', 'done', 'it passed; should a gate be missing after all, the rules below send it back'),
  row('gated', 'archived', 'it was put away for good; `reopen` brings it back'),
  row('done', 'archived', 'it is put away, and counts as completed'),
  row('as_before', 'unstarted', 'reopened: somebody found that there is more to do'),
  row('as_before', 'in_progress', 'reopened, and being worked on'),
  row('as_before', 'gated', 'reopened, and finished anew'),
  row('as_before', 'done', 'reopened, and finished anew'),
  row('as_before', 'archived', 'reopened, and put away anew'),
];

// Of each pair the second stands: STAGES is the order, and the table says why.
function row(gives: Stage, stands: Stage, because: string): StateRow {
  return { between: [gives, stands], stands, because };
}

/** The stage that stands; the same whichever side is named first. */
export function standing(a: Stage, b: Stage): Stage {
  if (a === b) return a;
  const found = STATE_TABLE.find(({ between }) => between.includes(a) && between.includes(b));
  return found!.stands;
}

export const stageOf = (state: State): Stage =>
  state === 'backlog' || state === 'ready' ? 'unstarted' : state;

export const isFinished = ({ state }: Pick<Issue, 'state'>): boolean =>
  state === 'done' || state === 'archived';
