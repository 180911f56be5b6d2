import type { Side } from './three-way.ts';

/** The rules by which a merge decides what both sides changed; docs/merge.md prints this list. */
export const RULES = {
  later:
    'Both changed it: the side whose issue was updated later wins; at the same time, the greater content.',
  change: 'One side removed it, the other changed it: the change stays.',
  lines:
    'Both changed the same lines: those of the later side stay, the others are kept in a comment of kind `merge-conflict`.',
  state: 'Both moved it on: the table of states says which move stands.',
  claim:
    'Both claimed it: the higher `claim_epoch` has it, then the later side; the other gets an event `lease.lost`.',
  completion: 'Both completed it: the earlier completion stands.',
  verdict: 'Both judged a gate: the later verdict stands; at the same time, failed over passed over pending.',
  gates: 'It would be done although a gate it requires has not passed: it waits at its gates instead.',
  rework: 'It would wait at its gates although one has failed: it goes back to work.',
  deletion: 'One side deleted it, the other edited it: the edit stays, with an event `issue.restored`.',
  limit: 'Both together would be over a limit: the later side’s stays whole.',
} as const;

export type Rule = keyof typeof RULES;

/** One thing that a rule decided. */
export interface Decision {
  /** A field, or `field.element`. */
  readonly field: string;
  readonly rule: Rule;
  /** What the result has, and what a side had that the result has not; null: nothing. */
  readonly kept: unknown;
  readonly dropped: unknown;
}

/** Decides between two sides, and remembers what was decided. */
export interface Judge {
  /** The side that wins where both changed a thing. */
  prefer(ours: unknown, theirs: unknown): Side;
  decide(decision: Decision): void;
}
