import { sha256 as hash } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Characters from which on the digest of Node.js is faster, although it takes as long to load as a whole command to start. */
const LONG = 32 * 1024;

/** SHA-256 of a text in UTF-8, in hexadecimal. Lone surrogates count as U+FFFD. */
export const sha256 = (text: string): string =>
  text.length < LONG
    ? bytesToHex(hash(Buffer.from(text, 'utf8')))
    : process.getBuiltinModule('node:crypto').createHash('sha256').update(text, 'utf8').digest('hex');
