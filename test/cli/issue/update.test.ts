import { describe, expect, test } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { create, document, expectFailure, expectNoChange } from '../../support/command-line.ts';
import { contentsOf } from '../../support/invariants.ts';
import { GATES } from '../../support/issues.ts';

const start = (env = {}) =>
  startCli({ content: { gates: GATES }, env: { JIT_AGENT_ID: 'agent:tester', ...env } });

describe('jit issue update', () => {
  test('changes fields, and says what the issue is now', async () => {
    const cli = start();
    const id = await create(cli, 'T', '--label', 'old', '--context', 'a=1');
    const words = [
      '--title',
      '-x',
      '-d',
      '- list',
      '-p',
      'p0',
      '--add-label',
      'b,a',
      '--remove-label',
      'old',
    ];
    const more = ['--milestone', 'v1', '--gate', 'tests', '--context', 'a=', '--context', 'b=2=3'];
    const said = await document(cli, ['issue', 'update', id, ...words, ...more]);
    expect(Object.keys(said)).toEqual(['schema_version', 'kind', 'issue', 'changed', 'became_ready']);
    expect(said).toMatchObject({ kind: 'issue', changed: true, became_ready: [] });
    expect(said.issue).toMatchObject({
      title: '-x',
      description: '- list',
      priority: 'critical',
      labels: ['a', 'b'],
      milestone: 'v1',
      gates_required: ['tests'],
      context: { b: '2=3' },
    });
    const { stdout } = await cli(['update', id, '--milestone', 'none', '--title', 'Y']);
    expect(stdout).toBe(`${id.slice(-8)} ready Y\n`);
    expect((await document(cli, `show ${id}`)).issue.milestone).toBe(null);
  });

  test.each([
    [['issue', 'edit', 'ID', '--state=in_progress', '--assignee=agent-coder'], 'in_progress'],
    [['edit', 'ID', '--status', 'in-progress', '-a', 'agent-coder'], 'in_progress'],
    [['update', 'ID', '-s', 'doing', '--assignee', 'agent:agent-coder'], 'in_progress'],
    [['issue', 'update', 'ID', '--state', 'done'], 'done'],
    [['update', 'ID', '--state', 'completed'], 'done'],
    [['update', 'ID', '--state', 'archived'], 'archived'],
  ])('%j', async (words, state) => {
    const cli = start({ JIT_AGENT_ID: 'agent:agent-coder' });
    const id = await create(cli, 'T');
    const { issue } = await document(
      cli,
      words.map((word) => (word === 'ID' ? id : word)),
    );
    expect(issue.state).toBe(state);
    if (state !== 'archived') expect(issue.assignee).toBe('agent:agent-coder');
  });

  test.each([[{}], [{ JIT_AGENT_ID: 'agent:lead' }]])(
    'claims for the one it assigns, in the environment %j',
    async (env) => {
      const cli = startCli({ env });
      const id = await create(cli, 'T');
      const { issue } = await document(cli, `issue edit ${id} --state=in_progress --assignee=agent-coder`);
      expect(issue).toMatchObject({ state: 'in_progress', assignee: 'agent:agent-coder' });
    },
  );

  test('runs the verb of each state, and there is a way back', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    const to = async (state: string) => (await document(cli, `update ${id} --state ${state}`)).issue.state;
    expect([await to('in_progress'), await to('ready'), await to('done'), await to('ready')]).toEqual([
      'in_progress',
      'ready',
      'done',
      'ready',
    ]);
    await cli(`gate add ${id} tests`);
    expect([await to('gated'), await to('archived'), await to('ready')]).toEqual([
      'gated',
      'archived',
      'ready',
    ]);
    const { events } = await contentsOf(cli.store as never);
    expect(events.map(({ event }) => event)).toEqual([
      'issue.created',
      'issue.claimed',
      'issue.released',
      'issue.claimed',
      'issue.completed',
      'issue.reopened',
      'gate.added',
      'issue.claimed',
      'issue.gated',
      'issue.archived',
      'issue.reopened',
    ]);
  });

  test('what is already so changes nothing', async () => {
    const cli = start();
    const id = await create(cli, 'T', '-d', 'D', '-p', 'high', '-l', 'a', '-g', 'tests', '--milestone', 'v');
    cli.clock.forward(5000);
    await expectNoChange(cli, `update ${id} -t T -d D -p high -l a -g tests --milestone v --remove-label b`);
    await expectNoChange(cli, `update ${id} --state ready`);
    await expectNoChange(cli, `update ${id} --assignee none --context x=`);
    await cli(`claim ${id}`);
    await expectNoChange(cli, `update ${id} --state in_progress`);
    await cli(`complete ${id}`);
    await expectNoChange(cli, `update ${id} --state gated`);
    await cli(`gate pass ${id} tests`);
    await expectNoChange(cli, `update ${id} --state done`);
    await cli(`archive ${id}`);
    await expectNoChange(cli, `update ${id} --state archived`);
  });

  test('changes several, or none of them', async () => {
    const cli = start();
    const [a, b] = [await create(cli, 'A'), await create(cli, 'B')];
    const said = await document(cli, `update ${a} ${b.slice(-8)} -p high`);
    expect(said).toMatchObject({
      kind: 'issue-list',
      count: 2,
      total: 2,
      truncated: false,
      changed: true,
      became_ready: [],
    });
    expect(said.issues.map((row: { title: string; priority: string }) => [row.title, row.priority])).toEqual([
      ['A', 'high'],
      ['B', 'high'],
    ]);
    expect((await cli(`update ${a} ${b} -p low`)).stdout).toBe(
      `${a.slice(-8)} ready A\n${b.slice(-8)} ready B\n`,
    );
    await expectNoChange(cli, `update ${a} ${b} -p low`);
    await expectFailure(cli, `update ${a} ZZZZZZZZ -p high`, { exit: 3, code: 'ISSUE_NOT_FOUND' });
    const needs = await create(cli, 'C', '--needs', a, '--gate', 'review');
    const error = await expectFailure(cli, `update ${b} ${needs} --state done`, {
      exit: 4,
      code: 'BLOCKED',
      reasons: [
        { type: 'dependency', id: a, title: 'A', state: 'ready' },
        { type: 'gate', key: 'review', status: 'pending', auto: false },
      ],
    });
    expect(error.message).toBe(
      `1 of 2 are refused, so nothing was done: ${needs.slice(-8)} "C" cannot be done yet`,
    );
  });

  test('done is strict: every reason at once, each with what resolves it', async () => {
    const cli = start();
    const need = await create(cli, 'Need');
    const id = await create(cli, 'T', '--needs', need, '--gate', 'tests,review,plan', '--hold', 'frozen');
    await expectFailure(cli, `update ${id} --state done`, {
      exit: 4,
      code: 'BLOCKED',
      hint: /jit issue complete/,
      reasons: [
        {
          type: 'dependency',
          id: need,
          title: 'Need',
          state: 'ready',
          resolve: `jit issue claim ${need.slice(-8)}`,
        },
        { type: 'hold', reason: 'frozen', until: null },
        { type: 'gate', key: 'plan' },
        { type: 'gate', key: 'review', resolve: `jit gate pass ${id.slice(-8)} review --by human:NAME` },
        { type: 'gate', key: 'tests', resolve: `jit gate pass ${id.slice(-8)} tests` },
      ],
    });
    const gated = await create(cli, 'G', '--gate', 'tests');
    await expectFailure(cli, `update ${gated} --state done`, {
      exit: 4,
      code: 'GATES_PENDING',
      reasons: [{ type: 'gate', key: 'tests', status: 'pending' }],
    });
  });

  test('refuses what only follows from something else', async () => {
    const cli = start();
    const need = await create(cli, 'Need');
    const id = await create(cli, 'T', '--needs', need);
    await expectFailure(cli, `update ${need} --state backlog`, {
      exit: 4,
      code: 'INVALID_TRANSITION',
      hint: /jit issue hold/,
    });
    await expectNoChange(cli, `update ${id} --state backlog`);
    await expectFailure(cli, `update ${id} --state ready`, {
      exit: 4,
      code: 'BLOCKED',
      reasons: [{ type: 'dependency', id: need }],
    });
    await expectFailure(cli, `update ${id} --state in_progress`, { exit: 4, code: 'BLOCKED' });
    await expectFailure(cli, `update ${need} --state archived`, {
      exit: 4,
      code: 'IN_USE',
      hint: /--detach/,
    });
    await expectFailure(cli, `update ${need} --state gated`, {
      exit: 4,
      code: 'INVALID_TRANSITION',
      hint: /complete/,
    });
    await expectFailure(cli, `dep add ${id} ${id}`, { exit: 4, code: 'CYCLE' });
  });

  test('keeps another holder’s work to the holder, unless forced', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    await cli(`claim ${id} agent:a`);
    const reasons = [{ type: 'lease', holder: 'agent:a' }];
    await expectFailure(cli, `update ${id} --state ready --by agent:b`, {
      exit: 6,
      code: 'NOT_HOLDER',
      reasons,
      hint: /--force/,
    });
    await expectFailure(cli, `update ${id} --state done --by agent:b`, {
      exit: 6,
      code: 'NOT_HOLDER',
      reasons,
    });
    await expectFailure(cli, `update ${id} --assignee agent:b --by agent:b`, {
      exit: 6,
      code: 'NOT_HOLDER',
      reasons,
    });
    await expectFailure(cli, `update ${id} --state in_progress --by agent:b`, {
      exit: 6,
      code: 'ALREADY_CLAIMED',
      reasons,
    });
    // Labels and priority are open to all.
    expect(await document(cli, `update ${id} -p high --by agent:b`)).toMatchObject({ changed: true });
    const { issue } = await document(cli, `update ${id} --assignee agent:b --by agent:b --force`);
    expect(issue).toMatchObject({ state: 'in_progress', assignee: 'agent:b' });
    const { events } = await document(cli, `events query --issue ${id} -n 1`);
    expect(events).toMatchObject([{ forced: true, by: 'agent:b' }]);
  });

  test.each<[readonly string[], string, RegExp | undefined]>([
    [[], 'USAGE', /--priority/],
    [['--force'], 'USAGE', /--priority/],
    [['--by', 'agent:x'], 'USAGE', /--priority/],
    [['--state', 'dnoe'], 'UNKNOWN_VALUE', /did you mean done\?/],
    [['--state', 'open'], 'UNKNOWN_VALUE', /valid: backlog/],
    [['--title', ''], 'USAGE', /unset/],
    [['--title', 'a\nb'], 'USAGE', /--description/],
    [['--label', '"'], 'USAGE', /label/],
    [['--assignee', ''], 'USAGE', /unset/],
    [['--assignee', 'a:b c'], 'USAGE', /identity|identifier/],
    [['--titel', 'x'], 'USAGE', /did you mean --title\?/],
    [['--priority', 'high', '--priority', 'low'], 'USAGE', /once/],
    [['--title', '--priority', 'high'], 'USAGE', /--title=--priority/],
  ])('refuses %j', async (words, code, hint) => {
    const cli = start();
    const id = await create(cli, 'T');
    await expectFailure(cli, ['issue', 'update', id, ...words], {
      exit: 2,
      code,
      ...(hint === undefined ? {} : { hint }),
    });
  });

  test('refuses a gate that nobody defined, and no id at all', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    await expectFailure(cli, `update ${id} -g nope`, { exit: 3, code: 'GATE_NOT_DEFINED' });
    await expectFailure(cli, 'update --priority high', { exit: 2, code: 'USAGE', message: /missing IDS/ });
    await expectFailure(cli, ['update', '', '--priority', 'high'], {
      exit: 2,
      code: 'USAGE',
      message: /empty/,
    });
  });

  test('context may hold any key', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    const { issue } = await document(cli, [
      'update',
      id,
      '--context',
      '__proto__=x',
      '--context',
      'constructor=y',
    ]);
    expect(Object.entries(issue.context)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    await expectNoChange(cli, ['update', id, '--context', '__proto__=x']);
  });
});
