import { JitError } from '../domain/errors.ts';

/** The code of an error of the operating system, for example `ENOENT`; null for any other error. */
export function osCode(error: unknown): string | null {
  if (!(error instanceof Error) || error instanceof JitError) return null;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && typeof syscall === 'string' ? code : null;
}

/** Runs an action, and takes the listed system errors as an answer: the code is returned, null when it went well. */
export function attempt(action: () => void, ...expected: readonly string[]): string | null {
  try {
    action();
    return null;
  } catch (error) {
    const code = osCode(error);
    if (code === null || !expected.includes(code)) throw error;
    return code;
  }
}

/** Runs an action whose failure costs nothing but tidiness; the next sweep makes up for it. */
export function tryTo(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (osCode(error) === null) throw error;
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const CAUSES: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EIO: 'input/output error',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EMFILE: 'this process has too many open files',
  ENFILE: 'the system has too many open files',
  ENOENT: 'it is not there',
  ELOOP: 'it is a symbolic link',
  ENOTDIR: 'a part of the path is not a directory',
  EXDEV: 'it is on another file system',
};

/**
 * Turns a system error into the error that jit names; anything else is returned as it is. `committed`: the change is
 * recorded all the same. `consequence`: what that means, for the hint.
 */
export function describeOsError(
  error: unknown,
  nameOf: (path: string) => string,
  committed: boolean,
  consequence = committed
    ? 'the change is recorded, and the next command that writes will finish it: do not repeat it'
    : 'nothing was changed',
): unknown {
  const code = osCode(error);
  if (code === null) return error;
  const { path, dest, syscall } = error as NodeJS.ErrnoException & { dest?: string };
  const place = dest ?? path;
  const file = place === undefined ? null : nameOf(place);
  const where = file === null ? '' : ` ${file}`;
  return new JitError(
    FULL.has(code) ? 'DISK_FULL' : 'IO',
    `cannot ${syscall}${where}: ${CAUSES[code] ?? code}`,
    {
      details: { file, cause: code, committed },
      hint: FULL.has(code) ? `free some space; ${consequence}` : consequence,
      cause: error,
    },
  );
}
