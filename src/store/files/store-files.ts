import { JitError } from '../../domain/errors.ts';
import { checkConfig } from '../../domain/generated/checks/config.js';
import { checkGates } from '../../domain/generated/checks/gates.js';
import { checkIndex } from '../../domain/generated/checks/index.js';
import type { Config, GateRegistry, Index } from '../../domain/issue.ts';
import { type Schema, violations } from '../../domain/violations.ts';
import type { Disk } from '../../system/disk.ts';
import { osCode } from '../../system/os-errors.ts';
import { readWhole } from '../../system/whole-file.ts';
import { type Fingerprint, fingerprint } from './entry.ts';
import type { Layout } from './layout.ts';
import { schemaProblem } from './parse-issue.ts';
import { parseText } from './parse-json.ts';

/** The newest form of a store that this jit knows. */
export const SCHEMA_VERSION = 1;

export const GATES: Schema = { name: 'Gates', check: checkGates };
export const CONFIG: Schema = { name: 'Config', check: checkConfig };
export const INDEX: Schema = { name: 'Index', check: checkIndex };

const LARGEST = 16 * 1024 * 1024;

/** One of the few files beside the issues. */
export interface ReadDocument<T> {
  readonly value: T;
  readonly text: string;
  readonly found: Fingerprint | null;
}

function readDocument<T>(
  disk: Disk,
  layout: Layout,
  path: string,
  schema: Schema,
  absent: T | null,
): ReadDocument<T> {
  const file = layout.nameOf(path);
  const corrupt = (message: string, place: string | null): never => {
    const where = place === null ? file : `${file} ${place}`;
    throw new JitError('CORRUPT_FILE', `${where} ${message}`, {
      details: { file, path: place },
      hint: 'mend the file, or take it back from git',
    });
  };
  let text = '';
  let found: Fingerprint | null = null;
  try {
    const { bytes, stat } = readWhole(disk, path, LARGEST);
    if (bytes === null) return corrupt(stat.kind === 'file' ? 'is too large' : 'is not a regular file', null);
    text = bytes.toString('utf8');
    found = fingerprint(stat);
  } catch (error) {
    const code = osCode(error);
    if (code === 'ELOOP') return corrupt('is a symbolic link, which is not followed', null);
    if (code !== 'ENOENT') throw error;
    if (absent === null) return corrupt('is missing; jit init makes it again', null);
    return { value: absent, text: '', found: null };
  }
  const { value, problems } = parseText(text, null);
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) return corrupt(error.message, error.path);
  const [violation] = violations(schema, value);
  if (violation !== undefined) {
    const { message, path: place } = schemaProblem(violation);
    return corrupt(message, place);
  }
  return { value: value as T, text, found };
}

/** gates.json. Throws CORRUPT_FILE, also where it is missing. */
export const readGates = (disk: Disk, layout: Layout): ReadDocument<GateRegistry> =>
  readDocument<GateRegistry>(disk, layout, layout.gates, GATES, null);

/** config.json; empty where it is missing. Throws CORRUPT_FILE. */
export const readConfig = (disk: Disk, layout: Layout): ReadDocument<Config> =>
  readDocument<Config>(disk, layout, layout.config, CONFIG, {});

/** Refuses a store that this jit must not touch. Throws NOT_INITIALIZED, CORRUPT_FILE, SCHEMA_TOO_NEW. */
export function checkStore(disk: Disk, layout: Layout): void {
  const dir = disk.stat(layout.dir);
  if (dir === undefined) {
    throw new JitError('NOT_INITIALIZED', `there is no ${layout.nameOf(layout.dir)} here`, {
      hint: 'jit init',
    });
  }
  const { value } = readDocument<Index>(disk, layout, layout.index, INDEX, null);
  if (value.schema_version > SCHEMA_VERSION) {
    throw new JitError('SCHEMA_TOO_NEW', `this store was written by a newer jit (${value.schema_version})`, {
      details: { found: value.schema_version, known: SCHEMA_VERSION },
      hint: 'install a newer jit',
    });
  }
  for (const path of [layout.issues, layout.local]) {
    const kind = disk.stat(path)?.kind;
    if (kind === 'directory' || (kind === undefined && path === layout.local)) continue;
    const what = kind === undefined ? 'is missing' : `is a ${kind}, not a directory`;
    throw new JitError('CORRUPT_FILE', `${layout.nameOf(path)} ${what}`, {
      details: { file: layout.nameOf(path) },
      hint:
        kind === undefined ? 'jit init makes it again' : 'it is never followed: put a directory in its place',
    });
  }
}
