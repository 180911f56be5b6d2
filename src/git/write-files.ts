import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JitError } from '../domain/errors.ts';
import type { Repository } from './repository.ts';
import { type GitOptions, runGit } from './run-git.ts';

/** What a file of the work tree is to hold. */
export interface FileToWrite {
  /** In the work tree, as git names it. */
  readonly path: string;
  /** Null: there is to be none. */
  readonly text: string | null;
  /** The work tree has it already: only the index is to have it. */
  readonly isThere: boolean;
  /** As git writes it: `100644`. */
  readonly mode: string;
  /** Whether the index is to have it too; a file that git does not track stays untracked. */
  readonly staged: boolean;
}

/** Milliseconds: a large repository on a slow disk. */
const PATIENCE = 120_000;

/**
 * Writes files by git itself: first into the work tree, then into the index, where that settles what was unmerged. `index`:
 * another index file than the usual one. Throws GIT, IO, DISK_FULL; then the index is as before, and what is in the work tree already is
 * only what was to be written.
 */
export async function writeFiles(
  repository: Repository,
  files: readonly FileToWrite[],
  index: string | null,
): Promise<void> {
  if (files.length === 0) return;
  const tell = async (args: readonly string[], options: GitOptions = {}): Promise<string> => {
    const place = { GIT_LITERAL_PATHSPECS: '1', ...options.place };
    const run = await runGit(repository.topLevel, args, { timeout: PATIENCE, ...options, place });
    if (run.status === 0) return run.stdout;
    throw failed(args, run.timedOut ? 'it took too long' : run.stderr);
  };
  let room: string;
  try {
    room = mkdtempSync(join(repository.gitDir, 'jit-merge-'));
  } catch (error) {
    throw unwritten(error as NodeJS.ErrnoException);
  }
  try {
    await intoWorkTree(files, room, tell);
    for (const { path, text } of files)
      if (text === null) rmSync(join(repository.topLevel, path), { force: true });
    const staged = files.filter((file) => file.staged).map(({ path }) => `${path}\0`);
    // It reads what was just written: so index and files agree, whatever the attributes say.
    if (staged.length > 0)
      await tell(['update-index', '--add', '--remove', '-z', '--stdin'], {
        input: staged.join(''),
        ...(index === null ? {} : { place: { GIT_INDEX_FILE: index } }),
      });
  } catch (error) {
    throw error instanceof JitError ? error : unwritten(error as NodeJS.ErrnoException);
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

const unwritten = (error: NodeJS.ErrnoException): JitError =>
  new JitError(
    error.code === 'ENOSPC' ? 'DISK_FULL' : 'IO',
    `a file could not be written: ${error.message}`,
    {
      hint: 'nothing is lost: mend it, and do the same again',
      cause: error,
    },
  );

/** `room`: a directory for what is needed meanwhile: the contents, and an index that has nothing but them. */
async function intoWorkTree(
  files: readonly FileToWrite[],
  room: string,
  tell: (args: readonly string[], options?: GitOptions) => Promise<string>,
): Promise<void> {
  const present = files.filter(({ text, isThere }) => text !== null && !isThere);
  if (present.length === 0) return;
  const contents = present.map(({ text }, at) => {
    const file = join(room, `${at}`);
    writeFileSync(file, text!, { flag: 'wx' });
    return `${file}\n`;
  });
  const hash = ['hash-object', '-w', '--no-filters', '--stdin-paths'];
  const oids = (await tell(hash, { input: contents.join('') })).trim().split('\n');
  const entries = present.map(({ path, mode }, at) => `${mode} ${oids[at]} 0\t${path}\0`);
  const place = { GIT_INDEX_FILE: join(room, 'index') };
  await tell(['update-index', '-z', '--index-info'], { input: entries.join(''), place });
  const paths = present.map(({ path }) => `${path}\0`).join('');
  await tell(['checkout-index', '--force', '--quiet', '-z', '--stdin'], { input: paths, place });
}

function failed(args: readonly string[], said: string): JitError {
  const busy = said.includes('index.lock');
  return new JitError('GIT', `git ${args[0]} failed: ${said.trim().split('\n')[0] ?? ''}`, {
    details: { args, stderr: said },
    hint: busy
      ? 'another git is at work in this repository: try again when it has ended'
      : 'git status shows how things stand; nothing is lost',
  });
}
