import { lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';

const OTHERS_MAY_WRITE = 0o022;
const PRIVATE = 0o700;

/** The directory of compiled code: in the user's cache directory. Null where the environment names none. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string | null {
  const { XDG_CACHE_HOME: cache, HOME: home } = env;
  if (cache?.startsWith('/')) return `${cache}/jit-tracker/code`;
  return home?.startsWith('/') ? `${home}/.cache/jit-tracker/code` : null;
}

/** Whether only this user could have written what is there. */
export const isOurs = ({ uid, mode }: Stats, owner: number): boolean =>
  uid === owner && (mode & OTHERS_MAY_WRITE) === 0;

/**
 * Makes the directory and those above it that belong to a cache, and says whether it is a place to write to: a directory of this user's in a
 * place of this user's, so that nothing is left in the home of somebody else (as with sudo), and a home that is not there is not made.
 */
export function makeCacheDirectory(directory: string, owner: number): boolean {
  const top = directory.slice(0, -'/jit-tracker/code'.length);
  const above = top.slice(0, top.lastIndexOf('/')) || '/';
  if (!isThere(top)) {
    if (!isThere(above) || statSync(above).uid !== owner) return false;
    mkdirSync(top, { mode: PRIVATE });
  }
  if (statSync(top).uid !== owner) return false;
  return [`${top}/jit-tracker`, directory].every((each) => {
    if (!isThere(each)) mkdirSync(each, { mode: PRIVATE, recursive: true });
    const found = lstatSync(each);
    return found.isDirectory() && isOurs(found, owner);
  });
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
