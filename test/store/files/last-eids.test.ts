import { expect, test } from 'vitest';
import { findLogEnd, readLogTail } from '../../../src/store/files/events-log.ts';
import { layoutOf } from '../../../src/store/files/layout.ts';
import { idOf } from '../../support/issues.ts';
import { SimDisk } from '../faults/sim-disk.ts';

const layout = layoutOf('/store', '/store/.jit');

function logOf(lines: readonly string[]): SimDisk {
  const disk = new SimDisk();
  for (const path of ['/store', layout.dir]) disk.makeDirectory(path);
  disk.replace(layout.events, lines.map((line) => `${line}\n`).join(''));
  return disk;
}

const event = (id: string, eid: string, bytes: number): string =>
  JSON.stringify({ id, eid, changes: { description: ['', 'x'.repeat(bytes)] } });

test('the last event of an issue is found wherever it stands in the log', () => {
  // Lines from very short to several times what is read at once, so that they are cut in every way.
  const sizes = [0, 10, 300, 65_000, 65_536, 70_000, 200_000, 1, 131_072, 40_000, 5];
  const lines = sizes.flatMap((size, i) => [
    event(idOf(i), `old-${i}`, size),
    event(idOf(i), `last-${i}`, size),
    event(idOf(100), `other-${i}`, 20 * i),
  ]);
  const ids = sizes.map((_, i) => idOf(i));
  const { lastEids: found } = readLogTail(logOf(lines), layout, [...ids, idOf(50)]);
  expect(ids.map((id) => found.get(id))).toEqual(sizes.map((_, i) => `last-${i}`));
  expect(found.get(idOf(50))).toBeNull();
});

test('an id inside of another event, or in a line that is no event, is not taken for one', () => {
  const { lastEids: found } = readLogTail(
    logOf([
      event(idOf(1), 'right', 0),
      JSON.stringify({ id: idOf(2), eid: 'of another', changes: { id: idOf(1) } }),
      JSON.stringify({ changes: { x: { id: idOf(1) } }, id: idOf(2), eid: 'of another' }),
      `"id":"${idOf(1)}" is no event`,
    ]),
    layout,
    [idOf(1)],
  );
  expect(found.get(idOf(1))).toBe('right');
});

test('whether the last line has its newline is told with it, as where no event is asked for', () => {
  const disk = logOf([event(idOf(1), 'last', 70_000)]);
  expect(readLogTail(disk, layout, [idOf(1)])).toMatchObject({ ...findLogEnd(disk, layout), torn: false });
  const torn = logOf([event(idOf(1), 'last', 70_000)]);
  torn.replace(layout.events, `${event(idOf(1), 'last', 70_000)}\n{"ts":`);
  for (const ids of [[], [idOf(1)], [idOf(2)]])
    expect(readLogTail(torn, layout, ids)).toMatchObject({ ...findLogEnd(torn, layout), torn: true });
  const none = new SimDisk();
  expect(readLogTail(none, layout, [idOf(1)])).toMatchObject({ size: 0, ino: null, torn: false });
});
