import { describe, expect, test } from 'vitest';
import { formatIssue } from '../../../../src/domain/canonical-json.ts';
import { sumOfTexts } from '../../../../src/store/files/index/sums.ts';
import type { GraphPurpose } from '../../../../src/store/store.ts';
import type { Disk } from '../../../../src/system/disk.ts';
import { standingClock } from '../../../support/cli.ts';
import { idOf, issueWith } from '../../../support/issues.ts';
import { passOn } from '../../faults/faulty-disk.ts';
import { changing, DIR } from '../../faults/scene.ts';
import type { SimDisk } from '../../faults/sim-disk.ts';
import { answersOf, tellGraph } from './answers.ts';
import { makeIndexScene, openWith, overwrite, pathOf, textOf } from './scene.ts';

// What an index could believe without having seen it.

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Two pairs of names that have the same sum. */
function namesOfOneSum() {
  const [left, right] = [`${idOf(8).slice(0, 24)}A`, `${idOf(8).slice(0, 24)}B`];
  for (const a of LETTERS) {
    for (const b of LETTERS.slice(LETTERS.indexOf(a) + 1)) {
      const before = [left + a, right + b];
      const after = [left + b, right + a];
      if (sumOfTexts(before) === sumOfTexts(after)) return { before, after };
    }
  }
  throw new Error('there are none');
}

const filesOf = (disk: SimDisk, ids: readonly string[]): void => {
  for (const id of ids) disk.replace(`${DIR}/issues/${id}.json`, formatIssue({ ...issueWith(1), id }));
};

test('other names of the same sum are found', async () => {
  const disk = await makeIndexScene();
  const { before, after } = namesOfOneSum();
  filesOf(disk, before);
  await answersOf(openWith(disk, 'always'));
  for (const id of before) disk.unlink(`${DIR}/issues/${id}.json`);
  filesOf(disk, after);
  const there = await answersOf(openWith(disk, 'never'));
  expect(JSON.stringify(there)).toContain(after[0]);
  // Also once the directory is known as it is now.
  for (let look = 0; look < 2; look += 1) expect(await answersOf(openWith(disk, 'always'))).toEqual(there);
});

test('a long file whose bytes come after its change time is read again', async () => {
  const inner = await makeIndexScene();
  const description = 'x'.repeat(20_000);
  const old = `${DIR}/local/old`;
  inner.replace(old, textOf(2, { description, title: 'a' }));
  inner.replace(pathOf(2), textOf(2, { description, title: 'b' }));
  let underWay = true;
  const disk: Disk = {
    ...passOn(inner),
    open: (path, mode) => inner.open(underWay && path === pathOf(2) && mode === 'read' ? old : path, mode),
  };
  expect(JSON.stringify(await answersOf(openWith(disk, 'always')))).toContain('"title":"a"');
  underWay = false;
  expect(await answersOf(openWith(disk, 'always'))).toEqual(await answersOf(openWith(inner, 'never')));
});

describe('where the directory is trusted', () => {
  const graphIn = (disk: Disk, index: 'always' | 'never', purpose?: GraphPurpose) =>
    openWith(disk, index).read(async (view) => {
      await view.select({ where: { op: 'all' }, tentative: true });
      return tellGraph(await view.graph(purpose));
    });

  /** A store in which the second issue needs the fourth, and nobody has looked at its file since. */
  async function makeEdited() {
    const disk = await makeIndexScene();
    disk.replace(`${DIR}/config.json`, '{"index": {"trust": "directory"}}\n');
    await answersOf(openWith(disk, 'always'));
    const before = await graphIn(disk, 'always');
    overwrite(disk, pathOf(2), Buffer.from(textOf(2, { dependencies: [idOf(1), idOf(4)] })));
    const now = await graphIn(disk, 'never');
    expect(now).not.toEqual(before);
    return { disk, before, now };
  }

  test('names are listed once after commits were followed for a minute', async () => {
    const inner = await makeIndexScene();
    inner.replace(`${DIR}/config.json`, '{"index": {"trust": "directory"}}\n');
    const clock = standingClock();
    let listed = 0;
    const disk: Disk = {
      ...passOn(inner),
      names: (path) => {
        if (path === `${DIR}/issues`) listed += 1;
        return inner.names(path);
      },
    };
    const open = () => openWith(disk, 'always', 'one', { clock });
    const countLists = async (): Promise<number> => {
      listed = 0;
      await open().read((view) => view.select({ where: { op: 'all' } }));
      return listed;
    };
    await countLists();
    expect(await countLists()).toBe(0);
    await open().transact(async (view) =>
      changing(view, 'T1', [{ ...(await view.get(idOf(2)))!, title: 'new' }]),
    );
    expect(await countLists()).toBe(0);
    clock.forward(61_000);
    expect(await countLists()).toBeGreaterThan(0);
    expect(await countLists()).toBe(0);
  });

  test('no edge of the whole graph is missed', async () => {
    const { disk, before, now } = await makeEdited();
    expect(await graphIn(disk, 'always', { tentative: true }), 'nobody has looked at the file').toEqual(
      before,
    );
    expect(await graphIn(disk, 'always')).toEqual(now);
  });

  test('no edge is missed of what some issues need, and the files of others are left alone', async () => {
    const { disk, before, now } = await makeEdited();
    expect(await graphIn(disk, 'always', { from: [idOf(4)] }), 'it needs nothing of it').toEqual(before);
    expect(await graphIn(disk, 'always', { from: [idOf(2)] })).toEqual(now);
  });

  test('nobody who needs an issue is missed once the whole graph was looked at', async () => {
    const { disk } = await makeEdited();
    const needing = await openWith(disk, 'always').read(async (view) => {
      await view.select({ where: { op: 'all' }, tentative: true });
      await view.graph();
      return view.dependents(idOf(4));
    });
    expect(needing).toContain(idOf(2));
  });
});
