import type { Leases } from '../claims/leases.ts';
import { leasesDirectory, openLocalLeases } from '../claims/local/local-leases.ts';
import type { Place } from '../cli/context.ts';
import type { Clock } from '../domain/clock.ts';
import type { Repository } from '../git/repository.ts';
import type { Store } from '../store/store.ts';
import { systemMachine } from '../system/machine.ts';

/** The leases of a store: in git's common directory, which all work trees share; without git, in `.jit`. */
export function openLeases(place: Place, repository: Repository | null, clock: Clock, store: Store): Leases {
  return openLocalLeases({
    dir: leasesDirectory(place.dir, repository?.commonDir ?? null),
    machine: systemMachine(clock),
    durability: () => store.read(async (view) => (await view.config()).durability ?? 'full'),
  });
}
