import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '../end-to-end/programs/lease-worker.ts';
import { type Field, makeField } from './field.ts';
import { startWorker, type Worker } from './lease-workers.ts';
import type { Entry } from './linearizability.ts';
import { type Line, readEntries } from './record-leases.ts';
import { seeded } from './seeded.ts';

/** A command that a worker ran. */
export interface Command {
  readonly by: string;
  readonly words: readonly string[];
  /** Milliseconds on the clock of the history. */
  readonly start: number;
  readonly end: number;
  readonly exit: number;
  /** The document that it printed; null: none. */
  readonly said: Record<string, unknown> | null;
}

/** What happened in a run. */
export interface Run {
  /** What leases were asked and answered, and who died. */
  readonly history: readonly Entry[];
  readonly commands: readonly (Command & { readonly tree: string })[];
}

/** Two work trees of one repository with two ready issues. */
export interface Ground {
  readonly field: Field;
  /** The directories of the stores. */
  readonly trees: readonly string[];
  /** Puts everything back to how it was. */
  reset(): void;
}

export async function makeGround(): Promise<Ground> {
  const field = await makeField({ trees: 2, rounds: 1, issues: 2 });
  const trees = [...field.trees.values()].map((tree) => field.placeIn(tree, 1));
  const template = join(field.scratch.beside, 'template');
  cpSync(join(trees[0]!, '.jit'), template, { recursive: true });
  const reset = (): void => {
    rmSync(join(field.scratch.root, '.git/jit'), { recursive: true, force: true });
    for (const tree of trees) {
      rmSync(join(tree, '.jit'), { recursive: true });
      cpSync(template, join(tree, '.jit'), { recursive: true });
    }
  };
  return { field, trees, reset };
}

/** A run: who works, with how many commands each, and from which seed. */
export interface Plan {
  /** Whoever is killed is started again in its place. */
  readonly workers: Worker[];
  readonly program: string;
  readonly commands: number;
  readonly seed: number;
  /** See `Task`. */
  readonly broken?: boolean;
}

/** Everybody runs random commands at once. In every other run one is killed. */
export async function runOnce(ground: Ground, plan: Plan): Promise<Run> {
  const { field, trees, reset } = ground;
  const { workers, program, commands: count, seed, broken = false } = plan;
  reset();
  const random = seeded(seed);
  const directory = join(field.scratch.beside, `run-${seed}`);
  mkdirSync(directory);
  const gate = join(directory, 'gate');
  const pids = workers.map(({ pid }) => pid);
  const tasks = workers.map((_, i): Task => {
    // Several share a name, in one work tree and in both.
    const by = random() < 0.6 ? 'agent:a' : `agent:w${i}`;
    return {
      root: trees[i % trees.length]!,
      ids: field.ids,
      ...{ by, seed: seed * workers.length + i, commands: count, gate, pids, broken },
      log: join(directory, String(i)),
    };
  });
  const performing = workers.map((worker, i) => worker.perform(tasks[i]!));
  writeFileSync(gate, '');
  const history: Entry[] = [];
  if (random() < 0.5) {
    const victim = Math.floor(random() * workers.length);
    await new Promise((go) => setTimeout(go, random() * 150));
    history.push(await workers[victim]!.kill());
    workers[victim] = startWorker(program);
  }
  await Promise.all(performing);
  const commands: Run['commands'][number][] = [];
  for (const { log, root: tree } of tasks) {
    const lines = linesOf(log);
    history.push(...readEntries(lines.filter((line): line is Line => 'number' in line)));
    const ran = lines.filter((line): line is Command => 'words' in line);
    commands.push(...ran.map((command) => ({ ...command, tree })));
  }
  rmSync(directory, { recursive: true });
  return { history, commands };
}

function linesOf(path: string): readonly (Line | Command)[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // Whoever was killed may have been writing.
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}

/** A run for people, in the order in which things began; milliseconds from its start. */
export function describeRun({ history, commands }: Run): string {
  const asked = history.map(({ process, start, end, op, result }) => {
    const { outcome = '', lease = null } = result ?? {};
    const told = lease && `${lease.epoch} ${lease.status} ${lease.holder} ${lease.worktree} ttl ${lease.ttl}`;
    return { start, end, line: `${process} ${JSON.stringify(op)} → ${outcome} ${told}` };
  });
  const ran = commands.map(({ by, tree, words, start, end, exit, said }) => {
    const { outcome = '', error } = said as { outcome?: string; error?: { message: string } };
    return {
      start,
      end,
      line: `${by} in ${tree}: ${words.join(' ')} → ${exit} ${error?.message ?? outcome}`,
    };
  });
  const all = [...asked, ...ran].sort((a, b) => a.start - b.start);
  const from = all[0]?.start ?? 0;
  const at = (time: number | null): string => (time === null ? '' : (time - from).toFixed(2));
  return all.map(({ start, end, line }) => `${at(start)}–${at(end)} ${line}`).join('\n');
}
