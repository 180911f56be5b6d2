import { JitError } from '../../domain/errors.ts';
import { HOOKS } from '../../domain/git-setup/hook-script.ts';
import type { Problem } from '../../domain/problem.ts';
import { endLostClaims } from '../../operations/lost-claims.ts';
import { safeLine } from '../../render/terminal-text.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { describeProblem, run as validate, declaration as validation } from '../validate.ts';

export const declaration: Declaration = {
  path: ['git', 'hook'],
  summary: 'Check the store, as a hook of git.',
  description:
    'git calls it, not you: jit git setup --hooks puts it into the hooks. pre-commit checks what is staged, and exits with 4 when that has errors. post-merge checks the files, says what is wrong, ends the claims of this clone that the merge gave to another one, and exits with 0.',
  positionals: [
    {
      name: 'hook',
      type: 'string',
      required: true,
      values: HOOKS,
      description: 'The hook that git runs.',
    },
  ],
  reads: 'Every file of the store; before a commit, as the index has it.',
  writes: 'Before a commit nothing; after a merge the leases of claims that were lost in it.',
  errors: validation.errors ?? [],
  examples: [
    ['jit git hook pre-commit', 'is what is staged sound?'],
    ['jit git hook post-merge', 'did the merge break something?'],
  ],
  kinds: validation.kinds,
};

export async function run(input: Input, context: Context): Promise<Output> {
  const beforeCommit = input.hook === 'pre-commit';
  const board = beforeCommit ? { staged: true } : {};
  const { exit, ...found } = await validate(board, context);
  if (!beforeCommit) await endLost(context);
  const problems = found.document.problems as readonly Problem[];
  const lines = beforeCommit ? tellErrors(problems) : tellAll(problems);
  const text = lines.map(safeLine).join('\n');
  return { ...found, text, ...(beforeCommit && exit !== undefined ? { exit } : {}) };
}

// The merge may have given away what was claimed here. That it cannot be brought in line stops no merge: jit doctor tells.
async function endLost(context: Context): Promise<void> {
  try {
    await endLostClaims(context.session());
  } catch (error) {
    if (!(error instanceof JitError)) throw error;
  }
}

/** A hook is run often: more than so many lines would be in the way. */
const MOST = 20;

const NEXT = { staged: 'jit validate --staged', files: 'jit validate' };

/** Without warnings: they stop nothing, and a commit that brings none of its own must not be told them each time. */
function tellErrors(problems: readonly Problem[]): readonly string[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return [];
  return [
    ...list(errors, NEXT.staged),
    'what is staged is not sound, so it is not committed: mend it, or git commit --no-verify',
  ];
}

function tellAll(problems: readonly Problem[]): readonly string[] {
  if (problems.length === 0) return [];
  const sorted = [...problems].sort(
    (a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'),
  );
  return ['after this merge:', ...list(sorted, NEXT.files), 'jit validate --fix shows what can be mended'];
}

const list = (problems: readonly Problem[], next: string): readonly string[] => [
  ...problems.slice(0, MOST).map((problem) => `${problem.severity}: ${describeProblem(problem)}`),
  ...(problems.length > MOST ? [`and ${problems.length - MOST} more: ${next} shows all`] : []),
];
