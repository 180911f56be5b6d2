import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Doc, document, expectClean, expectFailure } from '../support/command-line.ts';
import { outside, startDamaged as start, validate } from '../support/damaged.ts';
import { snapshotTree } from '../support/tree-snapshot.ts';

/** Every line that only reads: it must serve the rest, say what is wrong, and write nothing. */
const READS = [
  'list',
  'list --all --full',
  'ready',
  'status',
  'graph show',
  'blocked',
  'prime',
  'gate list',
  'events',
  'export -f csv',
  'export -f mermaid',
  'graph roots',
  'graph critical-path',
  'mine',
];

describe('a damaged issue file', () => {
  test.each<[string, string, string | null, (text: string) => string | Buffer]>([
    ['unparsable', 'invalid-json', 'line 1', () => '{ nope'],
    ['empty', 'truncated', null, () => ''],
    ['truncated', 'truncated', null, (text) => text.slice(0, text.length / 2)],
    [
      'with a key twice',
      'duplicate-key',
      '/title',
      (text) => text.replace('"title"', '"title": "x",\n  "title"'),
    ],
    [
      'with conflict markers',
      'conflict-marker',
      'line 3',
      (text) =>
        text.replace(
          '  "title"',
          '<<<<<<< HEAD\n  "title": "a",\n=======\n  "title": "b",\n>>>>>>> x\n  "title"',
        ),
    ],
    ['of another name', 'wrong-name', '/id', (text) => text.replace('"id": "01KDY', '"id": "01KDZ')],
    ['not an object', 'schema', null, () => '[]\n'],
    ['null', 'schema', null, () => 'null\n'],
    ['not UTF-8', 'invalid-utf8', null, (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff])])],
    ['with half a character', 'lone-surrogate', null, (text) => text.replace('"Bad"', '"\\ud800"')],
    [
      'with a title that a terminal obeys',
      'schema',
      '/title',
      (text) => text.replace('"Bad"', '"\\u001b[31mBad\\u001b]0;x\\u0007"'),
    ],
    [
      'with a raw control character',
      'invalid-json',
      'line 3',
      (text) => text.replace('"Bad"', '"\u001b[31mBad"'),
    ],
    ['too deep', 'too-deep', null, () => '['.repeat(100_000)],
    ['too large', 'too-large', null, (text) => text.replace('"Bad"', `"${'x'.repeat(1_100_000)}"`)],
    [
      'with a state that nobody knows',
      'schema',
      '/state',
      (text) => text.replace('"ready"', '"\\u001b[2Jdone"'),
    ],
    [
      'with a number that cannot be kept',
      'inexact-number',
      '/sync/x/base',
      (text) => text.replace('"sync": {}', '"sync": {"x": {"base": 12345678901234567890}}'),
    ],
  ])('%s: is named, and the rest is served', async (_, code, place, damage) => {
    const { cli, top, cwd, bad, good, needs, file } = await start();
    writeFileSync(file, damage(readFileSync(file, 'utf8')));
    const name = `.jit/issues/${bad}.json`;
    const before = snapshotTree(top, ['work/.jit/local']);

    const said = await validate(cli);
    expect(said.valid).toBe(false);
    expect(said.problems).toContainEqual(
      expect.objectContaining({ severity: 'error', code, file: name, path: place, id: bad }),
    );
    expect(said).not.toHaveProperty('warnings');

    const whole = snapshotTree(top);
    for (const line of READS) {
      const read = await document(cli, line);
      const reads = !['gate list', 'events'].includes(line);
      if (reads) expect(read.warnings, line).toContainEqual(expect.objectContaining({ code, file: name }));
      const text = await cli(line);
      expect(text.exit, line).toBe(0);
      expectClean(text);
      if (reads) expect(text.stderr, line).toContain(`jit: warning: ${name}`);
    }
    expect((await document(cli, 'list')).issues.map((row: Doc) => row.id)).toEqual([good, needs]);
    for (const line of [`show ${needs}`, `why ${needs}`, `dep list ${needs}`, `graph show ${needs}`]) {
      expect((await document(cli, line)).warnings, line).toHaveLength(1);
    }
    expect((await document(cli, `show ${needs}`)).issue.blocked_by).toMatchObject([
      { id: bad, state: 'missing' },
    ]);

    expect(snapshotTree(top), 'reading wrote something').toEqual(whole);

    // What would need the file itself is refused, also by its abbreviation.
    const refused = {
      exit: 7,
      code: 'CORRUPT_FILE',
      message: new RegExp(name.replaceAll('.', '\\.')),
      hint: /git/,
    };
    for (const line of [
      `show ${bad}`,
      `claim ${bad}`,
      `update ${bad} -p high`,
      `delete ${bad} --yes`,
      `dep add ${good} ${bad}`,
      `gate add ${bad} review`,
      `complete ${bad}`,
      `archive ${bad}`,
    ])
      await expectFailure(cli, line, refused);
    expect(snapshotTree(top, ['work/.jit/local'])).toEqual(before);

    // The others can be worked on, and the damaged file stays as it is.
    expect(await document(cli, `update ${good} -p high`)).toMatchObject({ changed: true });
    expect(await document(cli, 'claim-next')).toMatchObject({ issue: { id: good } });
    expect((await cli(`claim ${needs}`)).exit).toBe(4);
    await cli('validate --fix --yes');
    expect(snapshotTree(cwd)[`.jit/issues/${bad}.json`]).toBe(before[`work/.jit/issues/${bad}.json`]);
  });

  test.each<[string, string, (text: string) => string]>([
    ['a byte order mark', 'byte-order-mark', (text) => `\ufeff${text}`],
    ['CRLF', 'crlf', (text) => text.replaceAll('\n', '\r\n')],
    [
      'labels that are not sorted',
      'not-sorted',
      (text) => text.replace('"labels": []', '"labels": ["b", "a"]'),
    ],
    ['a label twice', 'duplicate-element', (text) => text.replace('"labels": []', '"labels": ["a", "a"]')],
    ['no newline at its end', 'not-canonical', (text) => text.trimEnd()],
    ['other spacing', 'not-canonical', (text) => JSON.stringify(JSON.parse(text))],
  ])('with %s is served, and --fix mends it', async (_, code, damage) => {
    const { cli, bad, file } = await start();
    writeFileSync(file, damage(readFileSync(file, 'utf8')));
    expect(await document(cli, `show ${bad}`)).not.toHaveProperty('warnings');
    const said = await validate(cli);
    expect(said).toMatchObject({ valid: true });
    const named = expect.objectContaining({
      severity: 'warning',
      code,
      file: `.jit/issues/${bad}.json`,
      fix: expect.any(String),
    });
    expect(said.problems).toContainEqual(named);
    const damaged = readFileSync(file);
    expect((await document(cli, 'validate --fix')).fixed).toContainEqual(named);
    expect(readFileSync(file)).toEqual(damaged);
    expect((await document(cli, 'validate --fix --yes')).fixed).toContainEqual(named);
    expect((await validate(cli)).problems.filter((problem: Doc) => problem.fix !== null)).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe(
      `${JSON.stringify(JSON.parse(readFileSync(file, 'utf8')), null, 2)}\n`,
    );
  });

  test.each<[string, string, (file: string) => void]>([
    ['a directory', 'directory', (file) => mkdirSync(file)],
    ['a link out of the store', 'symlink', (file) => symlinkSync('../../../neighbour.txt', file)],
    ['a link to nothing', 'symlink', (file) => symlinkSync('/nowhere', file)],
  ])('that is %s is named, and never followed', async (_, code, replace) => {
    const { cli, top, bad, good, file } = await start();
    rmSync(file);
    replace(file);
    const before = outside(top);
    expect((await validate(cli)).problems).toContainEqual(
      expect.objectContaining({ code, file: `.jit/issues/${bad}.json` }),
    );
    expect((await document(cli, 'list')).warnings).toMatchObject([{ code }]);
    await expectFailure(cli, `update ${bad} -p high`, { exit: 7, code: 'CORRUPT_FILE' });
    expect(await document(cli, `update ${good} -p high`)).toMatchObject({ changed: true });
    await cli('validate --fix --yes');
    await cli('gc --older-than 0');
    expect(outside(top)).toEqual(before);
  });

  test('what is not named after an issue is named, and left alone', async () => {
    const { cli, path } = await start();
    const names = [
      'notes.txt',
      'x\u001b[31m.json',
      '01kdy000000000000000000001.json',
      '__proto__.json',
      '01KDY000000000000000000001.json.orig',
    ];
    for (const name of names) writeFileSync(path(`issues/${name}`), '{}');
    const said = await validate(cli);
    expect(said).toMatchObject({ valid: true, counts: { issues: 3, warnings: names.length } });
    expect(said.problems.map(({ file }: Doc) => file).sort()).toEqual(
      names.map((name) => `.jit/issues/${name}`).sort(),
    );
    expect((await cli('validate')).stdout).toContain('.jit/issues/x\\x1b[31m.json: ');
    expect(await document(cli, 'list')).not.toHaveProperty('warnings');
    await cli('validate --fix --yes');
    for (const name of names) expect(readFileSync(path(`issues/${name}`), 'utf8')).toBe('{}');
  });
});
