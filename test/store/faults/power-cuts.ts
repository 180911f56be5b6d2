import { size } from '../../support/size.ts';
import type { SimDisk } from './sim-disk.ts';

/** So many states after one cut are tried; of more, so many are drawn at random. */
const LIMIT = size(32, 512);

export interface Counts {
  points: number;
  states: number;
  distinct: number;
  sampled: number;
}

/** What a power cut may leave of a file that was being written. */
function remains(safe: Buffer, data: Buffer): readonly Buffer[] {
  const half = (safe.length + data.length) >> 1;
  const zeros = Buffer.concat([safe, Buffer.alloc(Math.max(0, data.length - safe.length))]);
  return [safe, data, zeros, data.subarray(0, half)];
}

/** The disks that a power cut at this moment may leave. */
export function* powerCuts(disk: SimDisk, counts: Counts, random: () => number): Iterable<SimDisk> {
  const files = disk
    .unsafeFiles()
    .map((node) => ({ ino: node.ino, kept: remains(node.safeData, node.data) }));
  const names = disk.changes.length;
  const total = 2 ** names * 4 ** files.length;
  const every = total <= LIMIT;
  if (!every) counts.sampled += 1;
  for (let i = 0; i < Math.min(total, LIMIT); i += 1) {
    // The first drawn are the extremes: all lost, all kept.
    let number = i;
    const digit = (base: number): number => {
      if (!every && i === 0) return 0;
      if (!every && i === 1) return 1;
      if (!every) return Math.floor(random() * base);
      const value = number % base;
      number = Math.floor(number / base);
      return value;
    };
    const kept = disk.changes.map(() => digit(2) === 1);
    const data = new Map(files.map(({ ino, kept: choices }) => [ino, choices[digit(4)]!]));
    counts.states += 1;
    yield disk.cutPower(kept, data);
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
