import type { Clock } from '../../domain/clock.ts';
import { JitError } from '../../domain/errors.ts';
import type { Disk } from '../../system/disk.ts';
import { FilesView } from './files-view.ts';
import type { IssueIndex } from './index/issue-index.ts';
import type { Journal, Position } from './journal.ts';
import type { Layout } from './layout.ts';
import type { Patience, Waiting } from './lock.ts';
import { readOverlay } from './overlay.ts';
import { settled } from './settled.ts';

/** What readers and writers of a files store work with. */
export interface StoreGround {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly patience: Patience;
  readonly waiting: Waiting;
  /** Makes names of letters and digits in lower case that never come again. */
  readonly newName: () => string;
  /** Null: every issue is read from its file. */
  readonly index: IssueIndex | null;
}

/** So often a reader starts again because commits came between, before it reads everything at once. */
const LAZY_READS = 4;

/** Reads something of which no part is older than a commit that another part has seen. `use` may run more than once. */
export async function readStable<T>(ground: StoreGround, use: (view: FilesView) => Promise<T>): Promise<T> {
  for (let look = 0; look < LAZY_READS; look += 1) {
    const { view, position } = openView(ground, ground.index);
    const outcome = await settled(use(view));
    // What was read in part before and in part after a commit is thrown away, whatever came of it.
    if (ground.journal.isAt(position)) return outcome.take();
  }
  return use(loadStable(ground));
}

function openView(
  { disk, layout, journal, clock }: StoreGround,
  index: IssueIndex | null,
): {
  readonly view: FilesView;
  readonly position: Position;
} {
  for (;;) {
    const position = journal.locate();
    const overlay = readOverlay(disk, layout, journal, position);
    if (overlay === undefined) continue;
    return { view: new FilesView(disk, layout, clock, overlay, index), position };
  }
}

function loadStable(ground: StoreGround): FilesView {
  const { waiting, patience, journal } = ground;
  const start = waiting.elapsed();
  for (;;) {
    // Of what the index knows something may be read later.
    const { view, position } = openView(ground, null);
    view.loadEverything();
    if (journal.isAt(position)) return view;
    if (waiting.elapsed() - start > patience.total) throw restless(patience.total);
  }
}

/** Thrown where others commit faster than one can read. */
export const restless = (milliseconds: number): JitError =>
  new JitError('LOCK_TIMEOUT', `others kept committing for ${milliseconds} ms`, { hint: 'try again' });
