import { HOOKS } from '../../domain/git-setup/hook-script.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { run as validate, declaration as validation } from '../validate.ts';

export const declaration: Declaration = {
  path: ['git', 'hook'],
  summary: 'Check the store, as a hook of git.',
  description:
    'git calls it, not you: jit git setup --hooks puts it into the hooks. pre-commit checks what is staged, and exits with 4 when that has errors. post-merge checks the files, says what is wrong, and exits with 0.',
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
  writes: 'Nothing.',
  errors: validation.errors ?? [],
  examples: [
    ['jit git hook pre-commit', 'is what is staged sound?'],
    ['jit git hook post-merge', 'did the merge break something?'],
  ],
  kinds: validation.kinds,
};

export async function run(input: Input, context: Context): Promise<Output> {
  const beforeCommit = input.hook === 'pre-commit';
  const { exit, ...found } = await validate({ staged: beforeCommit }, context);
  const problems = found.document.problems as readonly unknown[];
  const quiet = problems.length === 0;
  if (!beforeCommit) return { ...found, text: quiet ? '' : `after this merge:\n${found.text}` };
  if (exit === undefined) return { ...found, text: quiet ? '' : found.text };
  return {
    ...found,
    text: `${found.text}\nwhat is staged is not sound, so it is not committed: mend it, or git commit --no-verify`,
    exit,
  };
}
