import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { DemoGround } from '../cli/context.ts';
import { COMMON_GATES } from '../domain/common-gates.ts';
import { JitError } from '../domain/errors.ts';
import type { Actor } from '../domain/identity.ts';
import { environmentForGit } from '../git/environment.ts';
import { findRepository } from '../git/repository.ts';
import { workplaceOf } from '../git/worktrees.ts';
import { NO_FENCE } from '../operations/session.ts';
import { initializeFilesStore } from '../store/files/initialize.ts';
import type { Host } from './host.ts';

/** Makes a git repository with a store in it among the temporary files. Throws GIT where git is not to be had. */
export async function makeDemoGround(host: Host): Promise<DemoGround> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'jit-demo-')));
  const dir = join(root, '.jit');
  // In a hook, git would make the repository anew whose hook it is.
  const env = environmentForGit(host.env);
  await execa('git', ['init', '--quiet', root], { env, extendEnv: false }).catch((cause: unknown) => {
    throw new JitError('GIT', 'git init failed', { cause, hint: 'is git installed?' });
  });
  initializeFilesStore({ root, dir, gates: COMMON_GATES });
  const store = host.openStore({ root, dir }, host.clock);
  const repository = findRepository(root);
  const leases = host.openLeases({ root, dir }, repository, host.clock, store);
  const [command, ...words] = host.program;
  return {
    root,
    session: (named) => ({
      store,
      leases,
      clock: host.clock,
      actor: namedActor(named),
      here: workplaceOf(repository, root),
      fence: NO_FENCE,
      tell: () => {},
      digest: host.digest,
      newId: host.newId,
      headCommit: () => null,
    }),
    start: async (more) => {
      const { exitCode } = await execa(command, [...words, ...more], {
        cwd: root,
        env: { ...env, JIT_DATA_DIR: undefined, JIT_AGENT_ID: undefined, JIT_AGENT_TYPE: undefined },
        extendEnv: false,
        stdin: 'ignore',
        stdout: 'ignore',
        stderr: 'inherit',
        reject: false,
      });
      return exitCode ?? 1;
    },
  };
}

const namedActor = (id: string): Actor => ({
  id,
  bare: false,
  source: 'flag',
  explicit: true,
  processIsAgent: false,
  atTerminal: false,
});
