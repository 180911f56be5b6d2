import { closeSync, openSync, readSync } from 'node:fs';

/** Random bytes of the system, fit for secrets. Read from its device: the module `crypto` takes longer to load than that. */
export function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let device: number;
  try {
    device = openSync('/dev/urandom', 'r');
  } catch {
    return process.getBuiltinModule('node:crypto').randomFillSync(bytes);
  }
  try {
    for (let read = 0; read < count; ) {
      const some = readSync(device, bytes, read, count - read, null);
      if (some === 0) return process.getBuiltinModule('node:crypto').randomFillSync(bytes);
      read += some;
    }
    return bytes;
  } finally {
    closeSync(device);
  }
}
