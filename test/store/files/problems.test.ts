import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatIssue } from '../../../src/domain/canonical-json.ts';
import { openFilesStore } from '../../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../../src/store/files/initialize.ts';
import type { Store } from '../../../src/store/store.ts';
import { testedIndex } from '../../support/index-env.ts';
import { GATES, idOf, issueWith, NOW } from '../../support/issues.ts';
import { liveIds } from '../../support/live-ids.ts';

const clock = { now: () => NOW, ago: () => NOW };
const GOOD = idOf(1);
const BAD = idOf(2);
const text = formatIssue(issueWith(2, { labels: ['a', 'b'], dependencies: [GOOD] }));

let root: string;
let dir: string;
let store: Store;

const pathOf = (id: string): string => join(dir, 'issues', `${id}.json`);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jit-problems-'));
  dir = join(root, '.jit');
  initializeFilesStore({ root, dir, gates: GATES });
  store = openFilesStore({ root, dir, clock, index: testedIndex() });
  writeFileSync(pathOf(GOOD), formatIssue(issueWith(1)));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const problems = () =>
  store.read(async (view) => {
    await liveIds(view);
    return view.problems();
  });

/** Everything below `.jit` that git would track. */
const tracked = (): string =>
  readdirSync(dir, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('local'))
    .map((entry) => `${entry.name} ${readFileSync(join(entry.parentPath, entry.name), 'latin1')}`)
    .sort()
    .join('\n');

const deep = (levels: number): string =>
  text.replace('"sync": {}', `"sync": {},\n  "x": ${'['.repeat(levels)}${']'.repeat(levels)}`);

describe('a file that cannot be used is named, and the rest is served', () => {
  test.each<[string, string, string | Buffer, string | null]>([
    ['not JSON', 'invalid-json', '{"id": nope}', null],
    ['cut off', 'truncated', text.slice(0, 200), null],
    ['empty', 'truncated', '', null],
    ['merge conflict', 'conflict-marker', text.replace('  "title"', '<<<<<<< ours\n  "title"'), 'line 3'],
    ['a key twice', 'duplicate-key', text.replace('"title"', '"title": "x",\n  "title"'), '/title'],
    [
      'a key twice, deep',
      'duplicate-key',
      text.replace('"sync": {}', '"sync": {"b":{"id":"1","id":"2"}}'),
      '/sync/b/id',
    ],
    ['half a character', 'lone-surrogate', text.replace('issue 2', '\\ud83d'), null],
    ['not UTF-8', 'invalid-utf8', Buffer.concat([Buffer.from(text), Buffer.from([0xff])]), null],
    ['the name of another', 'wrong-name', text.replace(BAD, idOf(3)), '/id'],
    ['a field missing', 'schema', text.replace('  "title": "issue 2",\n', ''), null],
    ['a wrong value', 'schema', text.replace('"normal"', '"urgent"'), '/priority'],
    ['inherited names only', 'schema', '{"__proto__": 1}', null],
    ['a list', 'schema', '[]', null],
    ['null', 'schema', 'null', null],
    ['too deep', 'too-deep', deep(100), null],
    ['hostile nesting', 'too-deep', '['.repeat(500_000), null],
    ['too large', 'too-large', text + ' '.repeat(1024 * 1024), null],
    [
      'a number that cannot be kept',
      'inexact-number',
      text.replace('"sync": {}', '"sync": {},\n"x": 9007199254740993'),
      '/x',
    ],
  ])('%s: %s', async (_, code, content, path) => {
    writeFileSync(pathOf(BAD), content);
    const before = tracked();
    const found = await problems();
    expect(found).toEqual(
      expect.arrayContaining([expect.objectContaining({ code, severity: 'error', path })]),
    );
    for (const problem of found) {
      expect(problem).toMatchObject({ file: `.jit/issues/${BAD}.json`, id: BAD, fix: null });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      expect(problem.message).not.toMatch(/[\u0000-\u001f\u007f]/);
    }
    expect(await store.read((view) => liveIds(view))).toEqual([GOOD]);
    expect(await store.read((view) => view.get(GOOD))).toEqual(issueWith(1));
    await expect(store.read((view) => view.get(BAD))).rejects.toMatchObject({
      code: 'CORRUPT_FILE',
      details: { file: `.jit/issues/${BAD}.json` },
    });
    expect(await store.inspect()).toEqual(expect.arrayContaining([expect.objectContaining({ code })]));
    expect(await store.repair(true)).toEqual([]);
    expect(tracked()).toBe(before);
  });

  test('what is read in passing is named as well, and once', async () => {
    writeFileSync(pathOf(BAD), '{');
    const { images, named, whole } = await store.read(async (view) => {
      const images = [];
      for await (const { id } of view.images()) images.push(id);
      const named = view.problems();
      await liveIds(view);
      return { images, named, whole: view.problems() };
    });
    expect(images).toEqual([GOOD]);
    expect(named).toMatchObject([{ id: BAD, severity: 'error', code: 'invalid-json' }]);
    expect(whole).toEqual(named);
  });

  test('every violation of the schema is named in one run', async () => {
    writeFileSync(pathOf(BAD), text.replace('"normal"', '"urgent"').replace('"ready"', '"open"'));
    expect((await problems()).map(({ path }) => path).sort()).toEqual(['/priority', '/state']);
  });

  test('a symbolic link is not followed', async () => {
    const outside = join(root, 'outside.json');
    writeFileSync(outside, text);
    symlinkSync(outside, pathOf(BAD));
    expect(await problems()).toMatchObject([{ code: 'symlink', id: BAD }]);
    const plan = { issues: [issueWith(2)], events: [], result: 0 };
    await expect(store.transact(async () => plan)).rejects.toMatchObject({ code: 'CORRUPT_FILE' });
    expect(readFileSync(outside, 'utf8')).toBe(text);
  });

  test('a directory in the place of a file is named, and so is what does not belong here', async () => {
    mkdirSync(pathOf(BAD));
    writeFileSync(join(dir, 'issues', 'notes.txt'), '');
    writeFileSync(join(dir, 'issues', `${idOf(4).toLowerCase()}.json`), '');
    expect(await problems()).toMatchObject([{ code: 'directory', id: BAD }]);
    const strays = (await store.inspect()).filter(({ code }) => code === 'stray-file');
    expect(strays.map(({ file }) => file).sort()).toEqual([
      `.jit/issues/${idOf(4).toLowerCase()}.json`,
      '.jit/issues/notes.txt',
    ]);
  });
});

