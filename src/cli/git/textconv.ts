import { renderPlainFile } from '../../render/plain-file.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { needed } from '../options.ts';

export const declaration: Declaration = {
  path: ['git', 'textconv'],
  summary: 'Print a file of the store as text that reads well in a diff.',
  description:
    'git calls it: jit git setup makes it the text conversion of the files in .jit, so that git diff and git log -p show an issue with one fact a line, and the log with one event a line. Anything else is printed as it is. It opens no store.',
  positionals: [
    {
      name: 'file',
      type: 'path',
      required: true,
      description: 'The file; its name does not matter. - is stdin.',
    },
  ],
  storeless: true,
  reads: 'The file.',
  writes: 'Nothing.',
  errors: ['FILE_NOT_FOUND', 'IO'],
  examples: [
    ['jit git textconv .jit/events.jsonl', 'the log, one event a line'],
    ['git show HEAD:.jit/gates.json | jit git textconv -', 'printed as it is'],
  ],
  kinds: ['textconv'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const file = needed(input, 'file');
  const { of, text } = renderPlainFile(context.readText(file));
  return { document: { kind: 'textconv', file, of, text }, text, verbatim: true };
}
