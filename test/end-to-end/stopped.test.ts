import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ids, makeScene, type Scene } from '../support/killed-scene.ts';
import { setLeaseTtl } from '../support/lease-ttl.ts';
import { report } from '../support/report.ts';
import { PROVE } from '../support/size.ts';
import { compileStopShim, nameOfPoint, type Point, withShim } from '../support/stop-shim.ts';
import { rehearse, whileStopped } from '../support/stopped.ts';
import { eventsOf, expectClean, issuesOf } from '../support/verdict.ts';

// A holder that is stopped around any system call of what it does, for longer than its claim lasts. Meanwhile somebody else asks for
// the issue. Once that one has it, the holder is refused; until then, the holder has it.

const shim = compileStopShim();
afterAll(() => shim?.remove());

const TTL = 100;
const NEXT = { JIT_AGENT_ID: 'agent:next' };
const REFUSED = 6;

/** What agent:w does, and to which issue; MINE it has claimed under epoch 1. */
const CASES = {
  claim: { id: ids.FREE, args: ['claim', ids.FREE] },
  complete: { id: ids.MINE, args: ['complete', ids.MINE, '--epoch', '1'] },
  release: { id: ids.MINE, args: ['release', ids.MINE] },
} as const;

/** Asks for the issue until it is granted, or until the claim must long have been over. */
async function ask({ scratch }: Scene, id: string): Promise<boolean> {
  const begun = performance.now();
  do {
    // For longer than the other: on a busy machine a short claim might be over when that one wakes.
    const ran = await scratch.jit(['claim', id, '--ttl', '10m', '--json'], { env: NEXT });
    if (ran.exit === 0) return true;
  } while (performance.now() - begun < 3 * TTL);
  return false;
}

/** Lets claims last as short as the configuration cannot be told to. */
function shortenTtl({ scratch }: Scene): void {
  const file = join(scratch.store, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify({ ...config, claims: { ttl: `${TTL}ms` } }, null, 2)}\n`);
}

const isLeaseLink = ({ name, path }: Point): boolean => name === 'link' && path.includes('/leases/');

test.skipIf(shim === null).each(Object.entries(CASES))(
  withShim('%s: stopped until the claim is over, while another asks', shim),
  async (name, { id, args }) => {
    const scene = await makeScene(1);
    const { scratch } = scene;
    const points = await rehearse(shim!, scene, args);
    // After one call is before the next. Whoever asks while the stopped one has the lock waits for five seconds: in small not there.
    const before = points.filter(({ when }) => when === 'before');
    const last = points.findLast(isLeaseLink)!;
    const tried = PROVE ? [...before, points.at(-1)!] : [before[0]!, last];
    const ends = { taken: 0, kept: 0 };
    for (const point of tried) {
      scene.reset();
      await setLeaseTtl(scratch.root, ids.MINE, TTL);
      shortenTtl(scene);
      const where = nameOfPoint(point);
      let taken = false;
      const ran = await whileStopped(shim!, scene, args, point, async () => {
        taken = await ask(scene, id);
      });
      ends[taken ? 'taken' : 'kept'] += 1;
      const { state, assignee } = (await issuesOf(scratch)).find((issue) => issue.id === id)!;
      const events = (await eventsOf(scratch)).filter((event) => event.id === id);
      const names = events.map(({ event, by }) => `${event} ${by}`);
      if (taken) {
        expect({ state, assignee }, where).toEqual({ state: 'in_progress', assignee: 'agent:next' });
        expect(names.at(-1), where).toBe('issue.claimed agent:next');
        // It was told of success only where that came before: what it did is then in the log, and over.
        if (ran.exit === 0) expect(names.at(-2), where).toMatch(/^(lease\.expired|issue\.released) /);
        else expect(ran.exit, `${where}: ${ran.stderr}`).toBe(REFUSED);
      } else {
        expect(ran.exit, `${where}: ${ran.stderr}`).toBe(0);
        expect(names.at(-1), where).toMatch(/ agent:w$/);
      }
      await expectClean(scratch, where);
    }
    expect(ends.taken, JSON.stringify(ends)).toBeGreaterThan(0);
    report(`stopped until its claim is over: ${name}`, {
      points: points.length,
      tried: tried.length,
      ...ends,
    });
  },
  1_800_000,
);
