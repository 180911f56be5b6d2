import type { Stamp } from '../../../system/disk.ts';

/** Whether nobody touched a file or a directory between two looks at it. */
export const isSameStamp = (a: Stamp | undefined, b: Stamp | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.plain === b.plain &&
  a.ino === b.ino &&
  a.ctime === b.ctime &&
  a.mtime === b.mtime &&
  a.size === b.size &&
  a.device === b.device;
