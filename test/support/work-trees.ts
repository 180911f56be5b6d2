import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeSandbox, type Sandbox } from './binary.ts';

/** A real repository with one commit, in which a store's bare bones are tracked, and room beside it. */
export interface WorkTrees extends Sandbox {
  /** The path of something beside the repository. */
  beside(name: string): string;
  gitIn(directory: string, ...words: string[]): string;
}

export function makeWorkTrees(): WorkTrees {
  const sandbox = makeSandbox();
  const gitIn = (cwd: string, ...words: string[]): string =>
    execFileSync('git', ['-c', 'protocol.file.allow=always', ...words], {
      cwd,
      env: sandbox.env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  mkdirSync(join(sandbox.repository, '.jit'));
  writeFileSync(join(sandbox.repository, '.jit', 'index.json'), '{\n  "schema_version": 1\n}\n');
  sandbox.git('add', '-A');
  sandbox.git('commit', '--quiet', '--message', 'x');
  return { ...sandbox, gitIn, beside: (name) => join(dirname(sandbox.repository), name) };
}
