import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  readFileSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { LinkProbe } from '../domain/health/file-system.ts';

/** Why nothing can be made in a directory, or in the nearest one above it that is there: the code of the system; null: it can. Makes nothing. */
export function whyUnwritable(path: string): string | null {
  if (!existsSync(path) && dirname(path) !== path) return whyUnwritable(dirname(path));
  try {
    if (!statSync(path).isDirectory()) return 'ENOTDIR';
    accessSync(path, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? null;
  }
}

/** The file system that a path is on. */
export interface FileSystem {
  /** As the system names it, for example `ext4` or `fuse.sshfs`; null where it does not say. */
  readonly type: string | null;
  /** Where it is mounted; null where that is not known. */
  readonly mount: string | null;
}

/**
 * The file system of a path, or of the nearest directory above it that is there. The table of mounts is asked first: that does
 * not wait for a server that is gone. `mounts`: its text, as in /proc/self/mountinfo; null where there is none.
 */
export function fileSystemOf(path: string, mounts: string | null = readMounts()): FileSystem {
  const real = realPathOf(path);
  const found = mounts === null ? null : findMount(real, mounts);
  return found ?? { type: typeByMagic(real), mount: null };
}

function readMounts(): string | null {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return null;
  }
}

// proc_pid_mountinfo(5): id parent major:minor root MOUNT options [fields] - TYPE source super-options.
function findMount(path: string, mounts: string): FileSystem | null {
  let best: { readonly type: string; readonly mount: string } | null = null;
  for (const line of mounts.split('\n')) {
    const [before, after] = line.split(' - ');
    const mount = before
      ?.split(' ')[4]
      ?.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
    const type = after?.split(' ')[0];
    if (mount === undefined || type === undefined) continue;
    // Of two at the same place the later one covers the earlier.
    if (isInside(path, mount) && mount.length >= (best?.mount.length ?? 0)) best = { type, mount };
  }
  return best;
}

const isInside = (path: string, directory: string): boolean =>
  directory === '/' || path === directory || path.startsWith(`${directory}/`);

/** Numbers of statfs(2) on Linux for what matters here. */
const MAGIC: Readonly<Record<number, string>> = {
  61267: 'ext4',
  26985: 'nfs',
  4283649346: 'cifs',
  4266872130: 'smb2',
  16914839: '9p',
  1702057286: 'fuse',
  16914836: 'tmpfs',
  2035054128: 'overlay',
  1481003842: 'xfs',
  2435016766: 'btrfs',
};

function typeByMagic(path: string): string | null {
  if (process.platform !== 'linux') return null;
  try {
    return MAGIC[statfsSync(path).type] ?? null;
  } catch {
    return null;
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path
      ? path
      : join(realPathOf(dirname(path)), path.slice(dirname(path).length + 1));
  }
}

/** Tries a hard link in a directory, between two files of this name that are removed again. */
export function probeLinks(directory: string, name: string, makeLink = linkSync): LinkProbe {
  const file = join(directory, name);
  const link = `${file}.link`;
  try {
    writeFileSync(file, '', { flag: 'wx' });
  } catch (error) {
    return { result: 'unwritable', code: codeOf(error) };
  }
  try {
    makeLink(file, link);
    tryToRemove(link);
    return { result: 'work' };
  } catch (error) {
    return { result: 'refused', code: codeOf(error) };
  } finally {
    tryToRemove(file);
  }
}

function tryToRemove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A directory that cannot be written keeps nothing of ours either.
  }
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? error);
