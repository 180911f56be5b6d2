import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogLines, markOf } from '../../../src/store/files/log-lines.ts';
import { systemDisk } from '../../../src/system/disk.ts';
import { idOf, NOW } from '../../support/issues.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jit-lines-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** What a log of these bytes says: what is met, in order, and the lines in the order of `places`. */
function readLines(text: string, most: number | undefined, places: (count: number) => readonly number[]) {
  const path = join(directory, 'log');
  writeFileSync(path, text);
  const fd = openSync(path, 'r');
  try {
    const log = new LogLines(systemDisk, fd, most);
    const met: unknown[] = [];
    log.find(Buffer.byteLength(text), {
      meet: (place, id, mark) => void met.push([place, id, mark]),
      meetOdd: (place) => void met.push([place]),
    });
    const wanted = places(log.count);
    const read = log.read(wanted);
    return { met, lines: wanted.map(read), sizes: wanted.map((place) => log.sizeOf(place)) };
  } finally {
    closeSync(fd);
  }
}

const start = (id: string | null, eid: string): string =>
  `{"ts":"${NOW}","event":"issue.updated","id":${JSON.stringify(id)},"eid":"${eid}",`;
const line = fc
  .record({
    id: fc.option(fc.nat({ max: 4 }).map(idOf), { freq: 5 }),
    eid: fc.nat({ max: 99 }).map(idOf),
    rest: fc.constantFrom('x', 'ü', '\u{1f600}', 'y'.repeat(30_000), 'z'.repeat(100_000), ''),
    odd: fc.nat({ max: 9 }),
  })
  .map(({ id, eid, rest, odd }) => (odd === 0 ? rest : `${start(id, eid)}"later":"${rest}"}`));

test('a log that is read in parts says what one says that is kept, and both what stands in it', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.boolean(), fc.nat(), (lines, ended, seed) => {
      const text = lines.join('\n') + (ended && lines.length > 0 ? '\n' : '');
      // In some order, and not all of them.
      const places = (count: number): readonly number[] =>
        Array.from({ length: count }, (_, at) => (at * 7 + seed) % count).filter(
          (place, at, all) => (place + seed) % 3 !== 0 && all.indexOf(place) === at,
        );
      const kept = readLines(text, undefined, places);
      expect(readLines(text, 0, places)).toEqual(kept);
      const found = text.split('\n').slice(0, kept.met.length);
      expect(kept.lines.map(({ text, number }) => [number, text])).toEqual(
        kept.lines.map(({ number }) => [number, found[number - 1]]),
      );
      expect(kept.met.length).toBe(text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0));
    }),
    { numRuns: 100 },
  );
});

test('the mark of an eid is the same from its line and from its event', () => {
  const eid = '01KE6JQ3006X1JWJ3Q9BH361X0';
  const { met } = readLines(`${start(idOf(1), eid)}}\n`, undefined, () => []);
  expect(met).toEqual([[0, idOf(1), markOf(eid)]]);
  expect(markOf(`${eid.slice(0, 25)}1`)).not.toBe(markOf(eid));
});
