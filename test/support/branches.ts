import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMITTED, localBlock } from '../../src/domain/git-setup/attributes.ts';
import { indexEnv } from './index-env.ts';
import { startInRepository } from './repository.ts';

/** How git is told to merge the files of a store. */
export const DRIVERS = {
  /** As `jit init` leaves it. */
  'no attributes': { committed: [], local: [], command: null },
  /** A clone in which `jit git setup` was not run: git joins the lines of the log. */
  'driver not configured': { committed: COMMITTED.lines, local: [], command: null },
  /** The same, where something asks for the driver for the log, too: git merges it as text, and stops. */
  'log as text': { committed: [...COMMITTED.lines, 'events.jsonl merge=jit'], local: [], command: null },
  /** A clone in which it was run, and whose jit has gone since. */
  'driver missing': {
    committed: COMMITTED.lines,
    local: localBlock('.jit').lines,
    command: 'no-such-program-of-jit %O %A %B %L %P',
  },
} as const;

export type Driver = keyof typeof DRIVERS;

/** A repository with a store, branches that part, and a git that may fail. */
export async function startBranches(driver: Driver = 'driver not configured') {
  const started = await startInRepository();
  const { cwd, git, cli, commit } = started;
  const { committed, local, command } = DRIVERS[driver];
  const add = (name: string, lines: readonly string[]): void =>
    appendFileSync(join(cwd, name), lines.map((line) => `${line}\n`).join(''));
  add('.jit/.gitattributes', committed);
  add('.git/info/attributes', local);
  if (command !== null) git('config', 'merge.jit.driver', command);
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    GIT_EDITOR: 'true',
    GIT_CONFIG_NOSYSTEM: '1',
    ...indexEnv(),
  };
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
  return {
    ...started,
    /** Runs git, which may fail: returns its exit code. */
    tryGit: (...words: string[]): number | null =>
      spawnSync('git', [...who, ...words], { cwd, env, encoding: 'utf8' }).status,
    /** Commits; then what happens on a branch `side`, and on `main`, each committed. Ends on `main`. */
    async part(side: () => Promise<unknown>, main: () => Promise<unknown>): Promise<void> {
      commit();
      git('checkout', '--quiet', '-b', 'side');
      cli.clock.forward(60_000);
      await side();
      commit();
      git('checkout', '--quiet', 'main');
      cli.clock.forward(60_000);
      await main();
      commit();
    },
    /** An issue's file, parsed; undefined where there is none. */
    issue(id: string) {
      const path = join(cwd, `.jit/issues/${id}.json`);
      return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
    },
    path: (id: string): string => `.jit/issues/${id}.json`,
    read: (name: string): string => readFileSync(join(cwd, name), 'utf8'),
    write: (name: string, text: string): void => writeFileSync(join(cwd, name), text),
    unmerged: (): string => git('ls-files', '-u'),
    /** The eids of the log, in order. */
    eids: (log?: string): readonly string[] =>
      (log ?? readFileSync(join(cwd, '.jit/events.jsonl'), 'utf8'))
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line).eid),
    /** Every file of the store that holds conflict markers. */
    marked: (): readonly string[] =>
      [
        ...readdirSync(join(cwd, '.jit/issues')).map((name) => `.jit/issues/${name}`),
        '.jit/events.jsonl',
      ].filter((name) => /^(<{7}|={7}|>{7})/m.test(readFileSync(join(cwd, name), 'utf8'))),
  };
}

export type Branches = Awaited<ReturnType<typeof startBranches>>;
