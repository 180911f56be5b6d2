import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { create, document, expectFailure } from '../../support/command-line.ts';
import { GATES } from '../../support/issues.ts';

const start = () => startCli({ content: { gates: GATES } });

describe('jit issue create', () => {
  test('prints the id alone, and the sentence for people to stderr on a terminal', async () => {
    const cli = start();
    const ran = await cli(['issue', 'create', 'Add a form']);
    expect(ran).toMatchObject({ exit: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}\n$/);
    const atTerminal = startCli({ terminal: { stderr: true } });
    const second = await atTerminal(['create', 'Add a form']);
    expect(second.stderr).toBe(`created ${second.stdout.trim().slice(-8)}, ready\n`);
  });

  test('answers with the whole issue, of which every field is there', async () => {
    const said = await document(start(), ['create', 'Add a form']);
    expect(Object.keys(said)).toEqual(['schema_version', 'kind', 'issue', 'changed', 'became_ready']);
    expect(said.issue).toEqual({
      id: expect.any(String),
      title: 'Add a form',
      description: '',
      state: 'ready',
      hold: null,
      priority: 'normal',
      assignee: null,
      claim_epoch: null,
      labels: [],
      milestone: null,
      dependencies: [],
      links: [],
      gates_required: [],
      gates_status: {},
      context: {},
      progress: null,
      comments: [],
      resolution: null,
      created_by: 'agent:tester',
      updated_at: '2026-01-02T03:04:05.000Z',
      completed_at: null,
      sync: {},
      ref: said.issue.id.slice(-8),
      blocked_by_count: 0,
    });
  });

  test.each([
    [
      [
        'issue',
        'create',
        '--title',
        'T',
        '--desc',
        'D',
        '--priority',
        'high',
        '--gate',
        'tests',
        '--gate',
        'review',
      ],
    ],
    [['issue', 'create', 'T', '--description', 'D', '--priority', 'p1', '--gate', 'tests,review']],
    [['new', '-t', 'T', '-d', 'D', '-p', 'HIGH', '-g', 'review', '-g', 'tests']],
    [['create', 'T', '--body', 'D', '-pP1', '--gate=review,tests']],
    [['issue', 'new', 'T', '-m', 'D', '--priority=High', '--gate', 'tests', '-g=review']],
  ])('%j', async (words) => {
    const { issue } = await document(start(), words);
    expect(issue).toMatchObject({
      title: 'T',
      description: 'D',
      priority: 'high',
      gates_required: ['review', 'tests'],
    });
  });

  test.each([
    [
      ['--label=a', '--label=b'],
      ['a', 'b'],
    ],
    [['--label=priority:high'], ['priority:high']],
    [
      ['-l', 'b,a', '--add-label', 'a'],
      ['a', 'b'],
    ],
  ])('labels %j', async (words, labels) => {
    const { issue } = await document(start(), ['issue', 'create', 'T', ...words]);
    expect(issue).toMatchObject({ labels, priority: 'normal' });
  });

  test('is born with its edges, its hold, its assignee and its data', async () => {
    const cli = start();
    const [a, b, epic] = [await create(cli, 'A'), await create(cli, 'B'), await create(cli, 'Epic')];
    const words = [
      '--needs',
      `${a},${b.slice(-8)}`,
      '--blocks',
      epic,
      '--parent',
      epic,
      '--discovered-from',
      a,
    ];
    const more = [
      '--hold',
      'after, the freeze',
      '--assignee',
      'ada',
      '--milestone',
      'v1',
      '--context',
      'pr=4,2',
    ];
    const { issue } = await document(cli, ['create', 'T', ...words, ...more]);
    expect(issue).toMatchObject({
      state: 'backlog',
      dependencies: [a, b],
      blocked_by_count: 2,
      hold: { reason: 'after, the freeze' },
      assignee: 'agent:ada',
      milestone: 'v1',
      context: { pr: '4,2' },
      links: [
        { type: 'discovered-from', target: a },
        { type: 'parent', target: epic },
      ],
    });
    const shown = await document(cli, `show ${epic}`);
    expect(shown.issue).toMatchObject({ state: 'backlog', dependencies: [issue.id], blocked_by_count: 1 });
    expect((await document(cli, ['create', 'T', '--depends-on', a])).issue.dependencies).toEqual([a]);
  });

  test('reads long text from a file and from stdin', async () => {
    const cli = startCli({ stdin: 'from\nstdin\n' });
    writeFileSync(join(cli.cwd, 'text.md'), '-# from a file\n');
    for (const words of [
      ['-d', '-'],
      ['--description-file', '-'],
      ['-F', '-'],
      ['--body-file', '-'],
    ]) {
      expect((await document(cli, ['create', 'T', ...words])).issue.description).toBe('from\nstdin\n');
    }
    const { issue } = await document(cli, 'create T --description-file text.md');
    expect(issue.description).toBe('-# from a file\n');
    await expectFailure(cli, 'create T -F nowhere.md', {
      exit: 3,
      code: 'FILE_NOT_FOUND',
      message: /nowhere\.md/,
    });
    await expectFailure(cli, 'create T -F text.md -d x', { exit: 2, code: 'USAGE' });
  });

  test('takes values that start with a dash', async () => {
    const cli = start();
    const { issue } = await document(cli, ['create', '--title', '-x', '-d', '-foo']);
    expect(issue).toMatchObject({ title: '-x', description: '-foo' });
    expect((await document(cli, ['create', '--', '--title'])).issue.title).toBe('--title');
    expect((await document(cli, ['create', '  around  '])).issue.title).toBe('around');
  });

  test.each<[readonly string[], string, RegExp]>([
    [[], 'USAGE', /title is missing/],
    [[''], 'USAGE', /empty/],
    [['  '], 'USAGE', /empty/],
    [['a', 'b'], 'USAGE', /unexpected argument "b"/],
    [['a', '--title', 'b'], 'USAGE', /given twice/],
    [['a\nb'], 'USAGE', /line break/],
    [['a\u001b[31mb'], 'USAGE', /control character/],
    [['a\u2028b'], 'USAGE', /line break/],
    [['x'.repeat(201)], 'LIMIT_EXCEEDED', /201 characters/],
    [['T', '-d', 'ä'.repeat(131_073)], 'LIMIT_EXCEEDED', /262146 bytes/],
    [['T', '--priority', 'hihg'], 'UNKNOWN_VALUE', /priority/],
    [['T', '--priority', ''], 'USAGE', /empty/],
    [['T', '--label', 'a|b'], 'USAGE', /label/],
    [['T', '--label', 'a,,b'], 'USAGE', /empty/],
    [['T', '--label', ''], 'USAGE', /empty/],
    [['T', '--milestone', 'x'.repeat(101)], 'USAGE', /milestone/],
    [['T', '--assignee', 'two words'], 'USAGE', /identity/],
    [['T', '--needs', ''], 'USAGE', /empty/],
    [['T', '--needs', 'abc'], 'USAGE', /too short/],
    [['T', '--context', 'noequals'], 'USAGE', /KEY=VALUE/],
    [['T', '--hold', 'x'.repeat(1001)], 'LIMIT_EXCEEDED', /1001/],
    [['T', '--constructor', 'x'], 'USAGE', /unknown option --constructor/],
    [['T', '--__proto__', 'x'], 'USAGE', /unknown option --__proto__/],
    [['T', '--by', 'no one'], 'USAGE', /identity/],
  ])('refuses %j', async (words, code, message) => {
    await expectFailure(start(), ['issue', 'create', ...words], { exit: 2, code, message });
  });

  test('refuses what it names and is not there, and an edge that closes a cycle', async () => {
    const cli = start();
    await expectFailure(cli, 'create T --gate nope', {
      exit: 3,
      code: 'GATE_NOT_DEFINED',
      message: /nope/,
      hint: /lint.*tests/,
      details: { gates: ['nope'] },
    });
    for (const option of ['needs', 'blocks', 'parent', 'discovered-from']) {
      await expectFailure(cli, `create T --${option} ZZZZZZZZ`, {
        exit: 3,
        code: 'ISSUE_NOT_FOUND',
        hint: /jit list/,
      });
    }
    const [a, b] = [await create(cli, 'A'), await create(cli, 'B')];
    await cli(`dep add ${a} ${b}`);
    const error = await expectFailure(cli, `create T --needs ${a} --blocks ${b}`, { exit: 4, code: 'CYCLE' });
    expect(error.details.cycle).toHaveLength(4);
    expect((await cli('list --json')).json).toMatchObject({ count: 2 });
  });
});
