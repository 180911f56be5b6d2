import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../src/main/clock.ts';
import { type Finished, makeSandbox, type Sandbox } from '../support/binary.ts';
import { type Cli, startCli } from '../support/cli.ts';
import { snapshot } from '../support/killed-scene.ts';
import { type Job, RandomWork } from '../support/random-work.ts';
import { report } from '../support/report.ts';
import { seeded } from '../support/seeded.ts';
import { PROVE, size } from '../support/size.ts';
import { compileStopShim, isCommit, pointsOf, readCalls } from '../support/stop-shim.ts';

// git moves the files about between the commands of jit, and writers are killed in between. Whatever it was: each reading command
// says what the files say, as a jit would that never saw this store before, and writes nothing.

const SEED = 20_260_105;
const RUNS = size(2, 10);
const STEPS = size(10, 60);
/** Every so many steps the real binary reads as well. */
const BINARY_READS = size(7, 5);

const shim = compileStopShim();
afterAll(() => shim?.remove());

const AGENT = { JIT_AGENT_ID: 'agent:a' };
const READERS = [
  'list --all --full',
  'status',
  'ready',
  'blocked',
  'query stalled',
  'graph show',
  'events query',
  'gate list',
  'validate',
];

type Issue = Readonly<Record<string, unknown>> & { readonly id: string };
type Answers = Readonly<Record<string, unknown>>;

/** A commit that was killed, and is not in the files yet. */
interface Killed {
  readonly id: string;
  readonly text: string;
  /** The file when the writer was killed. */
  readonly found: string;
}

/** A repository that git and jit work in by turns. */
class Ground {
  readonly sandbox: Sandbox = makeSandbox();
  readonly store = join(this.sandbox.repository, '.jit');
  readonly work: RandomWork;
  readonly #random: () => number;
  readonly #here: Cli;
  killed: Killed | null = null;
  readonly counts: Record<string, number> = {};
  #branches = 0;

  constructor(seed: number) {
    this.#random = seeded(seed);
    this.work = new RandomWork(this.#random, this.store, 'a');
    this.#here = this.#jitIn(this.sandbox.repository);
    expect(this.sandbox.jit(['init']).exit).toBe(0);
    for (let i = 0; i < 5; i += 1) this.#perform(this.work.next());
    this.commit();
    this.git('checkout', '--quiet', '-b', 'b0');
    for (let i = 0; i < 2; i += 1) this.#perform(this.work.next());
    this.commit();
    this.git('checkout', '--quiet', 'main');
    for (let i = 0; i < 2; i += 1) this.#perform(this.work.next());
    this.commit();
  }

  get #env() {
    return this.sandbox.env;
  }

