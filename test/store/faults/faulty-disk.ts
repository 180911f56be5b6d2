import type { Disk, OpenNamed, StampOf } from '../../../src/system/disk.ts';
import { systemError } from './sim-disk.ts';

/** The process is gone: whatever it still tries has no effect. */
export class Crash extends Error {}

/** The system calls that change something; opening counts where it may make a file. */
const WRITING = new Set<keyof Disk>([
  'write',
  'fsync',
  'link',
  'rename',
  'unlink',
  'makeDirectory',
  'removeDirectory',
]);

export type Fault =
  /** `short`: half of a write, then gone. */
  | { readonly kind: 'crash'; readonly when: 'before' | 'short' | 'after' }
  /** The call fails with this code; `lasting`: so do all that follow. */
  | { readonly kind: 'error'; readonly code: string; readonly lasting: boolean }
  /** A write takes only half of the bytes, and the caller must go on. */
  | { readonly kind: 'half' };

type Concerns = (method: keyof Disk, args: readonly unknown[]) => boolean;

const writes: Concerns = (method, args) => WRITING.has(method) || (method === 'open' && args[1] !== 'read');

/**
 * A disk on which the `at`th call (from 1) of those that `concerns` names, by default those that write, meets a fault. `calls` counts
 * them, `names` says what they were.
 */
export function faultyDisk(inner: Disk, at: number, fault: Fault, concerns: Concerns = writes) {
  const state = { calls: 0, names: [] as string[], gone: false };
  const call = (method: keyof Disk, args: unknown[]): unknown => {
    if (state.gone) throw new Crash('gone');
    const run = (): unknown => (inner[method] as (...a: unknown[]) => unknown)(...args);
    if (!concerns(method, args)) return run();
    state.calls += 1;
    state.names.push(method);
    const hit = state.calls === at || (fault.kind === 'error' && fault.lasting && state.calls > at);
    if (!hit) return run();
    switch (fault.kind) {
      case 'crash': {
        state.gone = true;
        if (fault.when === 'after') run();
        if (fault.when === 'short' && method === 'write') writeHalf(inner, args);
        throw new Crash(`${fault.when} call ${at}, ${method}`);
      }
      case 'error':
        if (method === 'write' && fault.code === 'ENOSPC') writeHalf(inner, args);
        throw systemError(
          fault.code,
          method,
          typeof args[0] === 'string' ? args[0] : '/store/.jit/somewhere',
        );
      case 'half':
        return method === 'write' ? writeHalf(inner, args) : run();
    }
  };
  const calls = METHODS.map((method) => [method, (...args: unknown[]) => call(method, args)]);
  const disk = { ...Object.fromEntries(calls), within } as unknown as Disk;
  return { disk, state };
}

function writeHalf(inner: Disk, args: unknown[]): number {
  const [fd, bytes, position] = args as [number, Uint8Array, number | null];
  return inner.write(fd, bytes.subarray(0, Math.max(1, bytes.length >> 1)), position);
}

/** A disk that knows the paths behind descriptors, so that calls under a directory can be told from others. */
export function pathsOf(inner: Disk): {
  readonly disk: Disk;
  readonly isUnder: (directory: string) => Concerns;
} {
  const paths = new Map<number, string>();
  const known = (path: string, fd: number): number => {
    paths.set(fd, path);
    return fd;
  };
  const disk: Disk = {
    ...passOn(inner),
    open: (path, mode) => known(path, inner.open(path, mode)),
    openDirectory: (path) => known(path, inner.openDirectory(path)),
  };
  const isUnder =
    (directory: string): Concerns =>
    (_, [first]) =>
      `${typeof first === 'number' ? paths.get(first) : first}/`.startsWith(`${directory}/`);
  return { disk, isUnder };
}

/** A disk that does what another does: for those that change some of its methods. */
export function passOn(inner: Disk): Disk {
  const calls = METHODS.map((method) => [
    method,
    (...args: never[]) => (inner[method] as (...a: never[]) => unknown)(...args),
  ]);
  return { ...Object.fromEntries(calls), within } as unknown as Disk;
}

/** Looks at each file by the `stamp` and `open` of the disk that it is called on. */
export function within<T>(this: Disk, directory: string, look: (stampOf: StampOf, open: OpenNamed) => T): T {
  return look(
    (name) => this.stamp(`${directory}/${name}`),
    (name) => this.open(`${directory}/${name}`, 'read'),
  );
}

/** All but `within`, which is made of them. */
export const METHODS: readonly (keyof Disk)[] = [
  'list',
  'names',
  'stat',
  'stamp',
  'open',
  'openDirectory',
  'statOpen',
  'stampOpen',
  'read',
  'write',
  'fsync',
  'close',
  'link',
  'rename',
  'unlink',
  'makeDirectory',
  'removeDirectory',
];
