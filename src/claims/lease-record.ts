import { JitError } from '../domain/errors.ts';
import { checkLease } from '../domain/generated/checks/lease.js';
import type { Lease } from '../domain/lease.ts';

/** The newest form of a record that this jit knows. */
export const RECORD_VERSION = 1;

/** What a record says of itself, besides the lease. */
export interface Lineage {
  /** The last number, up to this one, whose record was on the disk before it counted; 0: none. */
  readonly synced: number;
  /** Marks of the records that led to this one, its own last. */
  readonly trail: readonly string[];
}

export interface LeaseRecord {
  readonly lease: Lease;
  readonly lineage: Lineage;
}

/** A record as text: one line of JSON, of which the end of the line shows that it is whole. */
export const formatRecord = (lease: Lease, lineage?: Lineage): string =>
  `${JSON.stringify({ schema_version: RECORD_VERSION, ...lineage, ...lease })}\n`;

/** Whether a text was cut off while it was written. */
export const isTorn = (text: string): boolean => !text.endsWith('\n');

/**
 * Reads a record. Keys that this jit does not know stay with the lease. `file`: how it is named to people.
 * Throws CORRUPT_FILE, SCHEMA_TOO_NEW.
 */
export function parseRecord(text: string, id: string, file: string): LeaseRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw corruptRecord(file, id, isTorn(text) ? 'ends in the middle' : 'is not JSON');
  }
  const version = versionOf(value);
  if (version > RECORD_VERSION) {
    throw new JitError(
      'SCHEMA_TOO_NEW',
      `${file} has schema version ${version}, this jit knows ${RECORD_VERSION}`,
      {
        details: { file, id, found: version, known: RECORD_VERSION },
        hint: 'use the newest jit in every work tree',
      },
    );
  }
  if (!checkLease(value)) throw corruptRecord(file, id, 'is not as the schema of leases has it');
  const {
    schema_version: _,
    synced,
    trail,
    ...lease
  } = value as Lease & Partial<Lineage> & { schema_version: 1 };
  if (lease.id !== id) throw corruptRecord(file, id, `is the lease of ${lease.id}`);
  return { lease, lineage: { synced: synced ?? 0, trail: trail ?? [] } };
}

function versionOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const { schema_version } = value as Record<string, unknown>;
  return typeof schema_version === 'number' ? schema_version : 0;
}

/** What is thrown for a record that cannot be understood. */
export const corruptRecord = (
  file: string,
  id: string,
  why: string,
  hint = `jit lease release ${id} --force`,
): JitError =>
  new JitError('CORRUPT_FILE', `the lease in ${file} cannot be read: ${why}`, {
    details: { file, id },
    hint,
  });
