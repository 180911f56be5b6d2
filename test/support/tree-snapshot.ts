import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Every path below a directory with what it holds, but for the index: equal snapshots mean that nothing was written. `leaveOut` names
 * paths, relative to it, that are not looked at.
 */
export function snapshotTree(
  root: string,
  leaveOut: readonly string[] = [],
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const look = (relative: string): void => {
    if (leaveOut.includes(relative) || relative.endsWith('.jit/local/cache')) return;
    const path = join(root, relative);
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) found[relative] = `-> ${readlinkSync(path)}`;
    else if (stat.isFile()) found[relative] = createHash('sha256').update(readFileSync(path)).digest('hex');
    else if (stat.isDirectory()) {
      found[relative] = 'directory';
      for (const name of readdirSync(path).sort()) look(relative === '' ? name : `${relative}/${name}`);
    } else found[relative] = 'something else';
  };
  look('');
  return found;
}
