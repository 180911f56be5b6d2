import { type IssueHead, ref, STATES, type State } from '../../domain/issue.ts';
import type { Row } from '../../domain/query.ts';

/** Issues that are exported together: in ULID order, so that an export only changes where an issue did. */
export interface Extract<T extends IssueHead = IssueHead> {
  readonly rows: readonly Row<T>[];
  /** Id → name of its node in a drawing: `i` and the ref, or the whole id where a ref occurs twice. */
  readonly names: ReadonlyMap<string, string>;
  /** How many dependencies lead from one of the rows to another. */
  readonly edges: number;
}

/** Prepares issues, in any order and each once, for an export. Dependencies on others are left out of it. */
export function extract<T extends IssueHead>(rows: readonly Row<T>[]): Extract<T> {
  const sorted = [...rows].sort((a, b) => (a.issue.id < b.issue.id ? -1 : 1));
  const refs = new Map<string, number>();
  for (const { issue } of sorted) refs.set(ref(issue.id), (refs.get(ref(issue.id)) ?? 0) + 1);
  const names = new Map<string, string>();
  for (const { issue } of sorted) {
    names.set(issue.id, `i${refs.get(ref(issue.id)) === 1 ? ref(issue.id) : issue.id}`);
  }
  let edges = 0;
  for (const { issue } of sorted) for (const id of issue.dependencies) if (names.has(id)) edges += 1;
  return { rows: sorted, names, edges };
}

/** The edges of an extract as pairs of node names: what is needed, then what needs it. */
export function* edgesOf({ rows, names }: Extract): Generator<readonly [needed: string, dependent: string]> {
  for (const { issue } of rows) {
    const dependent = names.get(issue.id)!;
    for (const id of issue.dependencies) {
      const needed = names.get(id);
      if (needed !== undefined) yield [needed, dependent];
    }
  }
}

/** How many issues are in each state. */
export function countStates(rows: readonly Row[]): ReadonlyMap<State, number> {
  const counts = new Map<State, number>(STATES.map((state) => [state, 0]));
  for (const { state } of rows) counts.set(state, counts.get(state)! + 1);
  return counts;
}

/** How a state looks in a drawing: dark text on a light fill, so that it reads on any page. */
export const STATE_FILLS: Readonly<Record<State, { readonly fill: string; readonly line: string }>> = {
  backlog: { fill: '#eceff1', line: '#78909c' },
  ready: { fill: '#e3f2fd', line: '#1e88e5' },
  in_progress: { fill: '#fff8e1', line: '#ffa000' },
  gated: { fill: '#f3e5f5', line: '#8e24aa' },
  done: { fill: '#e8f5e9', line: '#43a047' },
  archived: { fill: '#fafafa', line: '#bdbdbd' },
};

/** Gathers lines into chunks of some kilobytes, so that writing them costs few calls. */
export function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** How many characters are written at once. */
export const CHUNK_CHARACTERS = 64 * 1024;
