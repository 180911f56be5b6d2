import type { Disk } from '../../../src/system/disk.ts';
import { METHODS, within } from './faulty-disk.ts';

/** Thrown at the call before which a process is stopped; until it is woken, nothing it does has an effect. */
export class Paused extends Error {}

interface Answer {
  readonly method: string;
  readonly args: string;
  readonly value?: unknown;
  readonly error?: unknown;
}

/**
 * A process that can be stopped before any of its system calls and woken later, within this one process. It is woken
 * by running its program from the start: the calls that it made before are answered from memory, as they were
 * answered then, and only what comes after reaches the disk. The program must do the same each time.
 */
export class PausableProcess<T> {
  readonly #disk: Disk;
  readonly #program: (disk: Disk) => Promise<T>;
  readonly #past: Answer[] = [];
  /** Calls made so far. */
  get calls(): number {
    return this.#past.length;
  }

  /** How often a name that it wanted to link was taken. */
  get conflicts(): number {
    return this.#past.filter(({ method, error }) => method === 'link' && error !== undefined).length;
  }

  constructor(disk: Disk, program: (disk: Disk) => Promise<T>) {
    this.#disk = disk;
    this.#program = program;
  }

  /** Makes `calls` more system calls and stops before the next; the result of the program when it ended instead. */
  async run(calls = Number.POSITIVE_INFINITY): Promise<{ readonly value: T } | 'paused'> {
    let at = 0;
    let left = calls;
    let stopped = false;
    const call = (method: keyof Disk, args: unknown[]): unknown => {
      if (stopped) throw new Paused();
      const told = args.map((arg) => (arg instanceof Uint8Array ? arg.length : String(arg))).join(' ');
      const past = this.#past[at];
      at += 1;
      if (past !== undefined) {
        if (past.method !== method || past.args !== told)
          throw new Error(`not the same program: ${method} ${told}`);
        if (past.error !== undefined) throw past.error;
        if (method === 'read') (args[1] as Uint8Array).set((past.value as Uint8Array[])[0]!);
        return method === 'read' ? (past.value as Uint8Array[])[0]!.length : past.value;
      }
      if (left <= 0) {
        stopped = true;
        throw new Paused();
      }
      left -= 1;
      try {
        const value = (this.#disk[method] as (...a: unknown[]) => unknown)(...args);
        const kept = method === 'read' ? [(args[1] as Uint8Array).slice(0, value as number)] : value;
        this.#past.push({ method, args: told, value: kept });
        return value;
      } catch (error) {
        this.#past.push({ method, args: told, error });
        throw error;
      }
    };
    const methods = METHODS.map((method) => [method, (...args: unknown[]) => call(method, args)]);
    const disk = { ...Object.fromEntries(methods), within } as unknown as Disk;
    try {
      const value = await this.#program(disk);
      return stopped ? 'paused' : { value };
    } catch (error) {
      if (stopped) return 'paused';
      throw error;
    }
  }
}
