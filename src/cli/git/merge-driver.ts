import { driverDocument, renderDriverMerge } from '../../render/merge.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { needed } from '../options.ts';

const file = (name: string, description: string) =>
  ({ name, type: 'path', required: true, description }) as const;

export const declaration: Declaration = {
  path: ['git', 'merge-driver'],
  summary: 'Merge one file of the store, as git asks a merge driver to.',
  description:
    'git calls it, not you: jit git setup makes it the driver of the files in .jit. It merges by the rules of docs/merge.md, writes the result to OURS, and says on stderr what the rules decided. ' +
    'Exit 1: it could not be merged; OURS holds conflict markers then, and jit merge --resolve goes on. It opens no store.',
  positionals: [
    file('base', 'Our common version (%O of git); empty where there is none.'),
    file('ours', 'Our version (%A); the result is written here.'),
    file('theirs', 'Their version (%B).'),
    {
      name: 'marker-size',
      type: 'integer',
      required: true,
      description: 'How many characters a conflict marker has (%L); 9 or more: a merge of merge bases.',
    },
    { name: 'path', type: 'string', required: true, description: 'Which file it is (%P).' },
  ],
  storeless: true,
  reads: 'The three files.',
  writes: 'OURS.',
  errors: ['FILE_NOT_FOUND', 'IO', 'DISK_FULL'],
  examples: [
    [
      'jit git merge-driver base ours theirs 7 .jit/events.jsonl',
      'what git does for a log that both sides added to',
    ],
    [
      'jit git merge-driver base ours theirs 7 .jit/gates.json --json',
      'the same, and what was decided as a document',
    ],
  ],
  kinds: ['merge-driver'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const markerSize = input['marker-size'] as number;
  const merge = await context.mergeDriver({
    base: needed(input, 'base'),
    ours: needed(input, 'ours'),
    theirs: needed(input, 'theirs'),
    markerSize,
    path: needed(input, 'path'),
  });
  return {
    document: driverDocument(merge),
    text: '',
    told: renderDriverMerge(merge),
    ...(merge.problem === null ? {} : { exit: 1 }),
  };
}
