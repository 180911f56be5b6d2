import { readFileSync } from 'node:fs';

/** What stands for the present start of this machine; null where the system does not say (off Linux). */
export function readBoot(path = '/proc/sys/kernel/random/boot_id'): string | null {
  try {
    return readFileSync(path, 'utf8').trim() || null;
  } catch {
    return null;
  }
}
