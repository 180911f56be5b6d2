import { expect, test } from 'vitest';
import { report } from '../../support/report.ts';
import { faultyDisk } from './faulty-disk.ts';
import { A, B, CHANGES, DIR, dead, GONE, makeScene, openScene, readOnly, stateOf, touch } from './scene.ts';

// Git takes files back between a crash and the recovery: what it wrote is the truth, nothing is forced over it.

test.each(['A', 'B', 'both'])('a checkout of %s between kill and recovery', async (which) => {
  const scene = await makeScene();
  const counted = faultyDisk(scene.clone(), 0, { kind: 'half' });
  await openScene(counted.disk, 'whole').transact(CHANGES.several!);
  const taken = which === 'both' ? [A, B] : [which === 'A' ? A : B];
  let aside = 0;
  for (let at = 1; at <= counted.state.calls; at += 1) {
    const where = `killed before call ${at}`;
    const disk = scene.clone();
    dead.clear();
    await openScene(faultyDisk(disk, at, { kind: 'crash', when: 'before' }).disk, 'killed')
      .transact(CHANGES.several!)
      .catch(() => {});
    dead.add('killed');
    const texts = taken.map((id) =>
      scene.text(`${DIR}/issues/${id}.json`)!.replace('"title": "', '"title": "git '),
    );
    taken.forEach((id, i) => {
      disk.replace(`${DIR}/issues/${id}.json`, texts[i]!);
    });
    const image = readOnly(disk);
    const read = await stateOf(openScene(disk, 'reader'));
    expect(readOnly(disk), where).toBe(image);
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
  report(`store: checkout of ${which} between kill and recovery`, { points: counted.state.calls, aside });
});

test('a tombstone that git brought back is not purged', async () => {
  const scene = await makeScene();
  const counted = faultyDisk(scene.clone(), 0, { kind: 'half' });
  await openScene(counted.disk, 'whole').transact(CHANGES.purge!);
  const path = `${DIR}/issues/${GONE}.json`;
  let aside = 0;
  for (let at = 1; at <= counted.state.calls; at += 1) {
    const disk = scene.clone();
    dead.clear();
    await openScene(faultyDisk(disk, at, { kind: 'crash', when: 'before' }).disk, 'killed')
      .transact(CHANGES.purge!)
      .catch(() => {});
    dead.add('killed');
    disk.replace(path, scene.text(path)!);
    const next = openScene(disk, 'next');
    await next.transact(touch);
    expect(disk.text(path), `killed before call ${at}`).toBe(scene.text(path));
    if ((await next.inspect()).some(({ code }) => code === 'set-aside')) aside += 1;
  }
  expect(aside).toBeGreaterThan(0);
});
