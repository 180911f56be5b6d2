import { JitError } from '../../domain/errors.ts';
import type { Lease } from '../../domain/lease.ts';
import type { Damage } from '../cells.ts';
import { corruptRecord, formatRecord, parseRecord } from '../lease-record.ts';

/**
 * What a claim object says: the record, and a line that makes the object the only one of its kind. A remote that has an object
 * already says of the second push that it went well, too; so no two objects may be equal.
 */
export const formatClaim = (lease: Lease, nonce: string): string =>
  `${escapeNonAscii(formatRecord(lease))}nonce ${nonce}\n`;

/** What was read under a reference: a lease, or why it is none. */
export type Claim = { readonly lease: Lease } | { readonly lease: null; readonly damage: Damage };

/**
 * Reads what a reference leads to. `message`: null where it is no commit. `highest`: an epoch that the record is known to have
 * had; 0: none.
 */
export function readClaim(message: string | null, id: string, ref: string, highest: number): Claim {
  try {
    if (message === null) throw corruptRecord(ref, id, 'is not a commit');
    const end = message.indexOf('\n') + 1;
    return { lease: parseRecord(end === 0 ? message : message.slice(0, end), id, ref).lease };
  } catch (error) {
    if (!(error instanceof JitError)) throw error;
    return { lease: null, damage: { error, epoch: error.code === 'SCHEMA_TOO_NEW' ? null : highest } };
  }
}

// A commit's message goes through settings about encodings on the way out; plain characters come back as they were.
const escapeNonAscii = (json: string): string =>
  json.replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
