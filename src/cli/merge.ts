import { JitError } from '../domain/errors.ts';
import type { MergeReport } from '../domain/merge/report.ts';
import { renderMerge } from '../render/merge-report.ts';
import { pageFor } from '../render/style.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';
import { flag, text } from './options.ts';

export const declaration: Declaration = {
  path: ['merge'],
  summary: 'Finish what git could not merge in the files of the store.',
  description:
    'Without an option it shows what a merge, rebase, cherry-pick, revert or stash pop left unmerged, and what would come out. --resolve merges it by the rules of docs/merge.md, from the versions that git keeps in the index; the store need not be readable. It also merges files with conflict markers, left over or committed, and stages what commands did since git stopped. What somebody has resolved by hand, and what is not of the store, is left alone and named: exit 4 where a file of the store is left.',
  options: {
    resolve: { type: 'boolean', description: 'Merge, write the files, and settle them in the index.' },
    redo: {
      type: 'string',
      placeholder: 'COMMIT',
      description:
        'A merge commit that took one side only (-s ours, --ours, -X theirs): merge what it dropped into the files of now.',
    },
  },
  reads: 'The index of git, the commits that did not merge, and the files of the store.',
  writes:
    'With --resolve or --redo the files of the store that it merges, in the work tree and in the index.',
  errors: ['INVALID', 'REVISION_NOT_FOUND', 'GIT'],
  examples: [
    ['jit merge --resolve && git commit', 'finish a merge that stopped'],
    ['jit merge --redo HEAD', 'bring back what the last merge dropped'],
  ],
  kinds: ['merge'],
};

/** The exit code of INVALID. The report stands on stdout all the same. */
const LEFT_OVER = 4;

export async function run(input: Input, context: Context): Promise<Output> {
  const redo = text(input, 'redo');
  const resolve = flag(input, 'resolve');
  if (redo !== undefined && resolve) {
    throw new JitError('USAGE', '--redo and --resolve are two things', {
      hint: 'first jit merge --resolve, then jit merge --redo COMMIT',
    });
  }
  const merging = await context.merging();
  const report = redo === undefined ? await merging.resolve(resolve) : await merging.redo(redo);
  return {
    document: { kind: 'merge', ...report, files: report.files.map(fileDocument) },
    text: renderMerge(report, pageFor(context.terminal)),
    ...(report.applied && report.left.length > 0 ? { exit: LEFT_OVER } : {}),
  };
}

const fileDocument = ({ decided, ...file }: MergeReport['files'][number]) => ({
  ...file,
  decided: decided.map(({ field, rule, kept, dropped }) => ({
    field,
    rule,
    kept: kept ?? null,
    dropped: dropped ?? null,
  })),
});
