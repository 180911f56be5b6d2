import { openLocalLeases } from '../../src/claims/local/local-leases.ts';
import type { Machine } from '../../src/claims/machine.ts';
import type { Disk } from '../../src/system/disk.ts';
import { PausableProcess, Paused } from '../store/faults/paused-disk.ts';
import type { SimDisk } from '../store/faults/sim-disk.ts';
import type { FakeMachine, FakeProcess } from '../support/fake-machine.ts';
import type { Entry, Op } from '../support/linearizability.ts';
import { performLeaseOp } from '../support/perform-lease-op.ts';

export const LEASES = '/git/jit/leases';

/** What a process does, one after the other. `epoch`: of the lease that it was told of last; 0: none. */
export type Script = readonly ((epoch: number) => Omit<Op, 'writer'>)[];

/** The order in which things happened: grows with every reading, and with the clock of the machine. */
export class Timeline {
  readonly #machine: FakeMachine;
  #readings = 0;

  constructor(machine: FakeMachine) {
    this.#machine = machine;
  }

  now(): number {
    this.#readings += 1;
    return this.#machine.elapsed + this.#readings / 1e6;
  }
}

/** What was read from outside, to be read again when the program runs again from its start. */
class Recording {
  readonly #past: unknown[] = [];
  #at = 0;
  stopped = false;

  restart(): void {
    this.#at = 0;
    this.stopped = false;
  }

  read<T>(look: () => T): T {
    if (this.stopped) throw new Paused();
    if (this.#at === this.#past.length) this.#past.push(look());
    const value = this.#past[this.#at];
    this.#at += 1;
    return value as T;
  }
}

/** A process that asks leases on a simulated disk, and can be stopped before every system call. */
export class LeaseProcess {
  readonly name: string;
  readonly machine: FakeProcess;
  /** What it did; what it was in the midst of when it was last stopped has no end yet. */
  entries: readonly Entry[] = [];
  readonly #process: PausableProcess<readonly Entry[]>;
  ended = false;

  constructor(host: FakeMachine, timeline: Timeline, disk: SimDisk, name: string, script: Script) {
    this.name = name;
    this.machine = host.start(name);
    const recording = new Recording();
    this.#process = new PausableProcess(disk, async (pausable) => {
      recording.restart();
      const entries: Entry[] = [];
      const machine: Machine = {
        token: this.machine.token,
        beat: () => recording.read(() => this.machine.beat()),
        liveness: (token) => recording.read(() => this.machine.liveness(token)),
      };
      let names = 0;
      const leases = openLocalLeases({
        dir: LEASES,
        machine,
        disk: noticing(pausable, () => {
          recording.stopped = true;
        }),
        newId: () => `${name}x${++names}`,
      });
      let epoch = 0;
      for (const next of script) {
        const op = { ...next(epoch), writer: this.machine.token } as Op;
        const start = recording.read(() => timeline.now());
        const begun: Entry = { process: name, start, end: null, op };
        this.entries = [...entries, begun];
        const result = await performLeaseOp(leases, op);
        const end = recording.read(() => timeline.now());
        entries.push({ ...begun, end, result });
        this.entries = [...entries];
        if (result.lease !== null && result.outcome !== 'refused') epoch = result.lease.epoch;
      }
      return entries;
    });
  }

  get calls(): number {
    return this.#process.calls;
  }

  get conflicts(): number {
    return this.#process.conflicts;
  }

  /** Makes so many system calls and stops before the next, unless it ended. */
  async run(calls?: number): Promise<void> {
    if (!this.ended) this.ended = (await this.#process.run(calls)) !== 'paused';
  }
}

const noticing = (disk: Disk, onPause: () => void): Disk =>
  new Proxy(disk, {
    get(target, name: keyof Disk) {
      const method = target[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        try {
          return method(...args);
        } catch (error) {
          if (error instanceof Paused) onPause();
          throw error;
        }
      };
    },
  });
