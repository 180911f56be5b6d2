import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Cli, startCli, temporaryDirectory } from '../support/cli.ts';
import { create, type Doc, document, expectClean, expectFailure } from '../support/command-line.ts';
import { snapshotTree } from '../support/tree-snapshot.ts';

/** A store in files with a healthy issue, one that a test damages, and one that needs it. */
async function start() {
  const top = temporaryDirectory();
  const cwd = join(top, 'work');
  mkdirSync(cwd);
  writeFileSync(join(top, 'neighbour.txt'), 'not jit’s\n');
  const cli = startCli({ store: 'files', cwd });
  await cli('init');
  const bad = await create(cli, 'Bad');
  const good = await create(cli, 'Good', '--gate', 'review');
  const needs = await create(cli, 'Needs', '--needs', bad);
  const path = (name: string): string => join(cwd, '.jit', name);
  return { cli, top, cwd, bad, good, needs, path, file: path(`issues/${bad}.json`) };
}

const outside = (top: string) => snapshotTree(top, ['work/.jit']);

/** What `validate` says, whatever its exit code; nothing else may stand on stdout or stderr. */
async function validate(cli: Cli): Promise<Doc> {
  const ran = await cli('validate --json');
  expect(ran.stderr).toBe('');
  expectClean(ran);
  expectClean(await cli('validate'));
  return ran.json;
}

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

describe('a damaged log', () => {
  test('a torn last line: the rest is served, and the next event starts on a line of its own', async () => {
    const { cli, good, path } = await start();
    const log = path('events.jsonl');
    truncateSync(log, statSync(log).size - 20);
    expect((await validate(cli)).problems).toContainEqual(
      expect.objectContaining({
        severity: 'error',
        code: 'torn-line',
        file: '.jit/events.jsonl',
        path: 'line 3',
      }),
    );
    const read = await document(cli, 'events');
    expect(read).toMatchObject({ count: 2, warnings: [{ code: 'torn-line', path: 'line 3' }] });
    expect((await cli('events')).stderr).toContain('jit: warning: .jit/events.jsonl');
    await document(cli, `update ${good} -p high`);
    const after = await document(cli, 'events');
    expect(after.events.at(-1)).toMatchObject({ event: 'issue.updated', id: good });
    expect(after.count).toBe(3);
  });

  test('lines that are no events are named by their numbers', async () => {
    const { cli, path } = await start();
    appendFileSync(path('events.jsonl'), 'garbage\u001b[31m\n{"a":1}\n<<<<<<< HEAD\n\n[]\n');
    const said = await validate(cli);
    const lines = new Map(said.problems.map((problem: Doc) => [problem.path, problem.code]));
    expect(Object.fromEntries(lines)).toEqual({
      'line 4': 'invalid-json',
      'line 5': 'schema',
      'line 6': 'conflict-marker',
      'line 8': 'schema',
    });
    expect(await document(cli, 'events')).toMatchObject({ count: 3, warnings: expect.any(Array) });
    expect(await document(cli, 'list')).not.toHaveProperty('warnings');
  });

  test('a log that is missing loses history, and nothing else', async () => {
    const { cli, good, path } = await start();
    rmSync(path('events.jsonl'));
    expect((await validate(cli)).problems).toContainEqual(
      expect.objectContaining({ code: 'missing-file', file: '.jit/events.jsonl' }),
    );
    expect(await document(cli, 'events')).toMatchObject({ events: [] });
    await document(cli, `update ${good} -p high`);
    expect(await document(cli, 'events')).toMatchObject({ count: 1 });
  });
});

