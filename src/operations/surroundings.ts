import type { FileSystemFacts } from '../domain/health/file-system.ts';
import type { GitFacts, RepositoryFacts } from '../domain/health/git.ts';
import type { GitSetupFacts } from '../domain/health/git-setup.ts';
import type { IndexFacts } from '../domain/health/issue-index.ts';
import type { LeasesFacts } from '../domain/health/leases.ts';
import type { ClockFacts } from '../domain/health/machine.ts';
import type { RemoteProbe } from '../domain/health/remote.ts';
import type { LockFacts, StoreFacts } from '../domain/health/store.ts';
import type { WorktreesFacts } from '../domain/health/worktrees.ts';
import type { Actor } from '../domain/identity.ts';
import type { Liveness } from '../domain/lease.ts';

/** What only those who know the machine, git and the disk can say. Each may throw: that is a finding, too. */
export interface Surroundings {
  readonly nodeVersion: string;
  git(): Pick<GitFacts, 'version' | 'locations' | 'astray'>;
  repository(): RepositoryFacts;
  /** The top of the work tree that one stands in, where that is not the store's; null: it is. */
  elsewhere(): string | null;
  /** Null outside a repository. */
  worktrees(): WorktreesFacts | null;
  /** What git is told of the store; null where no work tree is around it, or there is no store in files. */
  gitSetup(): Promise<GitSetupFacts | null>;
  actor(): Actor;
  /** Tries whether claims can be kept on a remote: makes references there, and removes them. Null outside a repository. */
  tryRemote(remote: string, refPrefix: string): Promise<RemoteProbe | null>;
  /** What concerns the files of the store; null where it is kept in no files, or there is none. */
  readonly files: StoreSurroundings | null;
  /** Gives up with an error after so many milliseconds. */
  within<T>(milliseconds: number, work: () => Promise<T>): Promise<T>;
}

export interface StoreSurroundings {
  form(): Pick<StoreFacts, 'dir' | 'schemaVersion' | 'knownVersion'>;
  lock(): LockFacts;
  fileSystems(): readonly FileSystemFacts[];
  index(): IndexFacts;
  clock(): Pick<ClockFacts, 'newestFile' | 'beat'>;
  /** Where the leases are, and what lies there beside them. */
  leases(): Pick<LeasesFacts, 'place' | 'strays' | 'leftovers' | 'owed'>;
  hasBranch(name: string): boolean | null;
  /** Whether the process behind a token runs. */
  liveness(token: string): Liveness;
}
