import { writeSync } from 'node:fs';

const cell = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all of a text, or of bytes, to a file descriptor before it returns. A pipe whose reader is slow may be in
 * non-blocking mode and then says EAGAIN: it is asked again every 2 ms.
 */
export function writeAll(descriptor: number, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(cell, 0, 0, 2);
    }
  }
}
