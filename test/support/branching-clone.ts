import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Issue } from '../../src/domain/issue.ts';
import { type Cli, type Ran, startCli } from './cli.ts';
import { type Job, RandomWork, readIssueFiles, textsOf } from './random-work.ts';
import { seededIds, standingClock, type TestClock } from './session.ts';

/** How git ended, and what it said. */
export interface GitEnd {
  readonly status: number | null;
  readonly out: string;
}

export interface CloneOptions {
  /** In lower case letters. */
  readonly name: string;
  readonly cwd: string;
  /** The environment of git. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly random: () => number;
  /** Different for each clone of a run. */
  readonly seed: number;
  /** How far its clock is ahead, in milliseconds. */
  readonly skew: number;
}

/** A clone in which somebody works with jit, in this process, and with git, by real processes. Everything is the same in every run. */
export class BranchingClone {
  readonly name: string;
  readonly cwd: string;
  readonly store: string;
  readonly clock: TestClock;
  readonly work: RandomWork;
  readonly #agent: Cli;
  readonly #person: Cli;
  readonly #random: () => number;
  readonly #env: CloneOptions['env'];

  constructor({ name, cwd, env, random, seed, skew }: CloneOptions) {
    this.name = name;
    this.cwd = cwd;
    this.store = join(cwd, '.jit');
    this.clock = standingClock();
    this.clock.forward(skew);
    this.work = new RandomWork(random, this.store, name);
    this.#random = random;
    this.#env = env;
    const shared = { store: 'files', cwd, clock: this.clock, newId: seededIds(seed) } as const;
    // `jit git setup` looks there for itself.
    const { PATH } = env as { PATH: string };
    this.#agent = startCli({ ...shared, env: { PATH, JIT_AGENT_ID: `agent:${name}` } });
    this.#person = startCli({ ...shared, env: { PATH } });
  }

  /** Runs jit, a while after the last time. Throws where it fails in a way that no refusal does. */
  async jit(words: readonly string[], as: Job['as'] = 'agent'): Promise<Ran> {
    this.clock.forward(1 + Math.floor(this.#random() * 60_000));
    const ran = await (as === 'agent' ? this.#agent : this.#person)(words);
    if (ran.exit === 1 || ran.exit > 6)
      throw new Error(`${this.name}: jit ${words.join(' ')} exited ${ran.exit}\n${ran.stdout}${ran.stderr}`);
    return ran;
  }

  /** Runs git, and waits for it; it may start jit, which this process may serve. */
  async tryGit(...words: readonly string[]): Promise<GitEnd> {
    const at = this.clock.now();
    const env = { ...this.#env, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
    const child = spawn('git', words, { cwd: this.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
    });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString('utf8');
    });
    const status = await new Promise<number | null>((ended, failed) => {
      child.on('error', failed);
      child.on('close', ended);
    });
    return { status, out: status === 0 ? out.trimEnd() : `${out}${err}` };
  }

  /** The same, where it must succeed; what it printed. */
  async git(...words: readonly string[]): Promise<string> {
    const { status, out } = await this.tryGit(...words);
    if (status !== 0) throw new Error(`${this.name}: git ${words.join(' ')} exited ${status}\n${out}`);
    return out;
  }

  /** Commits what there is. Whether there was anything. */
  async commit(message: string): Promise<boolean> {
    await this.git('add', '--all');
    const { status } = await this.tryGit('commit', '--quiet', '--message', message);
    return status === 0;
  }

  issues(): ReadonlyMap<string, Issue> {
    return readIssueFiles(this.store);
  }

  /** Every text that stands in some issue here. */
  texts(): ReadonlySet<string> {
    return new Set([...this.issues().values()].flatMap(textsOf));
  }

  /** Whether git has stopped in the middle of something. */
  async stopped(): Promise<boolean> {
    const git = join(this.cwd, '.git');
    const heads = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'rebase-merge', 'rebase-apply'];
    return (
      heads.some((name) => existsSync(join(git, name))) || (await this.git('ls-files', '--unmerged')) !== ''
    );
  }
}
