import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DriverMerge, DriverRequest } from '../cli/context.ts';
import { JitError } from '../domain/errors.ts';
import type { Digest } from '../domain/merge/derive-id.ts';
import { explained } from '../domain/violations.ts';
import type { MergedFile } from '../store/files/merge-file.ts';
import { isMergeable, mergeFile } from '../store/files/merge-file.ts';
import { writeUserFile } from './user-files.ts';

/** What git hands to a merge driver, seen from where git started it. */
interface Request extends DriverRequest {
  readonly cwd: string;
  readonly digest: Digest;
}

/**
 * Merges a file as git asks its merge driver to, and puts the result in place of our version. Where that cannot be done
 * the result is a conflict, and our version holds the markers: whatever goes wrong here, no side is lost. Throws IO,
 * DISK_FULL, FILE_NOT_FOUND where the versions cannot be read, or the result cannot be written: our version is untouched.
 */
export async function driveMerge(request: Request): Promise<DriverMerge> {
  const { base, ours, theirs, markerSize, path, cwd, digest } = request;
  const files = { base: resolve(cwd, base), ours: resolve(cwd, ours), theirs: resolve(cwd, theirs) };
  const versions = { ours: read(files.ours), theirs: read(files.theirs), base: read(files.base) };
  const write = (content: string | Uint8Array): void => writeUserFile(files.ours, content);
  const name = nameIn(path);
  const ancestor = isAncestor(markerSize);
  if (name === null) return mergeUnknown();
  let merged: MergedFile;
  try {
    // An empty base is what git makes of none: the file was added on both sides.
    const known = versions.base.length === 0 ? null : versions.base;
    merged = await explained(() => mergeFile(name, { ...versions, base: known }, { digest, ancestor }));
  } catch (error) {
    return mark(error);
  }
  // It cannot be: git asks only where both sides have the file.
  if (merged.text === null) return mark(new JitError('INTERNAL', `nothing is left of ${path}`));
  write(merged.text);
  return { path, ancestor, decided: merged.decided, problem: null };

  /** A file that is none of the store's, to which somebody gave this driver: as git would merge it. */
  async function mergeUnknown(): Promise<DriverMerge> {
    const problem = new JitError('USAGE', `${path} is no file of a store: it was merged as text`);
    const text = await mergeText();
    if (text !== null) write(text.bytes);
    else write(await wholeTexts(['ours', 'theirs']));
    return { path, ancestor, decided: [], problem: text !== null && !text.conflict ? null : problem };
  }

  async function mark(error: unknown): Promise<DriverMerge> {
    const { toJitError } = await import('../cli/print.ts');
    const problem = toJitError(error);
    const ids = problem.code === 'INVALID' ? idsOf(versions.ours, versions.theirs) : null;
    const text = ids === null ? await mergeText() : null;
    if (text?.conflict === true) write(text.bytes);
    // Two issues, or texts that git could not merge, or merged without a conflict, so that nobody would see one.
    else write(await wholeTexts(ids ?? ['ours', 'theirs']));
    return { path, ancestor, decided: [], problem };
  }

  async function mergeText() {
    const { mergeAsText } = await import('../git/text-merge.ts');
    return mergeAsText({ files, directory: cwd, markerSize });
  }

  async function wholeTexts(labels: readonly [string, string]): Promise<Buffer> {
    const { markWhole } = await import('../git/text-merge.ts');
    return markWhole([versions.ours, versions.theirs], labels, markerSize);
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new JitError(code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'IO', `cannot read ${path}: ${code}`, {
      details: { file: path, errno: code },
      cause: error,
    });
  }
}

/** How a file is called inside the directory of its store, whatever that is called; null where it is none of the store's. */
export function nameIn(path: string): string | null {
  const parts = path.split('/');
  const names = [parts.slice(-2).join('/'), parts.at(-1)!];
  return names.find(isMergeable) ?? null;
}

// git marks the conflicts of a merge between merge bases by two characters more for each level, and those where files were
// renamed by one.
const isAncestor = (markerSize: number): boolean => markerSize >= 9;

const idsOf = (ours: Buffer, theirs: Buffer): readonly [string, string] => {
  const id = (bytes: Buffer): string => /"id": ?"([0-9A-Z]{26})"/.exec(bytes.toString('latin1'))?.[1] ?? '';
  return [`ours: issue ${id(ours)}`, `theirs: issue ${id(theirs)}`];
};
