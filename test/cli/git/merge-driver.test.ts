import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatIssue, formatTombstone } from '../../../src/domain/canonical-json.ts';
import { LIMITS } from '../../../src/domain/issue.ts';
import { startCli } from '../../support/cli.ts';
import { BEFORE, idOf, issueWith, NOW } from '../../support/issues.ts';

const PATH = `.jit/issues/${idOf(1)}.json`;

/** The driver with these three versions, in a directory that is no store and no repository. */
async function drive(
  [base, ours, theirs]: readonly [string | Buffer, string | Buffer, string | Buffer],
  { path = PATH, size = 7, json = false } = {},
) {
  const cli = startCli({ store: 'files', env: {} });
  writeFileSync(join(cli.cwd, '.merge_file_a'), base);
  writeFileSync(join(cli.cwd, '.merge_file_b'), ours);
  writeFileSync(join(cli.cwd, '.merge_file_c'), theirs);
  const words = ['git', 'merge-driver', '.merge_file_a', '.merge_file_b', '.merge_file_c', `${size}`, path];
  const ran = await cli(json ? [...words, '--json'] : words);
  expect(readdirSync(cli.cwd).sort()).toEqual(['.merge_file_a', '.merge_file_b', '.merge_file_c']);
  const { exit, stdout, stderr } = ran;
  const result = readFileSync(join(cli.cwd, '.merge_file_b'), 'utf8');
  return { exit, stdout, stderr, result, document: json ? ran.json : null };
}

const at = (day: number): string => `2026-01-0${day}T00:00:00.000Z`;
const issue = (fields: Parameters<typeof issueWith>[1] = {}, number = 1): string =>
  formatIssue(issueWith(number, fields));
const tombstone = formatTombstone({ id: idOf(1), title: 'issue 1', deleted_by: 'human:a', deleted_at: NOW });

