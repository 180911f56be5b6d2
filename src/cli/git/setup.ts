import { setUpGit } from '../../operations/git-setup.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { flag } from '../options.ts';
import { reportSetup } from './report.ts';

export const declaration: Declaration = {
  path: ['git', 'setup'],
  summary: 'Have git merge the files of this store by jit, and show them readably in git diff.',
  description:
    'Puts marked blocks into .jit/.gitattributes, to be committed, and into the configuration and info/attributes of this clone, which all its work trees share. The log is merged by jit only where this was run; elsewhere git joins its lines. Every clone runs it once; running it again brings it up to date. --hooks adds a check to the hooks pre-commit and post-merge, where core.hooksPath says (husky too); hooks that are there go on being run. jit git unsetup takes everything back.',
  options: {
    hooks: {
      type: 'boolean',
      description:
        'Check what is staged before a commit, and the files after a merge. --no-hooks takes the checks out. Default: as it was before.',
    },
    'dry-run': { type: 'boolean', description: 'Only say what would be changed.' },
  },
  reads: 'The configuration of git, hooks, .jit/.gitattributes, .git/info/attributes; the PATH.',
  writes:
    '.jit/.gitattributes; the configuration of the repository (.git/config), .git/info/attributes; with --hooks, hooks.',
  errors: ['ALREADY_DEFINED', 'INVALID', 'GIT', 'IO', 'DISK_FULL', 'LOCK_TIMEOUT'],
  examples: [
    ['jit git setup', 'merge and diff'],
    ['jit git setup --hooks', 'and check commits and merges'],
  ],
  kinds: ['git-setup'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const workshop = await context.gitWorkshop();
  const apply = !flag(input, 'dry-run');
  const hooks = input.hooks === undefined ? null : input.hooks === true;
  return reportSetup('setup', await setUpGit(workshop, { hooks, apply }), apply, workshop);
}
