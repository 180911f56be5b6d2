import { mkdirSync, realpathSync, rmdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { listOwed } from '../claims/git-refs/remote-leases.ts';
import { listStrays } from '../claims/local/list-strays.ts';
import { leasesDirectory } from '../claims/local/local-leases.ts';
import type { Place } from '../cli/context.ts';
import { JitError } from '../domain/errors.ts';
import type { WorktreesFacts } from '../domain/health/worktrees.ts';
import type { Actor } from '../domain/identity.ts';
import { locationsIn } from '../git/environment.ts';
import { examineRepository, hasBranch, listTrackedStores, readGitVersion } from '../git/examine.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { listWorktrees } from '../git/worktrees.ts';
import type { StoreSurroundings, Surroundings } from '../operations/surroundings.ts';
import { KNOWN_VERSION, readLock, readNewestChange, readSchemaVersion } from '../store/files/examine.ts';
import { type IndexUse, LEAST_INDEXED } from '../store/files/files-store.ts';
import { readIndex } from '../store/files/index/examine.ts';
import { fileSystemOf, probeLinks } from '../system/file-system.ts';
import { systemMachine } from '../system/machine.ts';
import type { Host } from './host.ts';
import { once } from './once.ts';
import { isStore } from './place.ts';

export interface SurroundingsOptions {
  readonly host: Host;
  /** Where the store is; null: there is none. */
  readonly place: Place | null;
  readonly actor: () => Actor;
  /** Whether commands keep an index. */
  readonly index: IndexUse;
}

/** Asks the machine, git and the disk what `jit doctor` wants to know. */
export function surroundingsOf({ host, place, actor, index }: SurroundingsOptions): Surroundings {
  const root = place?.root ?? host.cwd;
  const repository = once(() => findRepository(root));
  return {
    nodeVersion: process.version,
    git: once(() => ({
      version: readGitVersion(root, host.env),
      locations: locationsIn(host.env),
      astray: isAstray(host, repository()),
    })),
    repository: once(() => examineRepository(root)),
    elsewhere: () => {
      const standing = findRepository(host.cwd)?.topLevel ?? null;
      return standing === repository()?.topLevel ? null : standing;
    },
    worktrees: once(() => {
      const found = repository();
      return found === null ? null : lookAtWorktrees(host, found, place);
    }),
    gitSetup: async () => {
      if (place === null || host.place !== undefined) return null;
      return (await import('./examine-git-setup.ts')).examineGitSetup(place, host);
    },
    actor,
    tryRemote: async (remote, refPrefix) => {
      const found = repository();
      if (found === null) return null;
      const { probeRemote } = await import('../claims/git-refs/probe.ts');
      const machine = systemMachine(host.clock);
      return probeRemote(found, remote, refPrefix, { machine, env: host.env, timeout: CONTACT });
    },
    files: place === null || host.place !== undefined ? null : filesOf(host, place, repository(), index),
    within,
  };
}

/** How long one contact with a remote may take; milliseconds. */
const CONTACT = 10_000;

/** What the environment says of a repository, against the one that is around the directory. */
function isAstray({ env, cwd }: Host, repository: Repository | null): boolean {
  if (env.GIT_DIR === undefined) return false;
  return repository === null || realPathOf(resolve(cwd, env.GIT_DIR)) !== realPathOf(repository.gitDir);
}

function lookAtWorktrees(host: Host, repository: Repository, place: Place | null): WorktreesFacts {
  const { topLevel } = repository;
  const own = relative(topLevel, place?.dir ?? resolve(topLevel, '.jit'));
  const storeName = own.startsWith('..') || isAbsolute(own) ? null : own;
  const around = place === null ? [] : storesAround(place.root, topLevel);
  const all = new Set([...listTrackedStores(topLevel, host.env), ...around]);
  return {
    worktrees: listWorktrees(repository, storeName),
    otherStores: [...all].filter((name) => name !== storeName).sort(),
  };
}

/** Stores of directories above one, up to the top of its work tree. */
function storesAround(root: string, topLevel: string): readonly string[] {
  const found: string[] = [];
  for (let directory = root; directory !== topLevel && dirname(directory) !== directory; ) {
    directory = dirname(directory);
    const dir = resolve(directory, '.jit');
    if (isStore(dir)) found.push(relative(topLevel, dir));
  }
  return found;
}

function filesOf(
  host: Host,
  { dir }: Place,
  repository: Repository | null,
  index: IndexUse,
): StoreSurroundings {
  const machine = systemMachine(host.clock);
  const leases = leasesDirectory(dir, repository?.commonDir ?? null);
  const name = `probe-${host.newId().toLowerCase()}`;
  return {
    form: () => ({ dir, schemaVersion: readSchemaVersion(dir), knownVersion: KNOWN_VERSION }),
    lock: () => {
      const held = readLock(dir);
      if (held === null) return { holder: null, pid: null, liveness: 'unknown', age: null };
      const pid = Number.parseInt(held.token, 10);
      return {
        holder: held.token,
        pid: Number.isNaN(pid) ? null : pid,
        liveness: machine.liveness(held.token),
        age: Math.max(0, Date.parse(host.clock.now()) - held.since),
      };
    },
    fileSystems: () => {
      const local = resolve(dir, 'local');
      const store = { what: 'store' as const, path: dir, ...fileSystemOf(dir) };
      const places = [{ ...store, links: inDirectory(local, () => probeLinks(local, name)) }];
      if (repository === null) return places;
      const { commonDir } = repository;
      const above = dirname(leases);
      const where = isThere(above) ? above : commonDir;
      return [
        ...places,
        { what: 'leases' as const, path: leases, ...fileSystemOf(leases), links: probeLinks(where, name) },
      ];
    },
    index: () => ({ use: index, least: LEAST_INDEXED, ...readIndex(dir) }),
    clock: () => {
      const newest = readNewestChange(dir);
      return { newestFile: newest === null ? null : new Date(newest).toISOString(), beat: machine.beat() };
    },
    leases: () => {
      const { foreign, leftovers } = listStrays(leases, machine);
      const owed = repository === null ? [] : listOwed({ repository, machine });
      return { place: leases, strays: foreign, leftovers, owed };
    },
    hasBranch: (branch) => (repository === null ? null : hasBranch(repository.commonDir, branch)),
    liveness: (token) => machine.liveness(token),
  };
}

/** Does something in a directory, which is there only meanwhile where it was not before. */
function inDirectory<T>(directory: string, work: () => T): T {
  const made = makeDirectory(directory);
  try {
    return work();
  } finally {
    if (made) removeDirectory(directory);
  }
}

function makeDirectory(directory: string): boolean {
  try {
    mkdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

function removeDirectory(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Somebody uses it by now.
  }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

async function within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new JitError('TIMEOUT', `no answer within ${milliseconds / 1000} seconds`);
    timer = setTimeout(() => reject(error), milliseconds);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
