import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TextSpool } from '../../src/main/text-spool.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jit-spool-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const PARTS = ['a', '\ufeffb', '\u{1f600}'.repeat(100_000), '', 'ü'.repeat(99_999), 'end'];

test.each([0, 10, 150_000, 10_000_000])(
  'with %d characters in memory: what was written is read, whole',
  (inMemory) => {
    const spool = new TextSpool({ directory, inMemory });
    for (const part of PARTS) spool.write(part);
    expect([...spool.pieces()].join('')).toBe(PARTS.join(''));
  },
);

test.each([0, 10_000_000])('with %d characters in memory: what was cleared is gone', (inMemory) => {
  const spool = new TextSpool({ directory, inMemory });
  for (const part of PARTS) spool.write(part);
  spool.clear();
  spool.write('x');
  spool.write('y');
  expect([...spool.pieces()].join('')).toBe('xy');
});

test('its file has no name, so that nothing is left whatever happens', () => {
  const spool = new TextSpool({ directory, inMemory: 0 });
  spool.write('x'.repeat(100));
  expect(readdirSync(directory)).toEqual([]);
  spool.close();
});

test('who stops reading in the middle closes it', () => {
  const spool = new TextSpool({ directory, inMemory: 0 });
  for (const part of PARTS) spool.write(part);
  for (const _ of spool.pieces()) break;
  expect([...spool.pieces()]).toEqual([]);
});

test('where nothing can be written it says so', () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  const spool = new TextSpool({ directory: file, inMemory: 0 });
  expect(() => spool.write('x')).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
  const gone = new TextSpool({ directory: '/dev/full', inMemory: 0 });
  expect(() => gone.write('x')).toThrow(expect.objectContaining({ name: 'JitError' }));
});