describe('a file that can be read is served, and mended by repair', () => {
  test.each([
    ['a byte order mark', 'byte-order-mark', `\ufeff${text}`],
    ['CRLF', 'crlf', text.replaceAll('\n', '\r\n')],
    ['a set out of order', 'not-sorted', text.replace(/"a",\s+"b"/, '"b", "a"')],
    ['an element twice', 'duplicate-element', text.replace(/"a",\s+"b"/, '"a", "b", "a"')],
    ['another layout', 'not-canonical', JSON.stringify(JSON.parse(text))],
    ['no newline at the end', 'not-canonical', text.trimEnd()],
  ])('%s: %s', async (_, code, content) => {
    writeFileSync(pathOf(BAD), content);
    const before = tracked();
    expect(await store.read((view) => view.get(BAD))).toEqual(JSON.parse(text));
    expect(await problems()).toEqual([]);
    const found = await store.inspect();
    expect(found).toEqual([
      expect.objectContaining({ code, severity: 'warning', id: BAD, fix: expect.any(String) }),
    ]);
    expect(await store.repair(false)).toEqual(found);
    expect(tracked()).toBe(before);
    expect(await store.repair(true)).toEqual(found);
    expect(readFileSync(pathOf(BAD), 'utf8')).toBe(text);
    expect(await store.inspect()).toEqual([]);
    const mended = tracked();
    expect(await store.repair(true)).toEqual([]);
    expect(tracked()).toBe(mended);
  });

  test('lines that git needs are put back, and others kept', async () => {
    writeFileSync(join(dir, '.gitignore'), 'mine\nlocal/');
    unlinkSync(join(dir, '.gitattributes'));
    expect((await store.repair(true)).map(({ code }) => code)).toEqual(['missing-line', 'missing-line']);
    expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toBe('mine\nlocal/\nleases/\nconfig.local.json\n');
    expect(await store.inspect()).toEqual([]);
  });
});

