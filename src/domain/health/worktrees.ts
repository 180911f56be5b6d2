import { shellWord } from '../shell-word.ts';
import { type Check, conclude, type Finding, fault, note, warn } from './check.ts';

/**
 * `present`: where git looks for it. `gone`: nothing is there. `moved`: it was found elsewhere. `copied`: a second directory
 * passes for it. `replaced`: another work tree stands at its place. `broken`: git's record of it is damaged.
 */
export type WorktreeState = 'present' | 'gone' | 'moved' | 'copied' | 'replaced' | 'broken';

export interface WorktreeFacts {
  /** git's own name: `.` is the main one, others are `worktrees/NAME`. */
  readonly name: string;
  /** Its top directory; null where it cannot be known. */
  readonly path: string | null;
  /** Where git looks for it; the same as `path` unless it was moved or copied. */
  readonly recorded: string | null;
  readonly branch: string | null;
  /** Why it is locked, empty where no reason was given; null: it is not. */
  readonly locked: string | null;
  readonly state: WorktreeState;
  /** It is the one we are in. */
  readonly here: boolean;
  /** Whether a store is there at the same place as here; null where there is no such place. */
  readonly store: boolean | null;
}

export interface WorktreesFacts {
  readonly worktrees: readonly WorktreeFacts[];
  /** `.jit` directories in this work tree, tracked or around this one, relative to its top; of another place than ours. */
  readonly otherStores: readonly string[];
}

export function checkWorktrees({ worktrees, otherStores }: WorktreesFacts): Check {
  const findings = [
    ...worktrees.flatMap(findOdd),
    ...otherStores.map((path) =>
      warn(`there is another store in this work tree, ${path}: which one is meant depends on the directory`),
    ),
  ];
  const stores = worktrees.filter(({ store }) => store === true).length;
  const message = `${worktrees.length} work ${worktrees.length === 1 ? 'tree' : 'trees'}, ${stores} with a store`;
  return conclude('worktrees', message, findings, { worktrees, other_stores: otherStores });
}

function findOdd({ name, path, recorded, locked, state, store, here }: WorktreeFacts): readonly Finding[] {
  const findings: Finding[] = [];
  const title = name === '.' ? 'the main work tree' : name;
  const why = locked === null ? '' : `, and is locked${locked === '' ? '' : ` (${locked})`}`;
  switch (state) {
    case 'present':
      if (locked !== null) findings.push(note(`${title}${why.replace(/^, and/, '')}`));
      if (store === false && name !== '.') findings.push(note(`${title} has no store at ${path}`));
      if (store === false && name === '.') findings.push(note(`${title} has no store`));
      break;
    case 'gone':
      if (locked === null && name !== '.')
        findings.push(warn(`${title} is gone from ${recorded}`, 'git worktree prune'));
      else findings.push(note(`${title} is not at ${recorded} now${why}`));
      break;
    case 'moved':
      findings.push(
        warn(
          `${title} was moved by hand to ${path}; git looks for it at ${recorded}, and a prune would break it`,
          `git -C ${shellWord(path ?? '.')} worktree repair`,
        ),
      );
      break;
    case 'copied':
      findings.push(
        fault(
          `${recorded} and ${path} are both ${title}: claims cannot tell them apart; remove one of them, and make a new one with git worktree add`,
        ),
      );
      break;
    case 'replaced':
      findings.push(
        warn(
          `another repository stands at ${recorded}, where ${title} was: git keeps a record of it in vain`,
        ),
      );
      break;
    case 'broken':
      findings.push(
        warn(`git's record of ${title} is damaged`, here ? 'git worktree repair' : 'git worktree prune'),
      );
      break;
  }
  return findings;
}
