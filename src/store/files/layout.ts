import { isUlid } from '../../domain/ids.ts';

/** Where everything is. All paths are absolute. */
export interface Layout {
  readonly root: string;
  readonly dir: string;
  readonly issues: string;
  readonly events: string;
  readonly index: string;
  readonly gates: string;
  readonly config: string;
  readonly local: string;
  readonly lock: string;
  readonly journal: string;
  readonly staged: string;
  readonly aside: string;
  readonly cache: string;
  /** How a path is named to people: relative to the directory that holds `.jit`. */
  nameOf(path: string): string;
}

export function layoutOf(root: string, dir: string): Layout {
  const local = `${dir}/local`;
  return {
    root,
    dir,
    issues: `${dir}/issues`,
    events: `${dir}/events.jsonl`,
    index: `${dir}/index.json`,
    gates: `${dir}/gates.json`,
    config: `${dir}/config.json`,
    local,
    lock: `${local}/lock`,
    journal: `${local}/journal`,
    staged: `${local}/staged`,
    aside: `${local}/aside`,
    cache: `${local}/cache`,
    nameOf: (path) => (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path),
  };
}

/** `issues/<id>.json`: the name of an issue's file inside `.jit`. */
export const issueName = (id: string): string => `issues/${id}.json`;

/** The same inside `issues`. */
export const fileName = (id: string): string => `${id}.json`;

const OTHER_NAMES: ReadonlySet<string> = new Set([
  ...['gates.json', 'config.json', 'index.json', '.gitignore', '.gitattributes'],
  // Only a repair writes the log anew; else events are appended.
  'events.jsonl',
]);

/** Whether a name inside `.jit` is one that a commit may write: nothing else is ever touched, whatever an entry says. */
export function isWritable(name: string): boolean {
  if (OTHER_NAMES.has(name)) return true;
  return name.startsWith('issues/') && name.endsWith('.json') && isUlid(name.slice(7, -5));
}

/** The id of the issue that a file name inside `issues/` stands for; null where it is no such name. */
export function idOfFile(name: string): string | null {
  const id = name.endsWith('.json') ? name.slice(0, -5) : '';
  return isUlid(id) ? id : null;
}

/** The ids of the issues that names inside `issues/` stand for, in the order of the names. */
export function idsIn(names: readonly string[]): string[] {
  const ids: string[] = [];
  for (const name of names) {
    const id = idOfFile(name);
    if (id !== null) ids.push(id);
  }
  return ids;
}

/** Keeps the directory of issues in git while it is empty: a clone without it would look damaged. */
export const KEEP = '.gitkeep';
