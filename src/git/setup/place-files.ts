import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { JitError } from '../../domain/errors.ts';
import type { Change, Entry, FileImage } from '../../domain/git-setup/change.ts';

/** What stands at a path; no link is followed. Throws IO. */
export function lookAt(path: string): Entry {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return { kind: 'none' };
    if (stat.isSymbolicLink()) return { kind: 'link' };
    if (!stat.isFile()) return { kind: 'other' };
    return { kind: 'file', text: readFileSync(path, 'latin1'), mode: stat.mode & 0o7777 };
  } catch (error) {
    // Above it is a file, not a directory.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return { kind: 'none' };
    throw explain(error, path, 'read');
  }
}

/** The same, but where a link leads: git follows one that stands for its configuration. */
export function lookThrough(path: string): Entry {
  try {
    return lookAt(realpathSync(path));
  } catch (error) {
    if (error instanceof JitError) throw error;
    return { kind: 'none' };
  }
}

/** Makes a change. `configFile` is written as git does, so that a git that writes it at the same time waits or fails. */
export function applyChange(change: Change, configFile: string): void {
  const { path } = change;
  try {
    switch (change.kind) {
      case 'write':
        if (path === configFile) writeLocked(realpathSync(path), change.before!, change.after);
        else writeWhole(path, change.before, change.after);
        break;
      case 'remove':
        rmSync(path);
        break;
      case 'rename':
        renameSync(path, change.to);
        break;
      case 'make-directory':
        mkdirSync(path, { recursive: true });
        break;
      case 'remove-directory':
        removeIfEmpty(path);
        break;
    }
  } catch (error) {
    if (error instanceof JitError) throw error;
    throw explain(error, path, 'change');
  }
}

function writeWhole(path: string, before: FileImage | null, after: FileImage): void {
  const temporary = `${path}.${process.pid}.tmp`;
  put(temporary, after, before !== null, () => renameSync(temporary, path));
}

/** git's own protocol: the new file under the name of the lock, then renamed. */
function writeLocked(path: string, before: FileImage, after: FileImage): void {
  const lock = `${path}.lock`;
  try {
    put(lock, after, true, () => {
      const now = lookAt(path);
      if (now.kind === 'file' && now.text === before.text) renameSync(lock, path);
      else throw new JitError('LOCK_TIMEOUT', `${path} was changed at the same time`, { hint: 'again' });
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new JitError('LOCK_TIMEOUT', `another process writes ${path}`, {
      details: { lock },
      hint: `again; where no git runs, remove ${lock}`,
      cause: error,
    });
  }
}

function put(name: string, { text, mode }: FileImage, exactly: boolean, place: () => void): void {
  const descriptor = openSync(name, 'wx', mode);
  try {
    try {
      writeFileSync(descriptor, text, 'latin1');
      // What the umask took away from a file that was there before comes back; a new one does without.
      if (exactly) fchmodSync(descriptor, mode);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    place();
  } catch (error) {
    rmSync(name, { force: true });
    throw error;
  }
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw error;
  }
}

function explain(error: unknown, path: string, what: 'read' | 'change'): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new JitError(full ? 'DISK_FULL' : 'IO', `cannot ${what} ${path}: ${code}`, {
    details: { file: path, errno: code },
    cause: error,
  });
}