describe('the log', () => {
  const line = (number: number): string =>
    JSON.stringify({
      ts: NOW,
      event: 'issue.updated',
      id: GOOD,
      eid: idOf(number),
      prev: null,
      by: 'agent:a',
      changes: {},
    });
  const read = () =>
    store.read(async (view) => {
      const eids: string[] = [];
      for await (const { eid } of view.events({})) eids.push(eid);
      return { eids, problems: view.problems() };
    });
  const add = () =>
    store.transact(async () => ({
      issues: [],
      events: [{ ts: NOW, event: 'issue.claimed', id: GOOD, eid: idOf(99), by: 'agent:a', changes: {} }],
      result: 0,
    }));

  test('bad lines are named with their number and passed over; the first of equal events counts', async () => {
    const lines = [line(11), 'nonsense', line(12), '{"ts":1}', line(11), '<<<<<<< ours', line(13)];
    writeFileSync(join(dir, 'events.jsonl'), `${lines.join('\n')}\n`);
    const { eids, problems: found } = await read();
    expect(eids).toEqual([idOf(11), idOf(12), idOf(13)]);
    expect(new Set(found.map(({ path, code }) => `${path} ${code}`))).toEqual(
      new Set(['line 2 invalid-json', 'line 4 schema', 'line 6 conflict-marker']),
    );
    expect((await store.inspect()).filter(({ severity }) => severity === 'error').length).toBe(found.length);
  });

  test('a torn last line does not swallow the next event', async () => {
    writeFileSync(join(dir, 'events.jsonl'), `${line(11)}\n${line(12).slice(0, 50)}`);
    await add();
    const { eids, problems: found } = await read();
    expect(eids).toEqual([idOf(11), idOf(99)]);
    expect(found).toMatchObject([{ path: 'line 2' }]);
  });

  test('a byte order mark is named, its event counts, and repair removes it', async () => {
    writeFileSync(join(dir, 'events.jsonl'), `\ufeff${line(11)}\n\ufeff${line(12)}`);
    const { eids, problems: found } = await read();
    expect(eids).toEqual([idOf(11), idOf(12)]);
    const marked = { severity: 'warning', code: 'byte-order-mark', fix: 'remove the mark' };
    expect(found).toMatchObject([
      { ...marked, path: 'line 1' },
      { ...marked, path: 'line 2' },
    ]);
    expect((await store.inspect()).map(({ code }) => code)).toEqual(
      expect.arrayContaining(['byte-order-mark', 'no-newline']),
    );
    expect((await store.repair(true)).map(({ code }) => code)).toEqual(['byte-order-mark', 'no-newline']);
    expect(readFileSync(join(dir, 'events.jsonl'), 'utf8')).toBe(`${line(11)}\n${line(12)}\n`);
    expect((await store.repair(true)).length).toBe(0);
    await add();
    expect((await read()).eids).toEqual([idOf(11), idOf(12), idOf(99)]);
  });

  test('an event behind a byte order mark is the previous one of what follows', async () => {
    writeFileSync(join(dir, 'events.jsonl'), `\ufeff${line(11)}\n`);
    await add();
    const [, added] = readFileSync(join(dir, 'events.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(added!)).toMatchObject({ prev: idOf(11) });
  });

  test('a last line that only lacks its newline counts, and repair ends it', async () => {
    writeFileSync(join(dir, 'events.jsonl'), line(11));
    expect((await store.repair(true)).map(({ code }) => code)).toEqual(['no-newline']);
    expect(readFileSync(join(dir, 'events.jsonl'), 'utf8')).toBe(`${line(11)}\n`);
    await add();
    expect((await read()).eids).toEqual([idOf(11), idOf(99)]);
  });

  test('the previous event is found far back in a long log, and not in the text of another', async () => {
    const other = (number: number): string =>
      line(number)
        .replace(GOOD, idOf(7))
        .replace(
          '{}',
          JSON.stringify({
            description: [null, `"id":"${GOOD}" ${'x'.repeat(2_000)}`],
            link: [null, { id: GOOD }],
          }),
        );
    const lines = [line(11), ...Array.from({ length: 700 }, (_, i) => other(1_000 + i))];
    writeFileSync(join(dir, 'events.jsonl'), `${lines.join('\n')}\n`);
    await add();
    const last = await store.read(async (view) => {
      for await (const event of view.events({ id: GOOD, last: 1 })) return event;
      return null;
    });
    expect(last).toMatchObject({ eid: idOf(99), prev: idOf(11) });
  });
});

describe('the files beside the issues', () => {
  test.each([
    ['index.json', '{"schema_version": 2}', 'SCHEMA_TOO_NEW'],
    ['index.json', '{', 'CORRUPT_FILE'],
    ['index.json', '{}', 'CORRUPT_FILE'],
    ['gates.json', '{"x": 1}', 'CORRUPT_FILE'],
    ['gates.json', '<<<<<<< ours', 'CORRUPT_FILE'],
    ['config.json', '{"durability": "no"}', 'CORRUPT_FILE'],
  ])('%s with %s: %s', async (name, content, code) => {
    writeFileSync(join(dir, name), content);
    await expect(store.read(async (view) => [await view.gates(), await view.config()])).rejects.toMatchObject(
      { code },
    );
  });

  test('without gates.json the rest is served', async () => {
    unlinkSync(join(dir, 'gates.json'));
    expect(await store.read((view) => liveIds(view))).toEqual([GOOD]);
    await expect(store.read((view) => view.gates())).rejects.toMatchObject({ code: 'CORRUPT_FILE' });
    expect(await store.inspect()).toMatchObject([{ severity: 'error', file: '.jit/gates.json' }]);
  });

  test.each(['issues', 'local'])('%s as a symbolic link is refused', async (name) => {
    const outside = join(root, 'outside');
    mkdirSync(outside);
    rmSync(join(dir, name), { recursive: true, force: true });
    symlinkSync(outside, join(dir, name));
    const plan = { issues: [issueWith(5)], events: [], result: 0 };
    await expect(store.transact(async () => plan)).rejects.toMatchObject({ code: 'CORRUPT_FILE' });
    expect(readdirSync(outside)).toEqual([]);
  });

  test('no store is NOT_INITIALIZED', async () => {
    const nowhere = openFilesStore({ root, dir: join(root, 'none'), clock, index: testedIndex() });
    await expect(nowhere.read((view) => liveIds(view))).rejects.toMatchObject({ code: 'NOT_INITIALIZED' });
  });

  test('initializing again changes nothing', () => {
    const before = tracked();
    expect(initializeFilesStore({ root, dir, gates: {} })).toEqual({ created: [], alreadyInitialized: true });
    expect(tracked()).toBe(before);
  });

  test('local/ may be deleted between commands', async () => {
    await store.transact(async () => ({ issues: [issueWith(5)], events: [], result: 0 }));
    rmSync(join(dir, 'local'), { recursive: true });
    await store.transact(async () => ({ issues: [issueWith(6)], events: [], result: 0 }));
    expect(await store.read((view) => liveIds(view))).toEqual([GOOD, idOf(5), idOf(6)]);
    expect(await store.inspect()).toEqual([]);
  });

  test('the journal does not grow without bound', async () => {
    for (let i = 0; i < 200; i += 1) {
      await store.transact(async () => ({
        issues: [issueWith(5, { title: `t${i}` })],
        events: [],
        result: 0,
      }));
    }
    const left = readdirSync(join(dir, 'local'), { recursive: true });
    expect(left.length).toBeLessThan(2 * 64 + 10);
    await store.sweep();
    expect(readdirSync(join(dir, 'local'), { recursive: true }).length).toBeLessThan(5);
  });

  test('a plan that changes nothing writes nothing', async () => {
    await store.transact(async () => ({ issues: [issueWith(1)], gates: GATES, events: [], result: 0 }));
    expect(readdirSync(join(dir, 'local', 'journal'), { recursive: true })).toHaveLength(1);
  });
});
