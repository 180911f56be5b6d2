import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { JitError } from '../domain/errors.ts';
import type { LeftPath } from '../domain/merge/report.ts';
import type { Tree } from '../git/objects.ts';
import type { UnmergedFile } from '../git/unmerged.ts';
import { isMergeable } from '../store/files/merge-file.ts';
import {
  checkReadable,
  hasMarkers,
  leftBecause,
  type MergeRoom,
  mergeVersions,
  readPresent,
  type Settled,
  sidesIn,
} from './merging.ts';

interface Here {
  /** What git still has the versions of: these are better than what is in the file. */
  readonly unmerged: ReadonlyMap<string, UnmergedFile>;
  /** What the index holds. */
  readonly merged: Tree;
}

/** Merges the sides of files in which conflict markers were left, or committed. */
export function settleMarkers(
  room: MergeRoom,
  { unmerged, merged }: Here,
  settled: Settled[],
  left: LeftPath[],
) {
  for (const name of listNames(room)) {
    if (unmerged.has(name) || settled.some((item) => item.name === name)) continue;
    const bytes = readPresent(room, name);
    if (!Buffer.isBuffer(bytes) || !hasMarkers(bytes)) continue;
    try {
      const sides = sidesIn(name, bytes);
      if (sides === null)
        throw new JitError('CORRUPT_FILE', `${name} has conflict markers that do not fit together`);
      const result = mergeVersions(room, name, sides);
      checkReadable(room, name, result);
      const mode = merged.get(name)?.mode ?? '100644';
      settled.push({ name, from: 'markers', merged: result, mode, staged: merged.has(name) });
    } catch (error) {
      left.push(leftBecause(room, name, error));
    }
  }
}

const OTHERS = ['events.jsonl', 'gates.json', 'config.json', 'index.json'];

function listNames({ tracked }: MergeRoom): readonly string[] {
  const { topLevel } = tracked.repository;
  const issues = join(topLevel, tracked.directory, 'issues');
  // A link would lead out of the store.
  const isDirectory = lstatSync(issues, { throwIfNoEntry: false })?.isDirectory() === true;
  const names = isDirectory ? readdirSync(issues).map((name) => `issues/${name}`) : [];
  return [...names.sort(), ...OTHERS].filter(isMergeable);
}
