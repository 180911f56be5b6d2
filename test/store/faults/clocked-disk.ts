import type { Disk, Stamp } from '../../../src/system/disk.ts';
import { passOn, within } from './faulty-disk.ts';
import type { SimDisk } from './sim-disk.ts';

/**
 * A disk whose stamps tell as little as a file system may: one inode number for all, no modification time, and a change time by a clock
 * that is as coarse as one likes, and is set forward and back.
 */
export class ClockedDisk {
  readonly disk: Disk;
  readonly #inner: SimDisk;
  readonly #granularity: number;
  /** The time that the clock shows, in milliseconds. */
  wall = 1_000_000;
  /** Called before each call: others do something meanwhile. */
  meanwhile: (method: keyof Disk, args: readonly unknown[]) => void = () => {};
  /** Called after each call. */
  afterwards: (method: keyof Disk, args: readonly unknown[]) => void = () => {};
  /** By the time of the inner disk, which never comes twice. */
  readonly #shown = new Map<number, number>();
  #last = 0;

  constructor(inner: SimDisk, granularity: number) {
    this.#inner = inner;
    this.#granularity = granularity;
    const plain = passOn(inner);
    const disk = Object.fromEntries(
      (Object.keys(plain) as (keyof Disk)[]).map((method) => [
        method,
        (...args: unknown[]) => {
          this.meanwhile(method, args);
          const answer = (plain[method] as (...a: unknown[]) => unknown)(...args);
          this.note();
          this.afterwards(method, args);
          return answer;
        },
      ]),
    ) as unknown as Disk;
    const show = (stamp: Stamp): Stamp => ({
      ...stamp,
      ino: 1,
      mtime: 0,
      ctime: this.#shown.get(stamp.ctime)!,
    });
    this.disk = {
      ...disk,
      within,
      stamp: (path) => {
        const stamp = disk.stamp(path);
        return stamp === undefined ? undefined : show(stamp);
      },
      stampOpen: (fd) => show(disk.stampOpen(fd)),
    };
    this.note();
  }

  /** Stamps what was changed behind the back of this disk. */
  note(): void {
    const shown = Math.floor(this.wall / this.#granularity) * this.#granularity;
    while (this.#last < this.#inner.time) {
      this.#last += 1;
      this.#shown.set(this.#last, shown);
    }
  }
}