describe('jit git merge-driver', () => {
  test('puts the result in place of our version, and says nothing where nothing was decided', async () => {
    const both = await drive([
      issue(),
      issue({ labels: ['a'], updated_at: at(2) }),
      issue({ labels: ['b'], updated_at: at(3) }),
    ]);
    expect(both).toMatchObject({ exit: 0, stdout: '', stderr: '' });
    expect(both.result).toBe(issue({ labels: ['a', 'b'], updated_at: at(3) }));
  });

  test('says in one line what the rules decided', async () => {
    const { exit, stderr, stdout } = await drive([
      issue(),
      issue({ title: 'ours\u202e', priority: 'high', updated_at: at(2) }),
      issue({ title: 'theirs', priority: 'low', updated_at: at(3) }),
    ]);
    expect([exit, stdout]).toEqual([0, '']);
    expect(stderr).toBe(
      `jit: ${idOf(1).slice(-8)}: title theirs, not ours\\u{202e} (both changed these lines; what was not taken is in a comment); priority low, not high (changed on both sides)\n`,
    );
  });

  test('answers with a document', async () => {
    const versions = [issue(), issue({ priority: 'high' }), issue({ priority: 'low' })] as const;
    const { document } = await drive(versions, { json: true });
    expect(document).toMatchObject({
      kind: 'merge-driver',
      path: PATH,
      merged: true,
      decided: [{ field: 'priority', rule: 'later' }],
      problem: null,
    });
    const refused = await drive(['', '{', issue()], { json: true });
    expect(refused.document).toMatchObject({ merged: false, problem: { code: 'CORRUPT_FILE' } });
  });

  test('says nothing of a merge of merge bases, which git tells by a longer marker', async () => {
    const versions = [issue(), issue({ priority: 'high' }), issue({ priority: 'low' })] as const;
    const spoken = async (size: number) => (await drive(versions, { size })).stderr !== '';
    expect([await spoken(7), await spoken(8), await spoken(9), await spoken(11)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    const { exit, stderr, result } = await drive(['', '{', issue()], { size: 9 });
    expect([exit, stderr, result.startsWith('<'.repeat(9))]).toEqual([1, '', true]);
  });

  test('takes an empty base for none: the file was added on both sides', async () => {
    const { exit, result } = await drive(['', issue({ labels: ['a'] }), issue({ labels: ['b'] })]);
    expect([exit, result]).toEqual([0, issue({ labels: ['a', 'b'] })]);
  });

  test.each([
    PATH,
    `tools/my store/.jit/issues/${idOf(1)}.json`,
    `elsewhere/issues/${idOf(1)}.json`,
    `issues/${idOf(1)}.json`,
  ])('knows the file by the end of its path: %s', async (path) => {
    const { exit, result } = await drive([issue(), issue({ labels: ['a'] }), issue({ milestone: 'm' })], {
      path,
    });
    expect([exit, result]).toEqual([0, issue({ labels: ['a'], milestone: 'm' })]);
  });

  test('a deletion against an edit stays an edit', async () => {
    const { exit, result, stderr } = await drive([issue(), tombstone, issue({ milestone: 'm' })]);
    expect([exit, result]).toEqual([0, issue({ milestone: 'm' })]);
    expect(stderr).toContain('deleted on one side, changed on the other: it stays');
  });

  test('merges the other files of the store', async () => {
    const gate = (title: string) => ({ key: 'g', title, description: '', auto: true });
    const gates = (...list: object[]): string =>
      `${JSON.stringify(Object.fromEntries(list.map((one, i) => [`g${i}`, one])), null, 2)}\n`;
    const path = 'x/.jit/gates.json';
    const merged = await drive(
      [gates(gate('a')), gates(gate('b')), gates(gate('a'), { ...gate('c'), key: 'g1' })],
      { path },
    );
    expect([merged.exit, JSON.parse(merged.result).g0.title, merged.stderr]).toEqual([0, 'b', '']);
    const index = await drive(['', '{"schema_version":1}', '{"schema_version":1}\n'], {
      path: '.jit/index.json',
    });
    expect([index.exit, index.result]).toEqual([0, '{\n  "schema_version": 1\n}\n']);
  });

  test('a log: a line each, whatever is in it', async () => {
    const { exit, result } = await drive(['{}\n', '{}\ntorn {', '{}\n\u00fc\n'], {
      path: '.jit/events.jsonl',
    });
    expect([exit, [...result.split('\n')].sort()]).toEqual([0, ['', 'torn {', '{}', '\u00fc']]);
  });
});

describe('what cannot be merged', () => {
  const markers = (text: string, size = 7): readonly string[] =>
    text.split('\n').flatMap((line) => {
      const found = /^([<=>])\1+/.exec(line)?.[0];
      return found?.length === size ? [line] : [];
    });

  test.each([
    ['is not JSON', 'not json\n'],
    ['line 10 is not JSON', issue().slice(0, 200)],
    ['holds the markers of a merge conflict', `<<<<<<< ours\n${issue()}=======\n{}\n>>>>>>> theirs\n`],
    ['is not UTF-8', Buffer.from([0x7b, 0xff, 0xfe])],
    ['is larger than', Buffer.alloc(LIMITS.issueFileBytes + 1, 0x20)],
    ["required property 'title'", '{"id":"x"}\n'],
  ])('%s: our version holds both, and markers', async (why, broken) => {
    const edited = issue({ title: 'other', updated_at: at(2) });
    for (const [side, versions] of [
      ['our side', [issue(), broken, edited]],
      ['their side', [issue(), edited, broken]],
    ] as const) {
      const { exit, stderr, stdout, result } = await drive(versions);
      expect([exit, stdout]).toEqual([1, '']);
      expect(stderr.split('\n')).toHaveLength(2);
      expect(stderr).toContain(`${PATH} could not be merged: issues/${idOf(1)}.json`);
      expect(stderr).toContain(side);
      expect(stderr).toContain(why);
      expect(stderr).toContain('jit merge --resolve goes on');
      expect(markers(result).length).toBeGreaterThanOrEqual(3);
      expect(result).toContain('"title": "other"');
    }
  });

  test('two issues under one name: both whole, also where git would see no conflict', async () => {
    const other = issue({ title: 'another' }, 2);
    const { exit, stderr, result } = await drive([issue({}, 2), issue(), other], { size: 8 });
    expect([exit, markers(result, 8)]).toEqual([
      1,
      [`${'<'.repeat(8)} ours: issue ${idOf(1)}`, '='.repeat(8), `${'>'.repeat(8)} theirs: issue ${idOf(2)}`],
    ]);
    expect(result).toContain(issue());
    expect(result).toContain(other);
    expect(stderr).toContain(`two issues cannot be merged into one: ${idOf(1)} and ${idOf(2)}`);
  });

  test('what would be too large', async () => {
    const long = (prefix: string) =>
      Array.from({ length: 3 }, (_, i) => ({
        id: idOf(100 + i + (prefix === 'a' ? 0 : 10)),
        author: 'human:a',
        at: BEFORE,
        body: prefix.repeat(200_000),
      }));
    const { exit, stderr, result } = await drive([
      issue(),
      issue({ comments: long('a') }),
      issue({ comments: long('b') }),
    ]);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/would have \d+ bytes with what both sides have; jit reads 1048576/);
    expect(markers(result).length).toBeGreaterThanOrEqual(3);
    expect([result.includes('a'.repeat(200_000)), result.includes('b'.repeat(200_000))]).toEqual([
      true,
      true,
    ]);
  });

  test('a base that cannot be read is none', async () => {
    const { exit, result } = await drive([
      '<<<<<<<<< x\n',
      issue({ labels: ['a'] }),
      issue({ labels: ['b'] }),
    ]);
    expect([exit, result]).toEqual([0, issue({ labels: ['a', 'b'] })]);
  });

  test('a file that is none of the store’s is merged as any text', async () => {
    const path = 'docs/readme.md';
    const clean = await drive(['1\n2\n3\n4\n', '0\n2\n3\n4\n', '1\n2\n3\n5\n'], { path });
    expect(clean).toMatchObject({ exit: 0, stderr: '', result: '0\n2\n3\n5\n' });
    const conflict = await drive(['1\n', '2\n', '3\n'], { path, size: 8 });
    expect(conflict.exit).toBe(1);
    expect(conflict.result).toBe(`${'<'.repeat(8)} ours\n2\n${'='.repeat(8)}\n3\n${'>'.repeat(8)} theirs\n`);
    expect(conflict.stderr).toContain('is no file of a store');
  });

  test('our version stays as it is where the result cannot be written, or a version is not there', async () => {
    const cli = startCli({ store: 'files', env: {} });
    writeFileSync(join(cli.cwd, 'ours'), issue());
    const gone = await cli(`git merge-driver base ours theirs 7 ${PATH} --json`);
    expect(gone.json).toMatchObject({ kind: 'error', error: { code: 'FILE_NOT_FOUND' } });
    expect(gone.exit).not.toBe(0);
    mkdirSync(join(cli.cwd, 'base'));
    writeFileSync(join(cli.cwd, 'theirs'), issue());
    const directory = await cli(`git merge-driver base ours theirs 7 ${PATH} --json`);
    expect(directory.json).toMatchObject({ error: { code: 'IO' } });
    expect(readFileSync(join(cli.cwd, 'ours'), 'utf8')).toBe(issue());
  });
});
