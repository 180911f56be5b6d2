import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findLogEnd } from '../../../src/store/files/events-log.ts';
import { layoutOf } from '../../../src/store/files/layout.ts';
import { readLogTail } from '../../../src/store/files/log-tail.ts';
import { idOf } from '../../support/issues.ts';
import { size } from '../../support/size.ts';
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

test('what is found on the way to one issue is not taken for the last of another', () => {
  const lines = [
    event(idOf(1), 'right', 0),
    JSON.stringify({ id: idOf(2), eid: 'first', changes: { x: [null, { id: idOf(1) }] } }),
    event(idOf(2), 'last', 0),
  ];
  const { lastEids: found } = readLogTail(logOf(lines), layout, [idOf(1), idOf(2)]);
  expect([...found]).toEqual([
    [idOf(1), 'right'],
    [idOf(2), 'last'],
  ]);
});

test('an id in which letters repeat themselves is found', () => {
  const alike = ['0', 'A', 'AB', 'K'].map((letters) => letters.repeat(26).slice(0, 26));
  const ids = [...alike, `01KDY${'0'.repeat(8)}${'Z'.repeat(13)}`, `01KDY${'Z'.repeat(13)}${'0'.repeat(8)}`];
  for (const id of ids) {
    const log = logOf([event(id, 'old', 0), event(id, 'last', 0), event(idOf(1), 'other', 0)]);
    expect(readLogTail(log, layout, [id]).lastEids.get(id)).toBe('last');
  }
});

test('a line that nearly begins as jit writes it is read', () => {
  const ids = [1, 2, 3, 4, 5, 6].map(idOf);
  const [id = ''] = ids;
  const nearly = { ts: 't', '': { b: 'k', id: idOf(50), eid: 'inner' }, id, eid: 'right' };
  expect(JSON.stringify(nearly).indexOf('","id":"')).toBe('{"ts":"t","event":"k'.length);
  const { lastEids: found } = readLogTail(logOf([JSON.stringify(nearly)]), layout, ids);
  expect([...found].filter(([, eid]) => eid !== null)).toEqual([[id, 'right']]);
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

/** What the log says, line by line. */
function lastIn(text: string, ids: readonly string[]): ReadonlyMap<string, string | null> {
  const last = new Map<string, string | null>(ids.map((id) => [id, null]));
  for (const line of text.split('\n')) {
    try {
      const { id, eid } = JSON.parse(line.replace(/^\ufeff/, '')) ?? {};
      if (last.has(id) && typeof eid === 'string') last.set(id, eid);
    } catch {
      // No event.
    }
  }
  return last;
}

const known = fc.integer({ min: 0, max: 12 }).map(idOf);
const bytes = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 1, arbitrary: fc.constantFrom(65_000, 65_536, 131_072, 200_000, 300_000) },
);
const texts = fc.constantFrom(
  'plain',
  '"quoted"',
  '\\',
  '","id":"',
  `","id":"${idOf(3)}","eid":"no"`,
  'ä€😀',
  '',
);

/** Lines as jit writes them, as others might, and such as are no events. */
const line = fc
  .record({
    id: fc.option(known),
    inner: known,
    eid: fc.uuid(),
    ts: texts,
    event: texts,
    bytes,
    mark: fc.boolean(),
  })
  .chain(({ id, inner, eid, ts, event, bytes, mark }) => {
    const changes = { comments: [null, { id: inner, eid: 'inner', body: 'x'.repeat(bytes) }] };
    const time = '2026-01-05T08:00:00.000Z';
    const plain = JSON.stringify({ ts: time, event: 'issue.updated', id, eid, prev: null, changes });
    const others = [
      JSON.stringify({ ts, event, id, eid, changes }),
      JSON.stringify({ ts: `${ts}${'9'.repeat(bytes % 90)}`, event, id, eid, changes }),
      JSON.stringify({ id, eid, ts: time }),
      JSON.stringify({ changes, id, eid }),
      JSON.stringify({ ts: time, event: 'issue.updated', changes, eid, id }),
      JSON.stringify({ ts: time, event: 'x', id: { id: inner, eid: 'inner' }, eid }),
      JSON.stringify({ ts: time, event: 'issue.updated', id, eid: 7 }),
      `${plain}\r`,
      plain.replaceAll('":', '": '),
      plain.replaceAll('":', '"\t : '),
      plain.slice(0, plain.length / 2),
      `{"ts":"${time}","event":"issue.updated","id":"${inner}"`,
      '',
      'null',
      '7',
    ];
    return fc
      .oneof(
        { weight: 3, arbitrary: fc.constant(plain) },
        { weight: 1, arbitrary: fc.constantFrom(...others) },
      )
      .map((text) => (mark && bytes % 7 === 0 ? `\ufeff${text}` : text));
  });

test('of few issues and of many the same is found as by reading every line', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), fc.boolean(), (lines, ended) => {
      const text = `${lines.join('\n')}${ended ? '\n' : ''}`;
      const disk = logOf([]);
      disk.replace(layout.events, text);
      const all = Array.from({ length: 14 }, (_, i) => idOf(i));
      const asked = [all, all.slice(0, 5), [idOf(3), idOf(4)], [idOf(4), idOf(3)], ...all.map((id) => [id])];
      for (const ids of asked) expect(readLogTail(disk, layout, ids).lastEids).toEqual(lastIn(text, ids));
    }),
    { numRuns: size(60, 2000) },
  );
});
