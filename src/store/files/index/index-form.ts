import type { Stamp } from '../../../system/disk.ts';
import { ID_BYTES } from './ids.ts';
import { PLACE_NUMBERS, STAMP_NUMBERS } from './table.ts';

// How the bytes of an index lie in its file: what reads it and what writes it agree here.

/** What an index tells besides its table. */
export interface Known {
  /** The directory of issues as it was when all its names were known; null: they are to be listed. */
  readonly directory: Stamp | null;
  /**
   * Since when (milliseconds since 1970) the directory was only followed from one commit of jit to the next; null: its names were listed as it is.
   */
  readonly followed: number | null;
  /** Ids whose files are no issues: they are read anew each time. */
  readonly unreadable: readonly string[];
  /** The sum of the names in the table, see `sumNames`. */
  readonly names: number;
}

export const MAGIC = 'jitindex';
export const PREAMBLE = 24;

export interface Header extends Known {
  readonly form: string;
  readonly boot: string | null;
  readonly name: string;
  readonly size: number;
  readonly edges: number;
  readonly missing: readonly string[];
  /** Of the columns. */
  readonly sum: number;
  /** Bytes of the whole file. */
  readonly bytes: number;
}

// A file: MAGIC, three numbers (bytes of the header and of the columns, sum of the header), the header as JSON, the columns, the heads.
// The columns begin at a multiple of 8, each head at one of 4: all is summed up in words.
export const COLUMNS = [
  'stamps',
  'offsets',
  'targets',
  'places',
  'ids',
  'states',
  'priorities',
  'flags',
] as const;

export const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** The bytes of each column, in the order of COLUMNS. */
export const widths = (size: number, edges: number): readonly number[] => [
  size * STAMP_NUMBERS * 8,
  (size + 1) * 4,
  edges * 4,
  size * PLACE_NUMBERS * 4,
  size * ID_BYTES,
  size,
  size,
  size,
];
