import type { IssueHead } from '../../../domain/issue.ts';
import type { Disk, Stamp } from '../../../system/disk.ts';
import { readRange, writeAll } from '../../../system/whole-file.ts';
import type { Fingerprint } from '../entry.ts';
import type { Change } from './change.ts';
import type { Known } from './index-form.ts';
import { inWords, sumOfBytes } from './sums.ts';

/** What changed since the file of an index was written, or since the line that it builds on. */
export interface Growth extends Known {
  readonly changes: ReadonlyMap<string, Change>;
  /** The sum of the line that it builds on; the name of the file where it is the first. */
  readonly after: string;
}

type Stored = readonly [inode: number, size: number, mtime: number, ctime: number, head: IssueHead | null];

interface Line {
  readonly after: string;
  readonly directory: Stamp | null;
  readonly followed: number | null;
  readonly unreadable: readonly string[];
  readonly names: number;
  readonly rows: Readonly<Record<string, Stored | 0>>;
}

/** A growth as a line. A line that was only half written, or that a power cut left empty, has another sum. */
export function formatGrowth({ changes, ...told }: Growth): { readonly line: string; readonly sum: string } {
  const rows: Record<string, Stored | 0> = {};
  for (const [id, change] of changes) {
    if (change === null) rows[id] = 0;
    else {
      const { ino, size, mtime, ctime } = change.stamp;
      rows[id] = [ino, size, mtime, ctime, change.head];
    }
  }
  const text = JSON.stringify({ ...told, rows } satisfies Line);
  const sum = sumOf(text);
  return { line: `${sum} ${text}\n`, sum };
}

/**
 * The first line of a log: by what the file of the index was known when it was just written. Whoever finds it so need not check its sums.
 */
export function formatSeal(seal: Fingerprint): string {
  const text = JSON.stringify({ seal });
  return `${sumOf(text)} ${text}\n`;
}

/** What a log says. */
export interface Log {
  readonly growths: readonly (Growth & { readonly sum: string })[];
  readonly seal: Fingerprint | null;
  readonly bytes: number;
}

/** The lines of a log that count, in their order: of a line that was lost nothing is taken that was built on it. Throws the system's errors. */
export function readLog(disk: Disk, path: string, name: string): Log {
  const fd = disk.open(path, 'read');
  try {
    const bytes = readRange(disk, fd, 0, disk.statOpen(fd).size);
    const there = new Set([name]);
    const growths: (Growth & { readonly sum: string })[] = [];
    let seal: Fingerprint | null = null;
    for (const text of bytes.toString('utf8').split('\n')) {
      const line = readLine(text);
      if (line === null) continue;
      if ('seal' in line) seal = line.seal;
      else if (there.has(line.after)) {
        there.add(line.sum);
        growths.push(line);
      }
    }
    return { growths, seal, bytes: bytes.length };
  } finally {
    disk.close(fd);
  }
}

function readLine(line: string): (Growth & { readonly sum: string }) | { readonly seal: Fingerprint } | null {
  const at = line.indexOf(' ');
  const text = line.slice(at + 1);
  const sum = line.slice(0, at);
  if (at === -1 || sum !== sumOf(text)) return null;
  const told: Line | { readonly seal: Fingerprint } = JSON.parse(text);
  if ('seal' in told) return told;
  const { rows, ...known } = told;
  const changes = new Map(Object.entries(rows).map(([id, stored]) => [id, changeOf(stored)]));
  return { ...known, changes, sum };
}

function changeOf(stored: Stored | 0): Change {
  if (stored === 0) return null;
  const [ino, size, mtime, ctime, head] = stored;
  return { stamp: { plain: true, device: 0, ino, size, mtime, ctime }, head };
}

function sumOf(text: string): string {
  const bytes = inWords(text);
  return sumOfBytes(bytes, 0, bytes.length).toString(16).padStart(8, '0');
}

/** Adds to the log in one write. Throws the system's errors. */
export function appendLine(disk: Disk, fd: number, line: string): void {
  writeAll(disk, fd, Buffer.from(line, 'utf8'), null);
}
