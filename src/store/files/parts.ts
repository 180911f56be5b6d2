import type { Clock } from '../../domain/clock.ts';
import type { Disk } from '../../system/disk.ts';
import type { Owner } from '../../system/process-owner.ts';
import type { Journal } from './journal.ts';
import type { Layout } from './layout.ts';
import type { Writer } from './writer.ts';

/** What the parts of the store work with. */
export interface StoreParts {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly journal: Journal;
  readonly writer: Writer;
  readonly owner: Owner;
  readonly clock: Clock;
}
