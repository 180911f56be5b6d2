import { expect, test } from 'vitest';
import { report } from '../../support/report.ts';
import { callsOf, kill, readOnlyState } from './outcome.ts';
import { A, B, CHANGES, DIR, GONE, makeScene, openScene, touch } from './scene.ts';

// Git takes files back between a crash and the recovery: what it wrote is the truth, nothing is forced over it.

test.each(['A', 'B', 'both'])('a checkout of %s between kill and recovery', async (which) => {
  const scene = await makeScene();
  const calls = await callsOf(scene.clone(), CHANGES.several!);
  const taken = which === 'both' ? [A, B] : [which === 'A' ? A : B];
  let aside = 0;
  for (let at = 1; at <= calls.length; at += 1) {
    const where = `killed before call ${at}`;
    const disk = scene.clone();
    await kill(disk, CHANGES.several!, { at, when: 'before' });
    const texts = taken.map((id) =>
      scene.text(`${DIR}/issues/${id}.json`)!.replace('"title": "', '"title": "git '),
    );
    taken.forEach((id, i) => {
      disk.replace(`${DIR}/issues/${id}.json`, texts[i]!);
    });
    const read = await readOnlyState(disk, where);
    for (const title of taken) expect(read, where).toContain(title === A ? '"git first"' : '"git second"');
    const next = openScene(disk, 'next');
    await next.transact(touch);
    taken.forEach((id, i) => {
      expect(disk.text(`${DIR}/issues/${id}.json`), where).toBe(texts[i]);
    });
    const problems = (await next.inspect()).filter(({ code }) => code === 'set-aside');
    const kept = disk.list(`${DIR}/local`).some(({ name }) => name === 'aside');
    expect(problems.length, where).toBe(kept ? 1 : 0);
    if (kept) {
      aside += 1;
      expect(disk.text(`${DIR}/${problems[0]!.file!.slice('.jit/'.length)}`), where).toContain('third');
    }
    // It is said once, and writing goes on.
    await next.transact(touch);
    expect((await next.inspect()).filter(({ code }) => code === 'set-aside').length, where).toBe(
      problems.length,
    );
  }
  expect(aside).toBeGreaterThan(2);
  report(`store: checkout of ${which} between kill and recovery`, { points: calls.length, aside });
});

test('a tombstone that git brought back is not purged', async () => {
  const scene = await makeScene();
  const calls = await callsOf(scene.clone(), CHANGES.purge!);
  const path = `${DIR}/issues/${GONE}.json`;
  let aside = 0;
  for (let at = 1; at <= calls.length; at += 1) {
    const disk = scene.clone();
    await kill(disk, CHANGES.purge!, { at, when: 'before' });
    disk.replace(path, scene.text(path)!);
    const next = openScene(disk, 'next');
    await next.transact(touch);
    expect(disk.text(path), `killed before call ${at}`).toBe(scene.text(path));
    if ((await next.inspect()).some(({ code }) => code === 'set-aside')) aside += 1;
  }
  expect(aside).toBeGreaterThan(0);
});
