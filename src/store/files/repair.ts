import { formatConfig, formatGates } from '../../domain/canonical-json.ts';
import { JitError } from '../../domain/errors.ts';
import type { Problem } from '../../domain/problem.ts';
import { fingerprint } from './entry.ts';
import { findLogEnd, readUnmarkedLog } from './events-log.ts';
import type { FilesView } from './files-view.ts';
import { inspectLineFiles, readTextOr } from './inspect.ts';
import { issueName } from './layout.ts';
import type { StoreParts } from './parts.ts';
import type { Draft, Drafts } from './stage.ts';
import { LINE_FILES, missingLines, withLines } from './static-files.ts';
import type { ReadDocument } from './store-files.ts';

/** What can be mended without knowing what was meant: the problems, and the files as they would be. */
export async function repairStore(
  { disk, layout }: StoreParts,
  view: FilesView,
): Promise<{ readonly problems: readonly Problem[]; readonly drafts: Drafts }> {
  const problems: Problem[] = [];
  const files: Draft[] = [];
  for (const { id, mended, found, problems: own } of await view.faultyFiles()) {
    if (mended === null) continue;
    problems.push(...own.filter(({ fix }) => fix !== null));
    files.push({ name: issueName(id), text: mended, replaces: found });
  }
  const documents = [
    draftDocument('gates.json', () => view.gatesFile(), formatGates),
    draftDocument('config.json', () => view.configFile(), formatConfig),
  ];
  for (const draft of documents) {
    if (draft === null) continue;
    files.push(draft);
    problems.push({
      severity: 'warning',
      code: 'not-canonical',
      message: 'is not in canonical form',
      file: layout.nameOf(`${layout.dir}/${draft.name}`),
      path: null,
      id: null,
      fix: 'rewrite the file in canonical form',
    });
  }
  problems.push(...inspectLineFiles(disk, layout));
  for (const { name, lines } of LINE_FILES) {
    const path = `${layout.dir}/${name}`;
    const stat = disk.stat(path);
    const text = readTextOr(disk, path, '');
    const missing = missingLines(text, lines);
    if (missing.length === 0) continue;
    files.push({
      name,
      text: withLines(text, missing),
      replaces: stat === undefined ? null : fingerprint(stat),
    });
  }
  const { size, ino, torn } = findLogEnd(disk, layout);
  const unmarked = readUnmarkedLog(disk, layout);
  if (unmarked !== null) {
    problems.push({
      severity: 'warning',
      code: 'byte-order-mark',
      message: 'has lines that start with a byte order mark',
      file: layout.nameOf(layout.events),
      path: null,
      id: null,
      fix: 'remove the mark',
    });
    files.push({
      name: 'events.jsonl',
      text: torn ? `${unmarked.text}\n` : unmarked.text,
      replaces: unmarked.found,
    });
  }
  const events = torn && unmarked === null ? { text: '\n', at: size, ino } : null;
  if (torn) {
    problems.push({
      severity: 'warning',
      code: 'no-newline',
      message: 'the last line has no newline',
      file: layout.nameOf(layout.events),
      path: null,
      id: null,
      fix: 'put a newline at the end',
    });
  }
  return { problems, drafts: { files, removed: [], events } };
}

function draftDocument<T>(
  name: string,
  read: () => ReadDocument<T>,
  format: (value: T) => string,
): Draft | null {
  try {
    const { value, text, found } = read();
    const canonical = format(value);
    return found === null || text === canonical ? null : { name, text: canonical, replaces: found };
  } catch (error) {
    // Named by inspect; a person must mend it.
    if (error instanceof JitError) return null;
    throw error;
  }
}