  #jitIn(cwd: string, env: Readonly<Record<string, string>> = AGENT): Cli {
    return startCli({ store: 'files', cwd, env, clock: { ...systemClock, forward: () => {} } });
  }

  /** Runs git; whether it did what it was asked to. */
  git(...words: string[]): boolean {
    const { status } = spawnSync('git', words, { cwd: this.sandbox.repository, env: this.#env });
    return status === 0;
  }

  says(...words: string[]): string {
    return this.sandbox.git(...words).trim();
  }

  commit(): void {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', 'work');
  }

  #perform({ words, as }: Job): Finished {
    const ran = this.sandbox.jit(words, { env: as === 'agent' ? AGENT : {} });
    expect([0, 2, 3, 4, 5, 6, 7], `jit ${words.join(' ')}\n${ran.stderr}`).toContain(ran.exit);
    // A writer finishes what others left, or sets it aside.
    if (ran.exit === 0) this.killed = null;
    return ran;
  }

  write(): void {
    this.#perform(this.work.next());
  }

  /** Kills a writer after its commit point, with what it has committed in the files wholly, in part or not at all. */
  kill(): void {
    const issue = this.#files().find((file) => file.id !== undefined);
    if (shim === null || issue === undefined) return;
    const text = `<killed${Math.floor(this.#random() * 1e9)}>`;
    const words = ['comment', issue.id, text];
    const rehearsal = this.#copy(true);
    const log = join(this.sandbox.repository, '..', 'calls');
    rmSync(log, { force: true });
    const counted = { ...AGENT, ...shim.counting({ root: rehearsal }, log) };
    const { exit } = this.sandbox.jit(words, { cwd: rehearsal, env: counted });
    const calls = pointsOf(readCalls(log)).filter(({ when }) => when === 'after');
    const commit = calls.findIndex(isCommit);
    // On a store with conflicts a comment may be refused.
    if (exit !== 0 || commit === -1) return;
    const at = commit + Math.floor(this.#random() * (calls.length - commit));
    const stopping = shim.stopping({ root: this.sandbox.repository }, calls[at]!, 'SIGKILL');
    const ran = this.sandbox.jit(words, { env: { ...AGENT, ...stopping } });
    expect(ran.signal, ran.stderr).toBe('SIGKILL');
    this.killed = { id: issue.id, text, found: readFileSync(this.#fileOf(issue.id), 'utf8') };
  }

  #fileOf(id: string): string {
    return join(this.store, 'issues', `${id}.json`);
  }

  /** The files as anybody reads them; those that are no JSON are left to jit. */
  #files(): readonly Issue[] {
    const names = existsSync(this.store)
      ? this.says('-C', '.jit', 'ls-files', '-co', 'issues').split('\n')
      : [];
    return [...new Set(names)]
      .filter((name) => name.endsWith('.json') && existsSync(join(this.store, name)))
      .sort()
      .flatMap((name) => {
        const text = readFileSync(join(this.store, name), 'utf8');
        if (/^(<<<<<<<|>>>>>>>) /m.test(text)) return [];
        const stored = JSON.parse(text);
        return stored.deleted_at === undefined ? [stored] : [];
      });
  }

  /** The whole repository elsewhere. `local`: with what jit keeps for itself. */
  #copy(local: boolean): string {
    const copy = join(realpathSync(join(this.sandbox.repository, '..')), 'copy');
    rmSync(copy, { recursive: true, force: true });
    cpSync(this.sandbox.repository, copy, { recursive: true, preserveTimestamps: true });
    if (!local) rmSync(join(copy, '.jit', 'local'), { recursive: true, force: true });
    return copy;
  }

  /** One move of git; what would change nothing is drawn anew. */
  move(): void {
    for (let times = 0; times < 10; times += 1) if (this.#tryMove()) return;
  }

  #tryMove(): boolean {
    const random = (count: number): number => Math.floor(this.#random() * count);
    const names = this.says('for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n');
    const other = names[random(names.length)]!;
    const back = `HEAD~${Math.min(1 + random(3), Number(this.says('rev-list', '--count', '--first-parent', 'HEAD')) - 1)}`;
    const moves: readonly (readonly [string, () => void])[] = [
      ['commit', () => this.commit()],
      ['checkout', () => this.git('checkout', '--quiet', other)],
      ['checkout --force', () => this.git('checkout', '--quiet', '--force', other)],
      [
        'checkout -b',
        () => {
          this.#branches += 1;
          this.git('checkout', '--quiet', '-b', `b${this.#branches}`, back);
        },
      ],
      ['checkout -- .jit', () => this.git('checkout', '--quiet', '--', '.jit')],
      ['stash', () => this.git('stash', '--quiet', ...(random(2) === 0 ? ['--include-untracked'] : []))],
      ['stash pop', () => this.git('stash', 'pop', '--quiet')],
      ['reset --hard', () => this.git('reset', '--quiet', '--hard', back)],
      ['reset --hard @{1}', () => this.git('reset', '--quiet', '--hard', 'HEAD@{1}')],
      ['clean', () => this.git('clean', '--quiet', '--force', '-d', ...(random(3) === 0 ? ['-x'] : []))],
      ['merge', () => this.git('merge', '--quiet', '--no-edit', other)],
      ['rebase', () => this.git('rebase', '--quiet', other)],
      ['cherry-pick', () => this.git('cherry-pick', other)],
      ['bisect', () => this.git('bisect', 'start', 'HEAD', back)],
    ];
    const [name, act] = moves[random(moves.length)]!;
    // These refuse to begin where there is work that is not committed.
    if (/^(merge|rebase|cherry-pick|bisect)$/.test(name) && random(5) > 0) this.commit();
    const before = this.#whereabouts();
    act();
    if (this.#whereabouts() === before) return false;
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    return true;
  }

  /** What a move changes. */
  #whereabouts(): string {
    const head = this.says('rev-parse', 'HEAD', '--abbrev-ref', 'HEAD');
    return [head, this.says('status', '--porcelain'), this.says('stash', 'list')].join('\n');
  }

  /** Ends what git stopped in the middle of, as somebody who gives it up. Whether there was anything. */
  settle(): boolean {
    const git = join(this.sandbox.repository, '.git');
    const ends: readonly (readonly [string, readonly string[]])[] = [
      ['BISECT_START', ['bisect', 'reset']],
      ['rebase-merge', ['rebase', '--abort']],
      ['CHERRY_PICK_HEAD', ['cherry-pick', '--abort']],
      ['MERGE_HEAD', ['merge', '--abort']],
    ];
    const open = ends.filter(([name]) => existsSync(join(git, name)));
    for (const [, words] of open) this.git(...words);
    // What a stash left.
    const unmerged = this.says('ls-files', '--unmerged') !== '';
    if (unmerged) this.git('reset', '--quiet', '--hard');
    if (open.length === 0 && !unmerged) return false;
    this.counts.stopped = (this.counts.stopped ?? 0) + 1;
    return true;
  }

  /** Holds every reading command to the files. */
  async read(where: string, binary: boolean): Promise<void> {
    const before = this.#state();
    const ids = this.#files().map(({ id }) => id);
    const shown = ids.slice(-2);
    const lines = [...READERS, ...shown.flatMap((id) => [`show ${id}`, `why ${id}`, `log ${id}`])];
    const seen = await this.#answers(this.#here, lines);
    if (binary)
      for (const line of lines)
        expect(plain(this.#binary(line)), `${where}: ${line}`).toEqual(plain(seen[line]));
    expect(this.#state(), `${where}: a reader wrote`).toEqual(before);

    const fresh = await this.#answers(this.#jitIn(this.#copy(false)), lines);
    const overlaid = this.#overlaid(seen);
    const about = (line: string): boolean => !overlaid || /^(status|ready|blocked|gate)/.test(line);
    for (const line of lines.filter(about))
      expect(plain(seen[line]), `${where}: ${line}`).toEqual(plain(fresh[line]));
    this.#expectFiles(seen, overlaid ? this.killed!.id : null, where);
  }

  async #answers(jit: Cli, lines: readonly string[]): Promise<Answers> {
    const answers: Record<string, unknown> = {};
    for (const line of lines) {
      const { exit, json } = await jit(`${line} --json`);
      answers[line] = { exit, json };
    }
    return answers;
  }

  #binary(line: string): unknown {
    const { exit, json } = this.sandbox.jit([...line.split(' '), '--json'], { env: AGENT });
    return { exit, json };
  }

  /** Every file of the store and of the leases with all that a write would change, and what git says of them. */
  #state(): unknown {
    // git itself notes in its index what it has looked at.
    const status = this.says('status', '--porcelain', '--untracked-files=all', '--ignored')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('!! .jit/local/cache/'));
    const leases = join(this.sandbox.repository, '.git', 'jit');
    return { status, files: [...snapshot(this.store), ...snapshot(leases)] };
  }

  /** Whether readers lay a killed commit over the files. They may while its file is as the writer found or left it. */
  #overlaid(seen: Answers): boolean {
    if (this.killed === null) return false;
    const { id, text, found } = this.killed;
    const path = this.#fileOf(id);
    const file = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const shows = JSON.stringify(seen['list --all --full']).includes(text);
    if (file !== found && !file.includes(text))
      expect(shows, 'a commit came back that git took away').toBe(false);
    if (shows || JSON.stringify(seen['events query']).includes(text)) {
      this.counts['read over a killed commit'] = (this.counts['read over a killed commit'] ?? 0) + 1;
      return true;
    }
    return false;
  }

  /** What `list` says of each issue is what its file says, but for one. */
  #expectFiles(seen: Answers, except: string | null, where: string): void {
    const { exit, json } = seen['list --all --full'] as { exit: number; json: { issues?: readonly Issue[] } };
    expect(exit, where).toBe(0);
    const listed = new Map((json.issues ?? []).map((issue) => [issue.id, issue]));
    const files = this.#files();
    expect([...listed.keys()].sort(), where).toEqual(files.map(({ id }) => id));
    for (const file of files.filter(({ id }) => id !== except)) {
      const issue = listed.get(file.id)!;
      for (const [field, value] of Object.entries(file)) {
        const derived = field === 'state' && ['ready', 'backlog'].includes(String(value));
        if (!derived) expect(issue[field], `${where}: ${field} of ${file.id}`).toEqual(value);
      }
    }
  }
}

