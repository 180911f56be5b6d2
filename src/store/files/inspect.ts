import { formatConfig, formatGates } from '../../domain/canonical-json.ts';
import { JitError } from '../../domain/errors.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Disk } from '../../system/disk.ts';
import { osCode } from '../../system/os-errors.ts';
import { readWhole } from '../../system/whole-file.ts';
import { findLogEnd } from './events-log.ts';
import type { FilesView } from './files-view.ts';
import type { Layout } from './layout.ts';
import type { StoreParts } from './parts.ts';
import { LINE_FILES, missingLines } from './static-files.ts';
import type { ReadDocument } from './store-files.ts';
import { sweepStaged } from './sweep.ts';

/** Everything that is wrong with the stored form, in the order of the files. Writes nothing. */
export async function inspectStore(parts: StoreParts, view: FilesView): Promise<readonly Problem[]> {
  const { disk, layout } = parts;
  return [
    ...inspectDocuments(layout, view),
    ...(await view.inspectFiles()),
    ...view.unapplied(),
    ...(await view.inspectLog()),
    ...inspectLogEnd(disk, layout),
    ...inspectLineFiles(disk, layout),
    ...inspectLocal(parts),
  ];
}

const warning = (code: string, message: string, file: string, fix: string | null): Problem => ({
  severity: 'warning',
  code,
  message,
  file,
  path: null,
  id: null,
  fix,
});

function inspectDocuments(layout: Layout, view: FilesView): readonly Problem[] {
  const problems: Problem[] = [];
  const look = <T>(path: string, read: () => ReadDocument<T>, format: (value: T) => string): void => {
    const file = layout.nameOf(path);
    try {
      const { value, text } = read();
      if (text !== '' && text !== format(value)) {
        problems.push(
          warning('not-canonical', 'is not in canonical form', file, 'rewrite the file in canonical form'),
        );
      }
    } catch (error) {
      if (!(error instanceof JitError)) throw error;
      const { path: place } = error.details;
      problems.push({
        severity: 'error',
        code: 'corrupt',
        message: error.message.replace(typeof place === 'string' ? `${file} ${place} ` : `${file} `, ''),
        file,
        path: typeof place === 'string' ? place : null,
        id: null,
        fix: null,
      });
    }
  };
  look(layout.gates, () => view.gatesFile(), formatGates);
  look(layout.config, () => view.configFile(), formatConfig);
  return problems;
}

function inspectLogEnd(disk: Disk, layout: Layout): readonly Problem[] {
  const { torn, ino } = findLogEnd(disk, layout);
  const file = layout.nameOf(layout.events);
  if (ino === null) return [warning('missing-file', 'is missing; the history is lost', file, null)];
  if (!torn) return [];
  return [warning('no-newline', 'the last line has no newline', file, 'put a newline at the end')];
}

/** Lines that .gitignore and .gitattributes lack. */
export function inspectLineFiles(disk: Disk, layout: Layout): readonly Problem[] {
  return LINE_FILES.flatMap(({ name, lines }) => {
    const path = `${layout.dir}/${name}`;
    const missing = missingLines(readTextOr(disk, path, ''), lines);
    if (missing.length === 0) return [];
    return [
      warning('missing-line', `lacks ${missing.join(', ')}`, layout.nameOf(path), 'add what is missing'),
    ];
  });
}

/** The text of a small file; `otherwise` where it is absent or no file. */
export function readTextOr(disk: Disk, path: string, otherwise: string): string {
  try {
    return readWhole(disk, path, 1024 * 1024).bytes?.toString('utf8') ?? otherwise;
  } catch (error) {
    const code = osCode(error);
    if (code === 'ENOENT' || code === 'ELOOP') return otherwise;
    throw error;
  }
}

function inspectLocal({ disk, layout, owner, clock }: StoreParts): readonly Problem[] {
  const problems: Problem[] = [];
  if (disk.stat(layout.aside) !== undefined) {
    for (const { name } of disk.list(layout.aside)) {
      const file = layout.nameOf(`${layout.aside}/${name}`);
      const message =
        'holds a commit that was interrupted and not applied, because git or an editor changed its files: look at it, and remove it';
      problems.push(warning('set-aside', message, file, null));
    }
  }
  for (const path of sweepStaged.find(disk, layout, owner, clock)) {
    problems.push(warning('leftover', 'was left by a process that died', layout.nameOf(path), null));
  }
  return problems;
}
