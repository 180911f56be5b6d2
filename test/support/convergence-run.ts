import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BranchingClone } from './branching-clone.ts';
import { startCli } from './cli.ts';
import { linkJit, type Relay, serveJit } from './driver-relay.ts';
import { indexEnv } from './index-env.ts';
import { seeded } from './seeded.ts';
import { standingClock } from './session.ts';

/** What a run did, by kind. */
export type Counts = Record<string, number>;

export interface RunOptions {
  /** A directory of its own. */
  readonly top: string;
  readonly seed: number;
  readonly rounds: number;
  /** git starts the real program as merge driver, instead of asking this process. */
  readonly realDriver: boolean;
}

/** What must hold did not; the message says where, and what was done before. */
export class Violation extends Error {}

/** Exchanges after which all must have the same: in each, everybody merges what everybody else has. */
const MOST_EXCHANGES = 3;

// More are replayed one by one, which takes its time.
const MOST_REPLAYED = 12;

/**
 * Three clones make random edits, and merge through a bare repository in every way that git has. After each merge nothing that
 * was acknowledged may be missing, and the store must be whole; in the end all must hold the same bytes. Throws Violation.
 */
export async function convergenceRun(options: RunOptions): Promise<Counts> {
  const run = new Run(options);
  try {
    await run.start();
    for (let round = 1; round <= options.rounds; round += 1) await run.round(round);
    await run.end();
  } catch (error) {
    const { message, stack } = error as Error;
    const about = error instanceof Violation ? message : (stack ?? message);
    throw new Violation(
      `seed ${options.seed}, ${options.rounds} rounds: ${about}\n\nbefore:\n${run.trail.slice(-40).join('\n')}`,
    );
  } finally {
    await run.close();
  }
  return run.counts;
}

class Run {
  readonly counts: Counts = {};
  readonly trail: string[] = [];
  readonly #options: RunOptions;
  readonly #random: () => number;
  #clones: readonly BranchingClone[] = [];
  #relay: Relay | undefined;
  /** Texts that somebody took away on purpose. */
  readonly #givenUp = new Set<string>();
  /** The issues that were made, and those that were deleted. */
  readonly #made = new Set<string>();
  readonly #deleted = new Set<string>();
  /** What stood in the issues of a commit. */
  readonly #textsAt = new Map<string, ReadonlySet<string>>();

  constructor(options: RunOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
  }

  async start(): Promise<void> {
    const { top, seed, realDriver } = this.#options;
    const home = join(top, 'home');
    mkdirSync(home, { recursive: true });
    const programs = join(top, 'bin');
    this.#relay = realDriver
      ? linkJit(programs)
      : await serveJit(programs, (...asked) => this.#serve(...asked));
    const identity = { name: 'Tess Ter', email: 'tess@example.org' };
    const env = {
      ...this.#relay.env,
      PATH: `${programs}${delimiter}${process.env.PATH}`,
      HOME: home,
      GIT_CONFIG_NOSYSTEM: '1',
      ...indexEnv(),
      GIT_EDITOR: 'true',
      GIT_AUTHOR_NAME: identity.name,
      GIT_AUTHOR_EMAIL: identity.email,
      GIT_COMMITTER_NAME: identity.name,
      GIT_COMMITTER_EMAIL: identity.email,
    };
    const remote = join(top, 'remote.git');
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote], { env });
    this.#clones = ['a', 'b', 'c'].map((name, i) => {
      const cwd = join(top, name);
      mkdirSync(cwd);
      const skew = Math.floor(this.#random() * 600_000);
      return new BranchingClone({ name, cwd, env, random: this.#random, seed: seed * 31 + i + 1, skew });
    });
    const [first, ...others] = this.#clones as [BranchingClone, ...BranchingClone[]];
    await first.git('init', '--quiet', '--initial-branch=main');
    await first.git('remote', 'add', 'origin', remote);
    await first.jit(['init']);
    await this.#setUp(first);
    await this.#edit(first, 6);
    await first.commit('start');
    await first.git('push', '--quiet', 'origin', 'main', 'HEAD:refs/heads/a');
    for (const clone of others) {
      await clone.git('clone', '--quiet', remote, '.');
      await this.#setUp(clone);
      await clone.commit('set up');
    }
    for (const clone of this.#clones) await this.#publish(clone);
  }

  async close(): Promise<void> {
    await this.#relay?.close();
  }

  async #setUp(clone: BranchingClone): Promise<void> {
    const { exit, stderr } = await clone.jit(['git', 'setup'], 'person');
    if (exit !== 0) throw new Violation(stderr);
    const driver = await clone.git('config', '--get', 'merge.jit.driver');
    if (!driver.startsWith('jit git merge-driver ')) throw new Violation(`the driver is ${driver}`);
  }

