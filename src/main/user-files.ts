import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { JitError } from '../domain/errors.ts';
import { writeAll } from './write-all.ts';

/** A text file of the user's. Throws FILE_NOT_FOUND, IO. */
export function readUserFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw describeFileError(error, path, 'read');
  }
}

/** Replaces or makes a file of the user's, wholly or not at all; keeps its mode, and the link that leads to it. */
export function writeUserFile(path: string, content: string | Uint8Array | Iterable<string>): void {
  let temporary: string | undefined;
  try {
    const old = statSync(path, { throwIfNoEntry: false });
    // What is not a plain file (a pipe, /dev/stdout) can only be written in place.
    if (old !== undefined && !old.isFile()) {
      const descriptor = openSync(path, 'w');
      writePieces(descriptor, content);
      closeSync(descriptor);
      return;
    }
    const target = old === undefined ? path : realpathSync(path);
    temporary = `${target}.${process.pid}.tmp`;
    const descriptor = openSync(temporary, 'wx');
    try {
      if (old !== undefined) fchmodSync(descriptor, old.mode & 0o7777);
      writePieces(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, target);
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    throw describeFileError(error, path, 'write');
  }
}

function writePieces(descriptor: number, content: string | Uint8Array | Iterable<string>): void {
  if (typeof content === 'string' || content instanceof Uint8Array) writeAll(descriptor, content);
  else for (const piece of content) writeAll(descriptor, piece);
}

/** Removes a file of the user's; nothing happens where there is none. Throws IO. */
export function removeUserFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw describeFileError(error, path, 'remove');
  }
}

/** An error of the system about a file of the user's, in our words: FILE_NOT_FOUND, DISK_FULL, IO. Others stay as they are. */
export function describeFileError(error: unknown, path: string, what: 'read' | 'write' | 'remove'): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error;
  const details = { file: path, errno: code };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new JitError('FILE_NOT_FOUND', `no such file or directory: ${path}`, { details, cause: error });
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new JitError('DISK_FULL', `no space left to write ${path}`, { details, cause: error });
  }
  return new JitError('IO', `cannot ${what} ${path}: ${code}`, { details, cause: error });
}
