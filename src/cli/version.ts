import manifest from '../../package.json' with { type: 'json' };
import type { Declaration, Output } from './command.ts';

export const declaration: Declaration = {
  path: ['version'],
  summary: 'Print the version of jit.',
  storeless: true,
  contextless: true,
  reads: 'Nothing.',
  writes: 'Nothing.',
  examples: [
    ['jit version', 'the version alone'],
    ['jit version --json', 'the same as a document'],
  ],
  kinds: ['version'],
};

export async function run(): Promise<Output> {
  return { document: { kind: 'version', version: manifest.version }, text: manifest.version };
}
