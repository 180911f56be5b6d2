import type { Leases } from '../claims/leases.ts';
import { leasesDirectory, openLocalLeases } from '../claims/local/local-leases.ts';
import type { Place } from '../cli/context.ts';
import { claimSettings } from '../domain/claim-settings.ts';
import type { Clock } from '../domain/clock.ts';
import { JitError } from '../domain/errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Store } from '../store/store.ts';
import { systemMachine } from '../system/machine.ts';
import { once } from './once.ts';

/**
 * The leases of a store, as its configuration wants them: in git's common directory, which all work trees share (without
 * git, in `.jit`), and on a remote besides where `claims.scope` says so. The configuration is read when they are first used.
 * `onSilence` is told when a remote lets wait.
 */
export function openLeases(
  place: Place,
  repository: Repository | null,
  clock: Clock,
  store: Store,
  onSilence?: (remote: string, longest: number) => void,
): Leases {
  const machine = systemMachine(clock);
  const config = once(() => store.read((view) => view.config()));
  const local = openLocalLeases({
    dir: leasesDirectory(place.dir, repository?.commonDir ?? null),
    machine,
    durability: async () => (await config()).durability ?? 'full',
  });
  const open = once(async (): Promise<Leases> => {
    const { scope, remote, refPrefix } = claimSettings(await config());
    if (scope === 'repository') return local;
    if (repository === null) {
      throw new JitError('GIT', 'claims.scope is remote, but the store is in no git repository', {
        hint: 'jit config set claims.scope repository',
      });
    }
    const { openRemoteLeases } = await import('../claims/git-refs/remote-leases.ts');
    return openRemoteLeases({ local, repository, remote, prefix: refPrefix, machine, onSilence });
  });
  // Whoever only reads is served although the configuration is damaged: what is recorded here is true all the same.
  const openToRead = (): Promise<Leases> =>
    open().catch((error: unknown) => {
      if (error instanceof JitError && error.code === 'CORRUPT_FILE') return local;
      throw error;
    });
  return {
    acquire: async (request) => (await open()).acquire(request),
    renew: async (id, epoch, change) => (await open()).renew(id, epoch, change),
    release: async (id, epoch, how, by) => (await open()).release(id, epoch, how, by),
    inspect: async (ids, onDamage) => (await openToRead()).inspect(ids, onDamage),
    expire: async (here, ids, onDamage) => (await open()).expire(here, ids, onDamage),
    refresh: async (ids) => (await open()).refresh(ids),
    settle: async () => (await open()).settle(),
  };
}
