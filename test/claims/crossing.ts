import { setImmediate } from 'node:timers/promises';

/** Chance that can be repeated. */
export interface Chance {
  /** A whole number below this one. */
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
  oneIn(times: number): boolean;
}

/** The same numbers for the same seed (mulberry32). */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
  return { below, pick: (from) => from[below(from.length)]!, oneIn: (times) => below(times) === 0 };
}

/** Where everybody waits before they go on, one at a time, in an order that chance gives. */
export class Crossing {
  readonly #random: Chance;
  readonly #waiting: (() => void)[] = [];

  constructor(random: Chance) {
    this.#random = random;
  }

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Lets one after the other go on until all tasks are done. Throws what a task throws. */
  async run(tasks: readonly Promise<void>[]): Promise<void> {
    let left = tasks.length;
    const all = Promise.all(tasks.map((task) => task.finally(() => (left -= 1))));
    all.catch(() => {
      left = 0;
    });
    while (left > 0) {
      // Until everybody waits who can.
      await setImmediate();
      this.#waiting.splice(this.#random.below(this.#waiting.length), 1)[0]?.();
    }
    await all;
  }
}
