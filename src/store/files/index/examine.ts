import type { FoundIndex, IndexFacts } from '../../../domain/health/issue-index.ts';
import { readBoot } from '../../../system/boot.ts';
import { type Disk, systemDisk } from '../../../system/disk.ts';
import { whyUnwritable } from '../../../system/file-system.ts';
import { osCode } from '../../../system/os-errors.ts';
import { type Layout, layoutOf } from '../layout.ts';
import { listIssues } from '../read-issues.ts';
import { DamagedIndexError } from './damage.ts';
import { openIndexFile, readHeader } from './index-file.ts';
import { FORM, indexPath, logPath } from './kept.ts';
import { quietly } from './quietly.ts';

/** What is there of the index of a store. Makes nothing, and leaves all as it is. `dir`: the `.jit` directory. */
export function readIndex(
  dir: string,
  disk: Disk = systemDisk,
  boot: string | null = readBoot(),
): Omit<IndexFacts, 'use' | 'least'> {
  const layout = layoutOf('', dir);
  return {
    path: layout.cache,
    files: quietly(() => listIssues(disk, layout).ids.length) ?? null,
    found: findIndex(disk, layout, boot),
    unwritable: whyUnwritable(layout.cache),
  };
}

function findIndex(disk: Disk, layout: Layout, boot: string | null): FoundIndex | null {
  const path = indexPath(layout);
  const bytes = sizeOf(disk, path);
  if (bytes === null) return null;
  const header = quietly(() => readHeader(disk, path)) ?? null;
  if (header === null) return { bytes, form: 'damaged', issues: null, logBytes: 0 };
  const logBytes = sizeOf(disk, logPath(layout, header.name)) ?? 0;
  if (header.form !== FORM) return { bytes, form: 'other', issues: null, logBytes };
  if (header.boot !== boot) return { bytes, form: 'past', issues: null, logBytes };
  const isWhole = isUnderstood(disk, path);
  return { bytes, form: isWhole ? 'known' : 'damaged', issues: isWhole ? header.size : null, logBytes };
}

function isUnderstood(disk: Disk, path: string): boolean {
  const file = quietly(() => openIndexFile(disk, path, FORM));
  try {
    return file != null && file.table.size === file.size;
  } catch (error) {
    if (error instanceof DamagedIndexError) return false;
    throw error;
  } finally {
    file?.close();
  }
}

/** Null where there is none. */
function sizeOf(disk: Disk, path: string): number | null {
  try {
    return disk.stat(path)?.size ?? null;
  } catch (error) {
    if (osCode(error) !== null) return null;
    throw error;
  }
}
