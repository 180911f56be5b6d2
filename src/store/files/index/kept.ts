import type { Clock } from '../../../domain/clock.ts';
import { EDITION } from '../../../domain/generated/checks/edition.js';
import type { Disk } from '../../../system/disk.ts';
import type { Layout } from '../layout.ts';
import type { ReadHead } from './board.ts';
import type { Change } from './change.ts';
import { type IndexFile, isSameFile, openIndexFile } from './index-file.ts';
import type { Known } from './index-form.ts';
import { type Log, readLog } from './index-log.ts';
import { quietly } from './quietly.ts';
import { EMPTY, sumNames, type Table } from './table.ts';
import { weave } from './weave.ts';

/** What an index holds, and by which rules it was checked: one of another form is made anew. */
export const FORM = `3 ${EDITION}`;

/** What the parts of an index work with. */
export interface IndexGround {
  readonly disk: Disk;
  readonly layout: Layout;
  /** Makes names of letters and digits in lower case that never come again. */
  readonly newName: () => string;
  readonly clock: Clock;
  /** The present start of the machine; null: not known. */
  readonly boot: string | null;
  /** Of fewer files no index is made: they are read as fast. */
  readonly least: number;
}

/** Where what is kept came from. */
export interface Origin {
  /** The file of the index; null where there was none. */
  readonly file: IndexFile | null;
  /** Sum of the last line of the log that counts; the name of the file where there is none. */
  readonly after: string;
  readonly logBytes: number;
}

/** An index as it was loaded, or as it is after a look at the files. */
export interface Kept extends Known, Origin {
  /** Read when it is asked for. Throws DamagedIndexError. */
  readonly table: Table;
  /** Whether the table has all the names that it is said to have: what else is known of the directory counts only then. */
  readonly isWhole: boolean;
}

export const originOf = ({ file, after, logBytes }: Kept): Origin => ({ file, after, logBytes });

export const indexPath = ({ cache }: Layout): string => `${cache}/issues.index`;

/** The log that goes with a file of the index. */
export const logPath = ({ cache }: Layout, name: string): string => `${cache}/issues-${name}.log`;

/** Loads the index, as far as it can be understood. */
export function loadKept({ disk, layout, boot }: IndexGround): Kept {
  const file = quietly(() => openIndexFile(disk, indexPath(layout), FORM)) ?? null;
  // When the power fails, files may lose what was read of them, and keep the times by which they are known.
  if (file === null || file.boot !== boot) {
    quietly(() => file?.close());
    return NOTHING;
  }
  const log = quietly(() => readLog(disk, logPath(layout, file.name), file.name)) ?? NO_LOG;
  if (log.seal !== null && isSameFile(log.seal, file.fingerprint)) file.believe();
  const { directory, followed, unreadable, names } = log.growths.at(-1) ?? file;
  const changes = new Map<string, Change>();
  for (const growth of log.growths) for (const [id, change] of growth.changes) changes.set(id, change);
  let table: Table | undefined;
  return {
    ...{ directory, followed, unreadable, names },
    ...{ file, after: log.growths.at(-1)?.sum ?? file.name, logBytes: log.bytes },
    get table() {
      table ??= weave(file.table, changes);
      return table;
    },
    get isWhole() {
      return names === sumNames(file.names, file.table, changes);
    },
  };
}

/** Reads heads that the file of an index has. */
export const headsOf = (file: IndexFile | null): ReadHead => {
  if (file !== null) return file.readHead;
  return () => undefined;
};

const NOTHING: Kept = {
  directory: null,
  followed: null,
  unreadable: [],
  names: 0,
  file: null,
  after: '',
  logBytes: 0,
  table: EMPTY,
  isWhole: true,
};

const NO_LOG: Log = { growths: [], seal: null, bytes: 0 };
