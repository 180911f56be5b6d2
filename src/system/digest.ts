import { roundConstants } from './sha256-constants.ts';

/** Characters from which on the digest of Node.js is faster, although it takes as long to load as a tenth of a whole command. */
const LONG = 32 * 1024;

/** SHA-256 of a text in UTF-8, in hexadecimal. Lone surrogates count as U+FFFD. */
export const sha256 = (text: string): string =>
  text.length < LONG
    ? digestShort(Buffer.from(text, 'utf8'))
    : process.getBuiltinModule('node:crypto').createHash('sha256').update(text, 'utf8').digest('hex');

const BLOCK = 64;

/**
 * SHA-256 (FIPS 180-4) in one function without calls, because this runs once in a process, interpreted: that takes half of the time that a
 * library takes, which is written to be compiled, and a quarter of what it takes to load `crypto`.
 */
function digestShort(bytes: Uint8Array): string {
  const padded = pad(bytes);
  const constants = roundConstants();
  const w = new Int32Array(64);
  let h0 = 0x6a09e667 | 0;
  let h1 = 0xbb67ae85 | 0;
  let h2 = 0x3c6ef372 | 0;
  let h3 = 0xa54ff53a | 0;
  let h4 = 0x510e527f | 0;
  let h5 = 0x9b05688c | 0;
  let h6 = 0x1f83d9ab | 0;
  let h7 = 0x5be0cd19 | 0;
  for (let at = 0; at < padded.length; at += BLOCK) {
    for (let i = 0, byte = at; i < 16; i += 1, byte += 4)
      w[i] = (padded[byte]! << 24) | (padded[byte + 1]! << 16) | (padded[byte + 2]! << 8) | padded[byte + 3]!;
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15]!;
      const y = w[i - 2]!;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
    }
    let a = h0;
    let b = h1;
    let c = h2;
    let d = h3;
    let e = h4;
    let f = h5;
    let g = h6;
    let h = h7;
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + (g ^ (e & (f ^ g))) + constants[i]! + w[i]!) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) | (c & (a | b)))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    h0 = (h0 + a) | 0;
    h1 = (h1 + b) | 0;
    h2 = (h2 + c) | 0;
    h3 = (h3 + d) | 0;
    h4 = (h4 + e) | 0;
    h5 = (h5 + f) | 0;
    h6 = (h6 + g) | 0;
    h7 = (h7 + h) | 0;
  }
  return [h0, h1, h2, h3, h4, h5, h6, h7].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The bytes, a one, zeros, and the number of bits: whole blocks. There are fewer than 2^29 bytes. */
function pad(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const bits = bytes.length * 8;
  for (let i = 0; i < 4; i += 1) padded[padded.length - 1 - i] = bits >>> (8 * i);
  return padded;
}