describe('the few files beside the issues', () => {
  test('gates.json lacks a gate in use: validate names the issue, and the gate can be defined again', async () => {
    const { cli, good, path } = await start();
    writeFileSync(path('gates.json'), '{}\n');
    expect((await validate(cli)).problems).toEqual([
      expect.objectContaining({
        severity: 'error',
        code: 'undefined-gate',
        file: `.jit/issues/${good}.json`,
        path: '/gates_required/0',
      }),
    ]);
    expect((await document(cli, `gate status ${good}`)).gates).toMatchObject([
      { key: 'review', auto: null, stage: null },
    ]);
    expect((await cli(`show ${good}`)).stdout).toContain('review  pending  not defined');
    expect((await document(cli, `complete ${good}`)).completions).toMatchObject([
      { outcome: 'gated', missing: [{ type: 'gate', key: 'review', resolve: 'jit gate define review' }] },
    ]);
    await expectFailure(cli, `gate pass ${good} review --by human:x`, {
      exit: 3,
      code: 'GATE_NOT_DEFINED',
      message: /review/,
    });
    await cli('gate define review');
    const human = startCli({ store: 'files', cwd: cli.cwd, env: {} });
    expect(await document(human, `gate pass ${good} review --by human:x`)).toMatchObject({
      issue: { state: 'done' },
    });
    expect(await validate(cli)).toMatchObject({ valid: true, problems: [] });
  });

  test.each<[string, string, (path: string) => void]>([
    ['unparsable', 'is not JSON', (path) => writeFileSync(path, '{ nope')],
    [
      'conflict-marked',
      'holds the markers of a merge conflict',
      (path) => writeFileSync(path, '{\n<<<<<<< HEAD\n=======\n>>>>>>> x\n}\n'),
    ],
    [
      'with a key twice',
      'is there twice',
      (path) => writeFileSync(path, '{"a": {"key":"a","title":"A","description":"","auto":true}, "a": 1}'),
    ],
    ['missing', 'is missing', (path) => rmSync(path)],
    [
      'a link',
      'is a symbolic link',
      (path) => {
        rmSync(path);
        symlinkSync('/nowhere', path);
      },
    ],
  ])('gates.json is %s: it is named, the graph and the lists are served', async (_, message, damage) => {
    const { cli, good, needs, path } = await start();
    damage(path('gates.json'));
    const said = await validate(cli);
    expect(said.problems).toContainEqual(
      expect.objectContaining({ severity: 'error', file: '.jit/gates.json' }),
    );
    for (const line of [
      'list',
      'graph show',
      `graph show ${needs}`,
      `dep list ${needs}`,
      'events',
      'export -f dot',
      'graph roots',
    ])
      expect((await document(cli, line)).kind, line).toBeTypeOf('string');
    for (const line of [
      'gate list',
      `gate status ${good}`,
      'claim-next',
      `complete ${good}`,
      `update ${good} -g review`,
    ]) {
      const error = await expectFailure(cli, line, {
        exit: 7,
        code: 'CORRUPT_FILE',
        message: new RegExp(message),
      });
      expect(error).toMatchObject({ details: { file: '.jit/gates.json' } });
    }
  });

  test('gates.json defines a gate under another name', async () => {
    const { cli, path } = await start();
    const gates = JSON.parse(readFileSync(path('gates.json'), 'utf8'));
    gates.review.key = 'other';
    writeFileSync(path('gates.json'), `${JSON.stringify(gates, null, 2)}\n`);
    expect((await validate(cli)).problems).toContainEqual(
      expect.objectContaining({
        severity: 'error',
        code: 'wrong-key',
        file: '.jit/gates.json',
        path: '/review/key',
      }),
    );
  });

  test('what a definition says never reaches a terminal raw', async () => {
    const { cli, good, path } = await start();
    const text = '\u001b[31m\u001b]0;x\u0007\u202e\u0085';
    const gates = {
      review: { key: 'review', title: text, description: text, auto: true, checker: { command: text } },
    };
    writeFileSync(path('gates.json'), JSON.stringify(gates));
    for (const line of [
      'gate list',
      'gate show review',
      `gate status ${good}`,
      `show ${good}`,
      `claim ${good}`,
      'blocked',
    ]) {
      expectClean(await cli(line));
      expectClean(await cli(`${line} --json`));
    }
  });

  test.each<[string, string, string, string]>([
    ['index.json', '{ nope', 'CORRUPT_FILE', '.jit/index.json is not JSON'],
    ['index.json', '{"schema_version":2}', 'SCHEMA_TOO_NEW', 'newer jit'],
    ['index.json', '{"schema_version":"\\u001b[31m"}', 'CORRUPT_FILE', '.jit/index.json'],
  ])('%s holding %s: nothing is touched', async (name, text, code, message) => {
    const { cli, top, good, path } = await start();
    writeFileSync(path(name), text);
    const before = snapshotTree(top);
    for (const line of ['list', 'validate', `update ${good} -p high`, 'create T', 'gc', 'init'])
      await expectFailure(cli, line, { exit: 7, code, message: new RegExp(message) });
    expect(snapshotTree(top)).toEqual(before);
  });

  test('config.json that cannot be read stops who writes, not who reads', async () => {
    const { cli, good, path } = await start();
    writeFileSync(path('config.json'), '{ nope');
    expect((await validate(cli)).problems).toEqual([
      expect.objectContaining({ file: '.jit/config.json', path: 'line 1' }),
    ]);
    for (const line of ['list', `show ${good}`, 'graph show', 'status'])
      expect((await cli(line)).exit, line).toBe(0);
    for (const line of [`update ${good} -p high`, 'config show'])
      await expectFailure(cli, line, { exit: 7, code: 'CORRUPT_FILE', message: /config\.json/ });
  });

  test('a directory of issues that is a link is not followed', async () => {
    const { cli, top, cwd, path } = await start();
    rmSync(path('issues'), { recursive: true });
    mkdirSync(join(cwd, 'elsewhere'));
    symlinkSync('../elsewhere', path('issues'));
    const before = outside(top);
    for (const line of ['list', 'create T', 'validate --fix --yes', 'gc', 'init'])
      await expectFailure(cli, line, { exit: 7, code: 'CORRUPT_FILE', message: /\.jit\/issues/ });
    expect(outside(top)).toEqual(before);
  });
});
