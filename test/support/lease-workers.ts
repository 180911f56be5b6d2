import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/main/clock.ts';
import { systemMachine } from '../../src/system/machine.ts';
import type { Task } from '../end-to-end/programs/lease-worker.ts';
import type { Entry } from './linearizability.ts';
import { elapsed } from './record-leases.ts';

/** A long-lived process of test/end-to-end/programs/lease-worker.ts. */
export interface Worker {
  readonly pid: number;
  /** Ends when the task is done; null: the process was killed. Throws when it ended by itself. */
  perform(task: Task): Promise<'done' | null>;
  /** Ends when the process is gone. The entry of its death in a history. */
  kill(): Promise<Entry>;
  stop(): void;
}

export function startWorker(program: string): Worker {
  const child: ChildProcess = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] });
  const pid = child.pid!;
  const token = systemMachine(systemClock).tokenOf(pid)!;
  const gone = once(child, 'exit');
  const answers = createInterface({ input: child.stdout! });
  let errors = '';
  child.stderr!.on('data', (text) => {
    errors += text;
  });
  // Whoever is killed reads no more.
  child.stdin!.on('error', () => {});
  return {
    pid,
    async perform(task) {
      const done = once(answers, 'line').then(() => 'done' as const);
      child.stdin!.write(`${JSON.stringify(task)}\n`);
      const how = await Promise.race([done, gone.then(() => null)]);
      if (how === null && child.signalCode !== 'SIGKILL')
        throw new Error(`a worker ended by itself: ${errors}`);
      return how;
    },
    async kill() {
      const start = elapsed();
      child.kill('SIGKILL');
      await gone;
      return { process: 'test', start, end: elapsed(), op: { op: 'die', token } };
    },
    stop: () => child.kill('SIGKILL'),
  };
}
