import { closeSync, copyFileSync, existsSync, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Leases } from '../../../src/claims/leases.ts';
import { leasesDirectory, openLocalLeases } from '../../../src/claims/local/local-leases.ts';
import { systemClock } from '../../../src/main/clock.ts';
import type { Host } from '../../../src/main/host.ts';
import { run } from '../../../src/main/run.ts';
import { openFilesStore } from '../../../src/store/files/files-store.ts';
import { type Disk, systemDisk } from '../../../src/system/disk.ts';
import { systemMachine } from '../../../src/system/machine.ts';
import { indexEnv } from '../../support/index-env.ts';
import { elapsed, recordLeases } from '../../support/record-leases.ts';
import { seeded } from '../../support/seeded.ts';
import { realHost } from './real-host.ts';

// A process that runs random commands of jit on few issues, one run after the other: what to do comes as a line of JSON, and it
// answers with a line. What the leases were asked and answered is logged, and every command with what it came to.

export interface Task {
  readonly root: string;
  readonly ids: readonly string[];
  /** Who asks. */
  readonly by: string;
  readonly seed: number;
  readonly commands: number;
  /** Where it is logged. */
  readonly log: string;
  /** Begins when there is this file. */
  readonly gate: string;
  /** Processes that claims may be tied to. */
  readonly pids: readonly number[];
  /** To show that the check can fail: a lease that looks free is taken by overwriting, not by exclusive creation. */
  readonly broken: boolean;
}

const cell = new Int32Array(new SharedArrayBuffer(4));
const wait = (milliseconds: number): unknown => Atomics.wait(cell, 0, 0, milliseconds);

/** A disk on which every call may be late, and the links and renames, on which all depends, often are. */
function lateDisk(random: () => number, broken: boolean): Disk {
  const link = (from: string, to: string): void => {
    if (broken && to.includes('/leases/') && !existsSync(to)) {
      wait(1);
      copyFileSync(from, to);
    } else systemDisk.link(from, to);
  };
  const late = (share: number, longest: number): void => {
    if (random() < share) wait(random() * longest);
  };
  return new Proxy(systemDisk, {
    get(disk, name: keyof Disk) {
      const changes = name === 'link' || name === 'rename' || name === 'unlink';
      const method = (name === 'link' ? link : disk[name]) as (...words: unknown[]) => unknown;
      return (...words: unknown[]) => {
        if (changes) late(0.3, 4);
        else late(0.02, 4);
        try {
          return method(...words);
        } finally {
          if (changes) late(0.15, 4);
        }
      };
    },
  });
}

function commandOf(random: () => number, { ids, pids }: Task): readonly string[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const id = pick(ids);
  const ttl = ['--ttl', pick(['5s', '25s', '60s', '0'])];
  const commands: readonly (readonly [weight: number, words: readonly string[]])[] = [
    [5, ['claim', id, ...ttl]],
    [2, ['claim', id, ...ttl, '--tie-pid', String(pick(pids))]],
    [1, ['claim', id]],
    [5, ['claim-next', ...ttl]],
    [1, ['claim', id, '--steal', '--reason', 'it is wanted', ...ttl]],
    [3, ['lease', 'renew', id]],
    [1, ['lease', 'renew', id, ...ttl]],
    [3, ['release', id]],
    [1, ['lease', 'release', id, '--force']],
    [4, ['lease', 'expire']],
    [5, ['complete', id]],
    [4, ['reopen', id]],
    [1, ['comment', id, 'a word']],
    [1, ['lease', 'show', id]],
  ];
  let left = random() * commands.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, words] of commands) {
    left -= weight;
    if (left < 0) return words;
  }
  return commands[0]![1];
}

/** Leases whose time goes a thousand times as fast: nobody can ask for a ttl that is over within a run. That of the configuration is not. */
function quickLeases(leases: Leases): Leases {
  const quick = (ttl: number | null): number | null => (ttl === null || ttl > 60_000 ? ttl : ttl / 1000);
  return {
    ...leases,
    acquire: (request) => leases.acquire({ ...request, ttl: quick(request.ttl) }),
    renew: (id, epoch, change = {}) =>
      leases.renew(id, epoch, change.ttl === undefined ? change : { ...change, ttl: quick(change.ttl) }),
  };
}

async function work(task: Task): Promise<void> {
  const random = seeded(task.seed);
  const machine = systemMachine(systemClock);
  const disk = lateDisk(random, task.broken);
  const log = openSync(task.log, 'a');
  const note = (line: object): unknown => writeSync(log, `${JSON.stringify(line)}\n`);
  let said = '';
  const hear = (text: string): void => {
    said += text;
  };
  const host: Host = {
    ...realHost(hear, hear),
    cwd: task.root,
    env: { ...indexEnv(), JIT_AGENT_ID: task.by },
    openStore: ({ root, dir }, clock, index = 'auto') =>
      openFilesStore({ root, dir, clock, disk, durability: 'fast', index }),
    openLeases: (place, repository) =>
      quickLeases(
        recordLeases(
          openLocalLeases({
            dir: leasesDirectory(place.dir, repository?.commonDir ?? null),
            machine,
            disk,
            durability: 'fast',
          }),
          { process: String(process.pid), token: machine.token, ids: task.ids },
          note,
        ),
      ),
  };
  while (!existsSync(task.gate)) wait(1);
  for (let i = 0; i < task.commands; i += 1) {
    const words = commandOf(random, task);
    said = '';
    const start = elapsed();
    const exit = await run([...words, '--json'], host, async () => host);
    note({ by: task.by, words, start, end: elapsed(), exit, said: said === '' ? null : JSON.parse(said) });
    if (exit === 1) throw new Error(said);
  }
  closeSync(log);
}

const answer = (line: string): unknown => writeSync(1, `${line}\n`);

createInterface({ input: process.stdin }).on('line', (line) => {
  work(JSON.parse(line)).then(
    () => answer('done'),
    (error: unknown) => {
      writeSync(2, `${error instanceof Error ? error.stack : error}\n`);
      process.exit(1);
    },
  );
});