/** What a copy without `.jit/local` cannot know: what a killed writer left there. */
const OWN = new Set(['set-aside', 'leftover']);

/** Without what is another in a copy, and a moment later: where it is, and how long a lease still lasts. */
function plain(answer: unknown): unknown {
  const text = JSON.stringify(answer, (key, value) => {
    if (key === 'remaining') return typeof value;
    // How many problems there are follows from what is compared.
    if (key === 'counts' && value.errors !== undefined) return { ...value, warnings: null };
    if (!Array.isArray(value)) return value;
    const kept = value.filter((item) => !OWN.has(item?.code));
    return key === 'warnings' && kept.length === 0 ? undefined : kept;
  });
  return JSON.parse(text.replaceAll(/\/[^" ]*\/(work|copy)\b/g, '/place'));
}

test('whatever git does to the files, every reading command says what they say, and writes nothing', async () => {
  const counts: Record<string, number> = { steps: 0, readings: 0 };
  for (let run = 0; run < RUNS; run += 1) {
    const ground = new Ground(SEED + run);
    const random = seeded(SEED * 7 + run);
    for (let step = 1; step <= STEPS; step += 1) {
      const drawn = random();
      let what = 'write';
      if (drawn < 0.35) ground.write();
      else if (drawn < 0.45) {
        what = 'kill';
        ground.kill();
      } else {
        what = 'move';
        ground.move();
      }
      const where = `seed ${SEED + run}, step ${step} (${what})`;
      await ground.read(where, step % BINARY_READS === 0);
      counts.steps! += 1;
      counts.readings! += 1;
      if (!ground.settle()) continue;
      await ground.read(`${where}, settled`, false);
      counts.readings! += 1;
    }
    for (const [name, count] of Object.entries(ground.counts)) counts[name] = (counts[name] ?? 0) + count;
  }
  report('reading what git left', { seed: SEED, runs: RUNS, ...counts });
  if (PROVE)
    for (const name of ['stash pop', 'rebase', 'bisect', 'clean']) expect(counts[name]).toBeGreaterThan(0);
}, 3_600_000);
