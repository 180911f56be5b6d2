import { takeBackGit } from '../../operations/git-setup.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { flag } from '../options.ts';
import { reportSetup } from './report.ts';

export const declaration: Declaration = {
  path: ['git', 'unsetup'],
  summary: 'Take back what jit git setup changed, byte for byte.',
  description:
    'Removes the blocks of jit, the hooks that jit made, and puts back the hooks that it kept under another name. What others have written into these files meanwhile stays. git merges the files of the store as text then, and joins the lines of the log.',
  options: {
    'dry-run': { type: 'boolean', description: 'Only say what would be changed.' },
  },
  reads: 'The configuration of git, hooks, .jit/.gitattributes, .git/info/attributes.',
  writes:
    '.jit/.gitattributes; the configuration of the repository (.git/config), .git/info/attributes, hooks.',
  errors: ['INVALID', 'GIT', 'IO', 'DISK_FULL', 'LOCK_TIMEOUT'],
  examples: [
    ['jit git unsetup', 'as before jit git setup'],
    ['jit git unsetup --dry-run', 'what would be taken back'],
  ],
  kinds: ['git-setup'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const workshop = await context.gitWorkshop();
  const apply = !flag(input, 'dry-run');
  return reportSetup('unsetup', await takeBackGit(workshop, apply), apply, workshop);
}
