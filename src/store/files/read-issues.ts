import { isTombstone } from '../../domain/canonical-json.ts';
import { JitError } from '../../domain/errors.ts';
import { type Issue, LIMITS, type Tombstone } from '../../domain/issue.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Disk, Kind } from '../../system/disk.ts';
import { osCode } from '../../system/os-errors.ts';
import { readWhole } from '../../system/whole-file.ts';
import { type Fingerprint, fingerprint } from './entry.ts';
import { idOfFile, issueName, KEEP, type Layout } from './layout.ts';
import { parseIssueFile } from './parse-issue.ts';

/** What is known of one file of `issues/` after it was read. */
export interface ReadFile {
  readonly id: string;
  /** undefined where it is absent or cannot be used. */
  readonly stored: Issue | Tombstone | undefined;
  readonly problems: readonly Problem[];
  /** The file as it was read; null where there is none. */
  readonly found: Fingerprint | null;
  /** What it would be with its mechanical faults mended; null where there are none. */
  readonly mended: string | null;
}

/** The file names of `issues/`, sorted apart. */
export interface Listing {
  /** Ids by file name, in ULID order; whether they can be read is not known yet. */
  readonly ids: readonly string[];
  /** Those of them that are no regular files. */
  readonly odd: ReadonlySet<string>;
  /** Everything else. */
  readonly problems: readonly Problem[];
}

/** Lists `issues/` without opening anything. */
export function listIssues(disk: Disk, layout: Layout): Listing {
  const ids: string[] = [];
  const odd = new Set<string>();
  const problems: Problem[] = [];
  for (const { name, kind } of disk.list(layout.issues)) {
    const id = idOfFile(name);
    if (id !== null) {
      ids.push(id);
      if (kind !== 'file') odd.add(id);
    } else if (name !== KEEP) problems.push(strayFile(layout.nameOf(`${layout.issues}/${name}`), kind));
  }
  return { ids: ids.sort(), odd, problems };
}

const strayFile = (file: string, kind: Kind): Problem => ({
  severity: 'warning',
  code: 'stray-file',
  message: `is a ${kind} that is not named after an issue`,
  file,
  path: null,
  id: null,
  fix: null,
});

// What says nothing about the file itself but about this process: not to be taken for a bad file.
const OURS = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

/** Reads and validates the file of one issue. Throws system errors that are not about the file itself. */
export function readIssueFile(disk: Disk, layout: Layout, id: string): ReadFile {
  const path = `${layout.dir}/${issueName(id)}`;
  const file = layout.nameOf(path);
  const bad = (code: string, message: string, found: Fingerprint | null): ReadFile => ({
    id,
    stored: undefined,
    problems: [{ severity: 'error', code, message, file, path: null, id, fix: null }],
    found,
    mended: null,
  });
  try {
    const { bytes, stat } = readWhole(disk, path, LIMITS.issueFileBytes);
    const found = fingerprint(stat);
    if (stat.kind === 'directory') return bad('directory', 'is a directory', found);
    if (stat.kind !== 'file') return bad('not-a-file', 'is not a regular file', found);
    if (bytes === null) return bad('too-large', `is larger than ${LIMITS.issueFileBytes} bytes`, found);
    return { id, found, ...parseIssueFile(bytes, file, id) };
  } catch (error) {
    const code = osCode(error);
    if (code === 'ENOENT') return { id, stored: undefined, problems: [], found: null, mended: null };
    if (code === 'ELOOP') return bad('symlink', 'is a symbolic link, which is not followed', null);
    if (code === 'EUNMERGED') {
      return bad(
        'unmerged',
        'is there in several versions, as a merge that stopped left it: jit merge --resolve',
        null,
      );
    }
    if (code === null || OURS.has(code)) throw error;
    return bad('unreadable', `cannot be read (${code})`, null);
  }
}

/** The issue of a file that was read; undefined where there is none. Throws CORRUPT_FILE where it cannot be used. */
export function issueOf({ id, stored, problems }: ReadFile): Issue | undefined {
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) {
    const where = [error.file, error.path].filter((part) => part !== null).join(' ');
    throw new JitError('CORRUPT_FILE', `${where} ${error.message}`, {
      details: { file: error.file, id, problems },
      hint: 'mend the file, or take it back from git; jit validate shows everything that is wrong',
    });
  }
  return stored === undefined || isTombstone(stored) ? undefined : stored;
}
