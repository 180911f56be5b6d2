import { JitError } from '../errors.ts';
import type { Entry, FileImage } from './change.ts';

/** What is in a file. Throws INVALID where no plain file stands there. */
export function plainFile(entry: Entry, path: string): FileImage {
  if (entry.kind === 'file') return entry;
  const what = {
    none: 'is not there',
    link: 'is a symbolic link, which git does not read',
    other: 'is no file',
  };
  throw new JitError('INVALID', `${path} ${what[entry.kind]}`, {
    details: { file: path },
    hint: 'put a plain file in its place',
  });
}