  async #serve(cwd: string, words: readonly string[]): Promise<number> {
    this.#count('driver calls');
    const { exit, stderr } = await startCli({ store: 'files', cwd, env: {}, clock: standingClock() })(words);
    if (exit !== 0) this.trail.push(`jit ${words.join(' ')} exited ${exit}: ${stderr}`);
    return exit;
  }

  async round(number: number): Promise<void> {
    this.trail.push(`round ${number}`);
    for (const clone of this.#clones) {
      if (this.#random() < 0.3) continue;
      await this.#edit(clone, 1 + this.#draw(4));
      await clone.commit('work');
      await this.#publish(clone);
    }
    const one = this.#pick(this.#clones);
    const other = this.#pick(this.#clones.filter((clone) => clone !== one));
    await this.#pick(this.#WAYS)(one, other);
  }

  readonly #merge = async (one: BranchingClone, other: BranchingClone, ...how: readonly string[]) => {
    await one.git('fetch', '--quiet', 'origin');
    await this.#bring(one, other, 'merge', ['merge', '--quiet', '--no-edit', ...how, `origin/${other.name}`]);
  };

  readonly #noFastForward = (one: BranchingClone, other: BranchingClone) =>
    this.#merge(one, other, '--no-ff');

  /** Each merges what the other had before. */
  readonly #crissCross = async (one: BranchingClone, other: BranchingClone) => {
    await one.git('fetch', '--quiet', 'origin');
    await other.git('fetch', '--quiet', 'origin');
    const merge = ['merge', '--quiet', '--no-edit'];
    await this.#bring(one, other, 'criss-cross', [...merge, `origin/${other.name}`]);
    await this.#bring(other, one, 'criss-cross', [...merge, `origin/${one.name}`]);
  };

  readonly #rebase = async (one: BranchingClone, other: BranchingClone) => {
    await one.git('fetch', '--quiet', 'origin');
    const range = `origin/${other.name}..HEAD`;
    if (Number(await one.git('rev-list', '--count', '--no-merges', range)) > MOST_REPLAYED)
      return this.#merge(one, other);
    await this.#bring(one, other, 'pull --rebase', ['pull', '--quiet', '--rebase', 'origin', other.name]);
  };

  /** Takes one commit of the other. Where it changes issues that are not here, git stops without asking the driver. */
  readonly #cherryPick = async (one: BranchingClone, other: BranchingClone) => {
    await one.git('fetch', '--quiet', 'origin');
    const range = `HEAD..origin/${other.name}`;
    const commits = (await one.git('rev-list', '--no-merges', '--max-count=8', range)).split('\n');
    const commit = this.#pick(commits);
    if (commit === '') return this.#count('nothing to cherry-pick');
    const diff = ['diff-tree', '-r', '--no-commit-id', '--name-only', '--diff-filter=M', commit];
    const names = (await one.git(...diff)).split('\n').filter((name) => name !== '');
    const there = new Set((await one.git('ls-files', '.jit')).split('\n'));
    const words = ['cherry-pick', '--allow-empty', '--keep-redundant-commits', commit];
    const mayStop = !names.every((name) => there.has(name));
    await this.#bring(one, null, 'cherry-pick', words, { mayStop });
  };

  /** As in a clone that was set up and has no jit any more: git leaves the log and the issues unmerged, and they are merged afterwards. */
  readonly #withoutDriver = async (one: BranchingClone, other: BranchingClone) => {
    await one.git('fetch', '--quiet', 'origin');
    const words = [
      '-c',
      'merge.jit.driver=no-such-jit %A',
      'merge',
      '--quiet',
      '--no-edit',
      `origin/${other.name}`,
    ];
    await this.#bring(one, other, 'merge without the driver', words, { mayStop: true });
  };

  /** As in a clone that was never set up: git joins the lines of the log, and leaves only issues unmerged. */
  readonly #withoutSetup = async (one: BranchingClone, other: BranchingClone) => {
    const file = join(one.cwd, '.git/info/attributes');
    renameSync(file, `${file}.aside`);
    try {
      await one.git('fetch', '--quiet', 'origin');
      const driver = ['-c', 'merge.jit.driver=no-such-jit %A'];
      const words = [...driver, 'merge', '--quiet', '--no-edit', `origin/${other.name}`];
      await this.#bring(one, other, 'merge without setup', words, { mayStop: true });
    } finally {
      renameSync(`${file}.aside`, file);
    }
  };

  /** Has work that is not committed while it merges. */
  readonly #stash = async (one: BranchingClone, other: BranchingClone) => {
    await this.#edit(one, 1 + this.#draw(3));
    const stashed = one.texts();
    const { out } = await one.tryGit('stash', 'push', '--include-untracked');
    if (out.startsWith('No local changes')) return;
    await this.#merge(one, other);
    await this.#bring(one, null, 'stash pop', ['stash', 'pop', '--quiet'], { also: stashed });
  };

  readonly #WAYS = [
    ...Array(6).fill(this.#merge),
    ...Array(2).fill(this.#noFastForward),
    ...Array(4).fill(this.#crissCross),
    ...Array(3).fill(this.#rebase),
    ...Array(2).fill(this.#cherryPick),
    ...Array(2).fill(this.#withoutDriver),
    ...Array(2).fill(this.#withoutSetup),
    ...Array(3).fill(this.#stash),
  ] as readonly ((one: BranchingClone, other: BranchingClone) => Promise<void>)[];

  /** Has git bring changes together, and holds what comes out to all that was on either side. */
  async #bring(
    one: BranchingClone,
    other: BranchingClone | null,
    name: string,
    words: readonly string[],
    { also = new Set(), mayStop = false }: Bringing = {},
  ): Promise<void> {
    const theirs = other === null ? null : await one.git('rev-parse', `origin/${other.name}`);
    const before = [...one.texts(), ...(theirs === null ? [] : this.#textsAt.get(theirs)!), ...also];
    const from = await one.git('rev-parse', '--short', 'HEAD');
    this.trail.push(`${one.name} (${from}): git ${words.join(' ')} (${theirs?.slice(0, 7)})`);
    this.#count(name);
    const calls = this.counts['driver calls'];
    const { status, out } = await one.tryGit(...words);
    if (status !== 0 || (await one.stopped())) {
      if (!mayStop) throw new Violation(`git ${words[0]} stopped:\n${out}`);
      await this.#resolve(one, out);
      this.#count(`${name}, stopped and resolved`);
    }
    if (this.counts['driver calls'] !== calls) this.#count('with the driver');
    const texts = one.texts();
    const lost = before.filter((text) => !texts.has(text) && !this.#givenUp.has(text));
    if (lost.length > 0) throw new Violation(`git ${words[0]}: lost ${lost.join(' ')}`);
    await this.#mend(one);
    const mended = one.texts();
    const dropped = before.filter((text) => !mended.has(text) && !this.#givenUp.has(text));
    if (dropped.length > 0) throw new Violation(`validate --fix dropped ${dropped.join(' ')}`);
    await one.commit(`after ${name}`);
    await this.#publish(one);
  }

  /** Finishes what git could not merge. */
  async #resolve(clone: BranchingClone, out: string): Promise<void> {
    const { exit, stdout } = await clone.jit(['merge', '--resolve', '--json'], 'person');
    this.trail.push(`${clone.name}: jit merge --resolve`);
    if (exit !== 0 || (await clone.git('ls-files', '--unmerged')) !== '')
      throw new Violation(`merge --resolve ends with ${stdout}, after\n${out}`);
    await clone.git('commit', '--quiet', '--allow-empty', '--no-edit');
    if (await clone.stopped()) throw new Violation(`merge --resolve left git in the middle, after\n${out}`);
  }

  /** What a merge broke between files is mended, and then nothing is left to mend. */
  async #mend(clone: BranchingClone): Promise<void> {
    const { json: mended, exit } = await clone.jit(['validate', '--fix', '--yes', '--json'], 'person');
    if (exit !== 0) throw new Violation(`validate --fix ends with ${JSON.stringify(mended)}`);
    for (const { code } of (mended as unknown as Validation).fixed) this.#count(`mended ${code}`);
    const { json, exit: again } = await clone.jit(['validate', '--json']);
    const left = (json as unknown as Validation).problems.filter(({ fix }) => fix !== null);
    if (again !== 0 || left.length > 0)
      throw new Violation(`after validate --fix there is left ${JSON.stringify(left)} (exit ${again})`);
  }

  async #edit(clone: BranchingClone, times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      const job = clone.work.next();
      const there = job.words.includes('delete') ? new Set(clone.issues().keys()) : null;
      const { exit, stdout } = await clone.jit(job.words, job.as);
      this.#count(exit === 0 ? 'edits' : 'refused');
      if (exit !== 0) continue;
      this.trail.push(`${clone.name}: jit ${job.words.join(' ')}`);
      if (job.words[0] === 'create') this.#made.add(stdout.trim());
      for (const text of job.replaces) this.#givenUp.add(text);
      if (there !== null) for (const id of there) if (!clone.issues().has(id)) this.#deleted.add(id);
      if (job.text !== null && !clone.texts().has(job.text))
        throw new Violation(`${job.words.join(' ')} was acknowledged, and is not there`);
    }
  }

  async #publish(clone: BranchingClone): Promise<void> {
    await clone.git('push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${clone.name}`);
    this.#textsAt.set(await clone.git('rev-parse', 'HEAD'), clone.texts());
  }

  /** Everybody merges what everybody else has, each in an order of its own, until all have the same. */
  async end(): Promise<void> {
    const trees = async () => Promise.all(this.#clones.map((clone) => clone.git('rev-parse', 'HEAD:.jit')));
    let exchanges = 0;
    for (; new Set(await trees()).size > 1; exchanges += 1) {
      if (exchanges === MOST_EXCHANGES) throw new Violation(`not the same after ${exchanges} exchanges`);
      this.trail.push(`exchange ${exchanges + 1}`);
      for (const clone of this.#clones) await clone.git('fetch', '--quiet', 'origin');
      for (const clone of this.#clones) {
        const others = this.#clones.filter((each) => each !== clone);
        if (this.#random() < 0.5) others.reverse();
        for (const other of others) {
          const words = ['merge', '--quiet', '--no-edit', `origin/${other.name}`];
          await this.#bring(clone, other, 'exchange', words);
        }
      }
    }
    this.#count(`the same after ${exchanges} exchanges`);
    for (const clone of this.#clones) this.#expectAll(clone);
    this.counts.issues = this.#clones[0]!.issues().size;
    this.counts.texts = this.#clones[0]!.texts().size;
  }

  #expectAll(clone: BranchingClone): void {
    const issues = clone.issues();
    const lost = [...this.#made].filter((id) => !issues.has(id) && !this.#deleted.has(id));
    if (lost.length > 0) throw new Violation(`${clone.name} has lost the issues ${lost.join(' ')}`);
    for (const { id, state, assignee } of issues.values()) {
      if (state === 'in_progress' && assignee === null) throw new Violation(`${id} is held by nobody`);
    }
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  #draw(below: number): number {
    return Math.floor(this.#random() * below);
  }

  #pick<T>(of: readonly T[]): T {
    return of[this.#draw(of.length)]!;
  }
}

interface Bringing {
  /** Texts that are neither in HEAD nor in what is merged. */
  readonly also?: ReadonlySet<string>;
  /** git cannot do it by itself. */
  readonly mayStop?: boolean;
}

interface Validation {
  readonly problems: readonly { readonly code: string; readonly fix: string | null }[];
  readonly fixed: readonly { readonly code: string }[];
}
