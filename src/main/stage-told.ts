import type { Tree } from '../git/objects.ts';
import { isMergeable } from '../store/files/merge-file.ts';
import { hasMarkers, loadContents, type MergeRoom, readPresent, type Settled } from './merging.ts';

interface Told {
  /** Lines of the log that commands have appended since git stopped. */
  readonly lines: readonly string[];
  /** Names of files that git left unmerged: what is not settled of them waits for a person. */
  readonly waiting: ReadonlySet<string>;
}

/**
 * Stages the files of which the log tells something new, as they are: log and files always travel together. A commit with the
 * one and without the other would not be valid.
 */
export async function stageTold(
  room: MergeRoom,
  { lines, waiting }: Told,
  index: Tree,
  settled: Settled[],
): Promise<void> {
  const names = [...new Set(lines.flatMap(filesOf))]
    .filter((name) => isMergeable(name) && !waiting.has(name) && !settled.some((item) => item.name === name))
    .sort();
  const known = await loadContents(
    room,
    names.map((name) => index.get(name)?.oid ?? undefined),
  );
  for (const name of names) {
    const present = readPresent(room, name);
    if (!Buffer.isBuffer(present) || hasMarkers(present)) continue;
    const staged = index.get(name);
    if (known.get(staged?.oid ?? '')?.equals(present) === true) continue;
    const merged = { text: present.toString('utf8'), decided: [] };
    settled.push({ name, from: 'file', merged, mode: staged?.mode ?? '100644', staged: true });
  }
}

/** What an event changes besides the log, as names inside `.jit`. */
function filesOf(line: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return [];
  }
  const { id, event } = (value ?? {}) as { readonly id?: unknown; readonly event?: unknown };
  if (typeof id === 'string') return [`issues/${id}.json`];
  if (typeof event !== 'string' || id !== null) return [];
  return event === 'config.changed' ? ['config.json'] : ['gates.json'];
}
