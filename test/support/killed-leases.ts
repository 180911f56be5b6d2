import { expect } from 'vitest';
import type { State } from '../../src/domain/issue.ts';
import type { Standing } from '../../src/domain/lease.ts';
import { findRepository } from '../../src/git/repository.ts';
import { systemClock } from '../../src/main/clock.ts';
import { openLeases } from '../../src/main/leases.ts';
import type { LeaseDocument } from '../../src/render/lease.ts';
import { openFilesStore } from '../../src/store/files/files-store.ts';
import { ids, type Scene, WORKER } from './killed-scene.ts';
import { setLeaseTtl } from './lease-ttl.ts';
import type { Ran } from './scratch.ts';
import { expectClean } from './verdict.ts';

/** An issue and its lease, as they are now. */
interface Shown {
  readonly state: State | undefined;
  readonly lease: Standing | null;
}

const NEXT = { JIT_AGENT_ID: 'agent:next' };

/** A command that was killed, or came through. */
interface Killed {
  readonly ran: Ran;
  readonly committed: boolean;
  readonly where: string;
}

type Check = (scene: Scene, killed: Killed) => Promise<void>;

async function show({ scratch: { root, store: dir } }: Scene, id: string): Promise<Shown> {
  const store = openFilesStore({ root, dir, clock: systemClock });
  const issue = await store.read((view) => view.get(id));
  const leases = openLeases({ root, dir }, findRepository(root), systemClock, store);
  return { state: issue?.state, lease: (await leases.inspect([id])).get(id) ?? null };
}

/** Which lease is there, for the message of a failure. */
const stateOf = ({ state, lease }: Shown): string =>
  `${state} ${lease?.lease.status ?? 'free'} ${lease?.life ?? ''}`.trim();

/** The next worker asks for the issue, and gets it under a later epoch or is refused with this exit code. */
async function expectNext(scene: Scene, id: string, exit: number, where: string): Promise<void> {
  const before = (await show(scene, id)).lease?.lease.epoch ?? 0;
  const ran = await scene.scratch.jit(['claim', id, '--json'], { env: NEXT });
  expect(ran.exit, `${where}: the next claim: ${ran.stderr}`).toBe(exit);
  if (exit !== 0) return;
  const { outcome, lease } = JSON.parse(ran.stdout) as { outcome: string; lease: LeaseDocument };
  expect({ outcome, holder: lease.holder, later: lease.epoch > before }, where).toEqual({
    outcome: 'claimed',
    holder: 'agent:next',
    later: true,
  });
}

const TAKEN = 6;
const PAST = 4;

const claimed: Check = async (scene, { ran, committed, where }) => {
  const shown = await show(scene, ids.FREE);
  const state = stateOf(shown);
  if (ran.exit === 0) expect(state, where).toBe('in_progress held live');
  if (state === 'in_progress held live') {
    // Everything was done but to say so: it is kept for him who asked.
    await expectNext(scene, ids.FREE, TAKEN, where);
    const again = await scene.scratch.json(['claim', ids.FREE], { env: WORKER });
    expect(again.outcome, where).toBe('held');
    return;
  }
  const either = committed
    ? ['in_progress claiming overdue']
    : ['ready free', 'ready claiming overdue', 'ready released over'];
  expect(either, where).toContain(state);
  await expectNext(scene, ids.FREE, 0, where);
};

/** Lets the lease of agent:w run out, and sweeps. */
async function runOut({ scratch }: Scene): Promise<void> {
  await setLeaseTtl(scratch.root, ids.MINE, 1);
  await scratch.ok(['lease', 'expire'], { env: NEXT });
}

const completed: Check = async (scene, { committed, where }) => {
  const state = stateOf(await show(scene, ids.MINE));
  await expectNext(scene, ids.MINE, committed ? PAST : TAKEN, where);
  if (!committed) {
    // The lease serves its holder on, and is overdue after its ttl.
    expect(['in_progress held live', 'in_progress finishing live'], where).toContain(state);
    await runOut(scene);
    expect(stateOf(await show(scene, ids.MINE)), where).toBe('ready released over');
    await expectNext(scene, ids.MINE, 0, where);
    return;
  }
  expect(['done finishing live', 'done done over'], where).toContain(state);
  if (state === 'done finishing live') await runOut(scene);
  expect(stateOf(await show(scene, ids.MINE)), where).toBe('done done over');
};

const released: Check = async (scene, { ran, committed, where }) => {
  const state = stateOf(await show(scene, ids.MINE));
  if (!committed) expect(state, where).toBe('in_progress held live');
  else expect(['ready held live', 'ready released over'], where).toContain(state);
  if (ran.exit === 0) expect(state, where).toBe('ready released over');
  if (state === 'ready released over') return expectNext(scene, ids.MINE, 0, where);
  await expectNext(scene, ids.MINE, TAKEN, where);
  await scene.scratch.ok(['claim', ids.MINE], { env: WORKER });
  await scene.scratch.ok(['release', ids.MINE], { env: WORKER });
  await expectNext(scene, ids.MINE, 0, where);
};

const passed: Check = async (scene, { ran, committed, where }) => {
  const state = stateOf(await show(scene, ids.GATED));
  const either = committed ? ['done suspended live', 'done done over'] : ['gated suspended live'];
  expect(either, where).toContain(state);
  if (ran.exit === 0) expect(state, where).toBe('done done over');
  await expectNext(scene, ids.GATED, committed ? PAST : TAKEN, where);
};

const CHECKS: Readonly<Record<string, Check>> = {
  claim: claimed,
  'claim-next': claimed,
  release: released,
  'complete, which makes two others ready': completed,
  'gate pass, which completes': passed,
};

/** Whether a command changes a lease. */
export const changesLease = (command: string): boolean => command in CHECKS;

/** What must hold of the leases after a command ended in whatever way: who gets the issue, and who keeps it (docs/architecture.md). */
export async function expectLeases(scene: Scene, command: string, killed: Killed): Promise<void> {
  const check = CHECKS[command];
  if (check === undefined) return;
  await check(scene, killed);
  await expectClean(scene.scratch, killed.where);
}
