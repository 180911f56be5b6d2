import type { Machine } from '../../src/claims/machine.ts';
import type { Beat } from '../../src/domain/lease.ts';

/** A process as leases see it. */
export type FakeProcess = Machine;

const EPOCH = Date.parse('2026-01-02T03:04:05.000Z');

/** A machine whose clocks, boots and processes a test controls. */
export class FakeMachine {
  readonly host: string;
  /** Name of the boot; null: a system that does not tell boots apart. */
  boot: string | null;
  /** Milliseconds on the clock that nobody can set. */
  elapsed: number;
  /** Milliseconds by which the wall clock is wrong. */
  wrongBy = 0;
  readonly #dead = new Set<string>();
  #boots = 1;

  constructor(host: string, elapsed = 1_000_000, boot: string | null = `${host}-boot-1`) {
    this.host = host;
    this.elapsed = elapsed;
    this.boot = boot;
  }

  /** Time goes by. Milliseconds. */
  pass(milliseconds: number): void {
    this.elapsed += milliseconds;
  }

  /** Ends every process; the clock starts anew. */
  reboot(): void {
    this.#boots += 1;
    this.boot = `${this.host}-boot-${this.#boots}`;
    this.elapsed = 5_000;
    this.#dead.clear();
  }

  now(): Beat {
    const at = new Date(EPOCH + this.elapsed + this.wrongBy).toISOString();
    return { host: this.host, boot: this.boot, elapsed: this.elapsed, at };
  }

  /** Starts a process in the present boot. */
  start(name: string): FakeProcess {
    const machine = this;
    const space = `${this.host}_${this.boot}_`;
    return {
      token: `${space}${name}`,
      beat: () => machine.now(),
      liveness(token) {
        if (!token.startsWith(space)) return 'unknown';
        return machine.#dead.has(token) ? 'dead' : 'alive';
      },
    };
  }

  kill({ token }: Pick<FakeProcess, 'token'>): void {
    this.#dead.add(token);
  }
}
