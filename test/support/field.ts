import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { idOf } from './issues.ts';
import { writeIssues } from './project.ts';
import { makeScratch, type Scratch } from './scratch.ts';

export interface FieldShape {
  /** 0: work is done in the main work tree; otherwise in so many linked ones, all made from the one commit that has the issues. */
  readonly trees: number;
  /** How many stores there are in each work tree, to be worked on one after the other. */
  readonly rounds: number;
  /** How many ready issues each store has; no two stores have the same. */
  readonly issues: number;
}

/** A repository whose ready issues many claim. Claims in one of its directories hold in all its work trees. */
export interface Field {
  readonly scratch: Scratch;
  readonly shape: FieldShape;
  /** The ids of all issues, in order. */
  readonly ids: readonly string[];
  /** Directories of the work trees, by git's names for them. */
  readonly trees: ReadonlyMap<string, string>;
  /** Where the worker with this number works, a directory for each round. */
  placesOf(worker: number): readonly string[];
  /** The directory of a round in a work tree. */
  placeIn(tree: string, round: number): string;
}

export async function makeField(shape: FieldShape): Promise<Field> {
  const scratch = await makeScratch();
  const placeIn = (tree: string, round: number): string => join(tree, `round-${round}`);
  for (let round = 1; round <= shape.rounds; round += 1) {
    const store = join(placeIn(scratch.root, round), '.jit');
    cpSync(scratch.store, store, { recursive: true });
    writeIssues(store, shape.issues, undefined, (round - 1) * shape.issues + 1);
  }
  const trees = shape.trees === 0 ? new Map([['.', scratch.root]]) : await addTrees(scratch, shape.trees);
  const paths = [...trees.values()];
  const rounds = Array.from({ length: shape.rounds }, (_, i) => i + 1);
  return {
    scratch,
    shape,
    ids: Array.from({ length: shape.rounds * shape.issues }, (_, i) => idOf(i + 1)),
    trees,
    placesOf: (worker) => rounds.map((round) => placeIn(paths[worker % paths.length]!, round)),
    placeIn,
  };
}

async function addTrees(scratch: Scratch, count: number): Promise<ReadonlyMap<string, string>> {
  const git = async (...words: string[]): Promise<void> => {
    const ran = await scratch.run('git', words);
    if (ran.exit !== 0) throw new Error(`git ${words.join(' ')}: ${ran.stderr}`);
  };
  await git('add', '.');
  await git('commit', '-q', '-m', 'the issues');
  const trees = new Map<string, string>();
  for (let i = 1; i <= count; i += 1) {
    const path = join(scratch.beside, `tree-${i}`);
    await git('worktree', 'add', '-q', '-b', `branch-${i}`, path);
    trees.set(`worktrees/tree-${i}`, path);
  }
  return trees;
}
