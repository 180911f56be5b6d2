import type { Declaration, Input, Output } from './command.ts';
import { describeCommands, findEntries } from './describe.ts';
import { explainRoute } from './usage.ts';

export const declaration: Declaration = {
  path: ['schema'],
  summary: 'Print the command tree as JSON: inputs, outputs, errors and exit codes.',
  positionals: [
    {
      name: 'command',
      type: 'string',
      many: true,
      description: 'Only this command, or the commands of this noun.',
    },
  ],
  storeless: true,
  reads: 'Nothing.',
  writes: 'Nothing.',
  examples: [
    ['jit schema', 'everything'],
    ['jit schema issue claim', 'one command'],
  ],
  kinds: ['schema'],
};

export async function run({ command }: Input): Promise<Output> {
  const path = (command as readonly string[] | undefined) ?? [];
  if (findEntries(path).length === 0) {
    throw explainRoute({ to: 'unknown', path: path.slice(0, -1), word: path.at(-1)!, words: [] });
  }
  const document = await describeCommands(path);
  return { document, text: JSON.stringify({ schema_version: 1, ...document }, null, 2) };
}
