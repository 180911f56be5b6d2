import { formatConfig, formatGates, formatIndex } from '../../domain/canonical-json.ts';
import type { GateRegistry } from '../../domain/issue.ts';
import { type Disk, systemDisk } from '../../system/disk.ts';
import { attempt, describeOsError, osCode, tryTo } from '../../system/os-errors.ts';
import { createWhole, readWhole, syncDirectory } from '../../system/whole-file.ts';
import { KEEP, type Layout, layoutOf } from './layout.ts';
import { LINE_FILES, missingLines, withLines } from './static-files.ts';
import { checkStore, SCHEMA_VERSION } from './store-files.ts';

export interface InitializeOptions {
  /** The directory that holds `.jit`; absolute. */
  readonly root: string;
  /** The `.jit` directory; absolute. Its parent must be there. */
  readonly dir: string;
  /** The gates that a new store starts with. */
  readonly gates: GateRegistry;
  readonly disk?: Disk;
}

export interface Initialized {
  /** Files that were made or completed, relative to `root`; empty when everything was there. */
  readonly created: readonly string[];
  readonly alreadyInitialized: boolean;
}

/**
 * Makes a store, or completes one that lacks a part. Keeps what is there, byte for byte. index.json comes last:
 * a store without it was never finished. Throws CORRUPT_FILE, SCHEMA_TOO_NEW, DISK_FULL, IO.
 */
export function initializeFilesStore({
  root,
  dir,
  gates,
  disk = systemDisk,
}: InitializeOptions): Initialized {
  const layout = layoutOf(root, dir);
  try {
    const alreadyInitialized = disk.stat(layout.index) !== undefined;
    const created: string[] = [];
    for (const path of [layout.dir, layout.issues, layout.local, layout.staged])
      attempt(() => disk.makeDirectory(path), 'EEXIST');
    for (const { name, lines } of LINE_FILES) {
      const path = `${layout.dir}/${name}`;
      if (addLines(disk, layout, path, lines)) created.push(layout.nameOf(path));
    }
    const files: readonly (readonly [string, string])[] = [
      // Nothing is written through a link.
      ...(disk.stat(layout.issues)?.kind === 'directory'
        ? ([[`${layout.issues}/${KEEP}`, '']] as const)
        : []),
      [layout.gates, formatGates(gates)],
      [layout.config, formatConfig({})],
      [layout.events, ''],
      [layout.index, formatIndex({ schema_version: SCHEMA_VERSION })],
    ];
    for (const [path, text] of files)
      if (placeNew(disk, layout, path, text)) created.push(layout.nameOf(path));
    syncDirectory(disk, layout.dir);
    checkStore(disk, layout);
    return { created, alreadyInitialized };
  } catch (error) {
    throw describeOsError(error, layout.nameOf, false);
  }
}

/** Makes a file that is whole from the moment it has its name; false where there is one. */
function placeNew(disk: Disk, layout: Layout, path: string, text: string): boolean {
  if (disk.stat(path) !== undefined) return false;
  const temporary = temporaryFor(layout, path);
  attempt(() => disk.unlink(temporary), 'ENOENT');
  createWhole(disk, temporary, text, true);
  try {
    return attempt(() => disk.link(temporary, path), 'EEXIST') === null;
  } finally {
    tryTo(() => disk.unlink(temporary));
    syncDirectory(disk, layout.dir);
  }
}

// Two that initialize at once must not write into one file; what a crash leaves is swept with the staged files.
const temporaryFor = (layout: Layout, path: string): string =>
  `${layout.staged}/init-${process.pid}.${path.slice(path.lastIndexOf('/') + 1)}`;

function addLines(disk: Disk, layout: Layout, path: string, lines: readonly string[]): boolean {
  const text = readText(disk, path);
  if (text === null) return placeNew(disk, layout, path, withLines('', lines));
  const missing = missingLines(text, lines);
  if (missing.length === 0) return false;
  const temporary = temporaryFor(layout, path);
  attempt(() => disk.unlink(temporary), 'ENOENT');
  createWhole(disk, temporary, withLines(text, missing), true);
  disk.rename(temporary, path);
  return true;
}

function readText(disk: Disk, path: string): string | null {
  try {
    return readWhole(disk, path, 1024 * 1024).bytes?.toString('utf8') ?? '';
  } catch (error) {
    if (osCode(error) === 'ENOENT') return null;
    throw error;
  }
}
