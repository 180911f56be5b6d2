import { readFileSync } from 'node:fs';

const OWN = '/proc/sys/kernel/random/boot_id';
let own: { readonly boot: string | null } | undefined;

/**
 * What stands for the present start of this machine; null where the system does not say (off Linux). It is asked once: no process lives
 * through two of them.
 */
export function readBoot(path = OWN): string | null {
  if (path !== OWN) return readAt(path);
  own ??= { boot: readAt(path) };
  return own.boot;
}

function readAt(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim() || null;
  } catch {
    return null;
  }
}
