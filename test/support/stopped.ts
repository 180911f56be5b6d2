import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Scene, WORKER } from './killed-scene.ts';
import { describe, type Ran } from './scratch.ts';
import { type Point, pointsOf, readCalls, type StopShim } from './stop-shim.ts';

/** Runs a command to its end, and puts the scene back; the points at which it can be stopped. */
export async function rehearse(
  shim: StopShim,
  { scratch, reset }: Scene,
  args: readonly string[],
): Promise<readonly Point[]> {
  reset();
  const log = join(scratch.beside, 'calls');
  rmSync(log, { force: true });
  await scratch.ok(args, { env: { ...WORKER, ...shim.counting(scratch, log) } });
  reset();
  return pointsOf(readCalls(log));
}

/** Runs a command until it stops at a point, does something else, wakes it, and returns how it ended. */
export async function whileStopped(
  shim: StopShim,
  scene: Scene,
  args: readonly string[],
  point: Point,
  act: () => Promise<void>,
): Promise<Ran> {
  let pid = 0;
  const env = { ...WORKER, ...shim.stopping(scene.scratch, point, 'SIGSTOP') };
  const running = scene.scratch.jit(args, {
    env,
    started: (started) => {
      pid = started;
    },
  });
  try {
    await until(() => isStopped(pid), running);
    await act();
  } finally {
    if (isStopped(pid)) process.kill(pid, 'SIGCONT');
  }
  return running;
}

async function until(reached: () => boolean, running: Promise<Ran>): Promise<void> {
  let ended: Ran | undefined;
  void running.then((ran) => {
    ended = ran;
  });
  while (!reached()) {
    if (ended !== undefined) throw new Error(`it ended before it was stopped: ${describe(ended)}`);
    await new Promise((go) => setTimeout(go, 5));
  }
}

function isStopped(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && / T /.test(readFileSync(path, 'utf8'));
}
