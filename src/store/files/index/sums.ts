// Sums tell what a power cut, a hand or another process left from what was written: FNV-1a, taken by words and by characters.

const START = 0x811c9dc5;
const FACTOR = 0x01000193;

/** Of bytes; `from` and `length`: multiples of 4. */
export function sumOfBytes(bytes: Buffer, from: number, length: number): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + from, length / 4);
  return sumOfWords(words, 0, words.length);
}

/** Of the words from one place to another. */
export function sumOfWords(words: Uint32Array, from: number, to: number): number {
  let sum = START;
  for (let at = from; at < to; at += 1) sum = Math.imul(sum ^ words[at]!, FACTOR);
  return sum >>> 0;
}

/** Of a text. */
export function sumOfText(text: string): number {
  let sum = START;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), FACTOR);
  return sum >>> 0;
}

/** Of several texts, in any order. */
export function sumOfTexts(texts: readonly string[]): number {
  let sum = 0;
  for (const text of texts) sum = (sum + sumOfText(text)) >>> 0;
  return sum;
}

/** A text in UTF-8, with spaces at its end up to a multiple of 4 bytes. */
export function inWords(text: string): Buffer {
  const length = Buffer.byteLength(text, 'utf8');
  const bytes = Buffer.from(new ArrayBuffer(Math.ceil(length / 4) * 4)).fill(' ');
  bytes.write(text, 'utf8');
  return bytes;
}
