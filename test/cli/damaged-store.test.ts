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
import { startCli } from '../support/cli.ts';
import { type Doc, document, expectClean, expectFailure } from '../support/command-line.ts';
import { outside, startDamaged as start, validate } from '../support/damaged.ts';
import { snapshotTree } from '../support/tree-snapshot.ts';

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
    ['index.json', '{ nope', 'CORRUPT_FILE', '.jit/index.json line 1 is not JSON'],
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
