import { type Check, conclude, type Finding, note, warn } from './check.ts';

/** What lies in the cache of a store; nothing was made to find out. */
export interface IndexFacts {
  /** Where it lies, or would lie. */
  readonly path: string;
  /** `never`: commands are told to do without. `auto`: of stores that are large enough. */
  readonly use: 'auto' | 'always' | 'never';
  /** How many files of issues there are; null: they could not be listed. */
  readonly files: number | null;
  /** Of fewer files none is made. */
  readonly least: number;
  /** Null: there is none. */
  readonly found: FoundIndex | null;
  /** Why it cannot be written, as the system names it; null: it can. */
  readonly unwritable: string | null;
}

export interface FoundIndex {
  readonly bytes: number;
  /** `other`: made by another version of jit. `past`: before the machine was started. `damaged`: it makes no sense. */
  readonly form: 'known' | 'other' | 'past' | 'damaged';
  /** Files that it knows, tombstones included; null where it is not understood. */
  readonly issues: number | null;
  /** What was learned since it was made. */
  readonly logBytes: number;
}

/** `trust`: how far the configuration lets commands trust it; null: the configuration cannot be read. */
export function checkIndex(facts: IndexFacts, trust: 'files' | 'directory' | null): Check {
  const findings = facts.use === 'never' ? [] : [...findUnwritable(facts), ...findTrust(trust)];
  const { path, use, found, unwritable } = facts;
  return conclude('index', describe(facts), findings, {
    path,
    use,
    trust,
    bytes: found?.bytes ?? null,
    form: found?.form ?? null,
    issues: found?.issues ?? null,
    log_bytes: found?.logBytes ?? null,
    unwritable,
  });
}

function describe({ use, files, least, found }: IndexFacts): string {
  if (use === 'never') return 'off, by JIT_INDEX or --no-index: every command reads every file';
  if (found === null) {
    if (use === 'auto' && files !== null && files < least)
      return `none: fewer than ${least} files are read as fast without`;
    return 'none: the next command that looks at all issues makes it';
  }
  const { bytes, form, issues, logBytes } = found;
  if (form === 'damaged') return 'damaged: the next command that looks at all issues makes it anew';
  if (form === 'past')
    return 'from before the machine was started: the next command that looks at all issues makes it anew';
  if (form === 'other')
    return 'of another version of jit: the next command that looks at all issues makes it anew';
  return `${issues} ${issues === 1 ? 'file' : 'files'} in ${sizeOf(bytes)}, and a log of ${sizeOf(logBytes)}`;
}

function findUnwritable({ path, found, unwritable }: IndexFacts): readonly Finding[] {
  if (unwritable === null) return [];
  const consequence =
    found?.form === 'known'
      ? 'what changed since it was made is read by every command'
      : 'every command reads every file';
  return [warn(`${path} cannot be written (${unwritable}): ${consequence}`)];
}

function findTrust(trust: 'files' | 'directory' | null): readonly Finding[] {
  if (trust !== 'directory') return [];
  return [
    note(
      'index.trust is directory: a file that was edited in place is only noticed when its issue is answered or acted on, not when it would join the answer',
    ),
  ];
}

const sizeOf = (bytes: number): string =>
  bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KB`;
