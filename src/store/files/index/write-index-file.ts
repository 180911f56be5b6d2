import type { IssueHead } from '../../../domain/issue.ts';
import type { Disk } from '../../../system/disk.ts';
import { writeAll } from '../../../system/whole-file.ts';
import { Heads } from './heads.ts';
import { COLUMNS, type Header, type Known, MAGIC, PREAMBLE, padded, widths } from './index-form.ts';
import { sumOfBytes } from './sums.ts';
import { PLACE_NUMBERS, type Table, TOMBSTONE } from './table.ts';

/** What is to be written as the file of an index. */
export interface IndexContent extends Known {
  readonly form: string;
  /** The present start of the machine; null: not known. */
  readonly boot: string | null;
  readonly name: string;
  readonly table: Table;
  /** The heads, and where each is among them. */
  readonly heads: Heads;
  readonly places: Uint32Array;
}

/** Brings the heads of a table together. `readHead`: of a row that is an issue. */
export function gatherHeads(
  { size, states }: Table,
  readHead: (row: number) => IssueHead,
): Pick<IndexContent, 'heads' | 'places'> {
  const heads = new Heads();
  const places = new Uint32Array(size * PLACE_NUMBERS);
  for (let row = 0; row < size; row += 1)
    if (states[row] !== TOMBSTONE) heads.add(JSON.stringify(readHead(row)), places, row);
  return { heads, places };
}

/**
 * Writes the file of an index under a new name; where it would be believed after the power failed, on the disk. Throws the system's errors.
 */
export function writeIndexFile(disk: Disk, path: string, content: IndexContent): void {
  const fd = disk.open(path, 'create');
  try {
    for (const part of partsOf(content)) writeAll(disk, fd, part, null);
    if (content.boot === null) disk.fsync(fd);
  } finally {
    disk.close(fd);
  }
}

function partsOf({
  form,
  boot,
  name,
  table,
  heads,
  places: counted,
  directory,
  followed,
  unreadable,
  names,
}: IndexContent): readonly Buffer[] {
  const { size, targets, missing } = table;
  const columnWidths = widths(size, targets.length);
  const columns = new ArrayBuffer(columnWidths.reduce((sum, width) => sum + padded(width), 0));
  // The header tells how long the file is, and its own length depends on how many digits that has: so it has room for many.
  const header: Header = {
    ...{ form, boot, name, size, edges: targets.length, missing, directory, followed, unreadable, names },
    ...{ sum: 2 ** 32 - 1, bytes: Number.MAX_SAFE_INTEGER },
  };
  const start = padded(PREAMBLE + Buffer.byteLength(JSON.stringify(header)));
  const first = start + columns.byteLength;
  const places = counted.slice();
  for (let row = 0; row < size; row += 1)
    if (table.states[row] !== TOMBSTONE) places[row * PLACE_NUMBERS]! += first;
  writeColumns(columns, columnWidths, { ...table, places });
  const told = JSON.stringify({
    ...header,
    sum: sumOfBytes(Buffer.from(columns), 0, columns.byteLength),
    bytes: first + heads.bytes,
  });
  const preamble = Buffer.from(new ArrayBuffer(start)).fill(' ');
  preamble.write(MAGIC, 0, 'latin1');
  preamble.writeUInt32LE(start - PREAMBLE, 8);
  preamble.writeUInt32LE(columns.byteLength, 12);
  preamble.write(told, PREAMBLE, 'utf8');
  preamble.writeUInt32LE(sumOfBytes(preamble, PREAMBLE, start - PREAMBLE), 16);
  preamble.writeUInt32LE(0, 20);
  return [Buffer.concat([preamble, Buffer.from(columns)]), ...heads.parts];
}

function writeColumns(columns: ArrayBuffer, lengths: readonly number[], table: Table): void {
  const into = Buffer.from(columns);
  let at = 0;
  COLUMNS.forEach((name, column) => {
    const { buffer, byteOffset, byteLength } = table[name];
    into.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += padded(lengths[column]!);
  });
}
