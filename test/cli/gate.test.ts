import { describe, expect, test } from 'vitest';
import { type CliOptions, startCli } from '../support/cli.ts';
import { create, document, expectFailure, expectNoChange } from '../support/command-line.ts';
import { GATES } from '../support/issues.ts';

const start = (options: CliOptions = {}) => startCli({ content: { gates: GATES }, env: {}, ...options });

describe('jit gate define, list, show, undefine', () => {
  test('defines a gate once', async () => {
    const cli = start();
    const words = [
      'gate',
      'define',
      'docs',
      '--title',
      'Docs',
      '--desc',
      '- written',
      '--auto',
      '--stage',
      'precheck',
    ];
    const said = await document(cli, [...words, '--example', 'make docs']);
    expect(said).toEqual({
      schema_version: 1,
      kind: 'gate',
      gate: {
        key: 'docs',
        title: 'Docs',
        description: '- written',
        auto: true,
        stage: 'precheck',
        checker: null,
        example_integration: 'make docs',
      },
      changed: true,
    });
    await expectNoChange(cli, [...words, '--example', 'make docs']);
    await expectNoChange(cli, 'gate define docs --update');
    const { gate } = await document(cli, 'gate show docs');
    expect(gate).toEqual(said.gate);
    expect((await cli('gate show docs')).stdout).toBe(
      'docs  Docs\nstage: precheck\npassed by: auto\nexample: make docs\n\n- written\n',
    );
    expect((await document(cli, 'gate define plain')).gate).toMatchObject({
      title: 'plain',
      auto: false,
      stage: 'postcheck',
    });
  });

  test('changes a definition only on purpose, and only for a person', async () => {
    const cli = start();
    await expectFailure(cli, ['gate', 'define', 'tests', '--title', 'Other', '--auto'], {
      exit: 4,
      code: 'ALREADY_DEFINED',
      hint: /--update/,
      details: { gate: 'tests', differs: ['title'] },
    });
    const change = ['gate', 'define', 'tests', '--title', 'Other', '--update'];
    await expectFailure(cli, change, { exit: 4, code: 'HUMAN_REQUIRED', hint: /--by human:NAME/ });
    await expectFailure(cli, [...change, '--by', 'agent:a'], { exit: 4, code: 'HUMAN_REQUIRED' });
    const asAgent = start({ store: cli.store, env: { JIT_AGENT_ID: 'agent:a' } });
    await expectFailure(asAgent, [...change, '--by', 'human:ada'], {
      exit: 4,
      code: 'HUMAN_REQUIRED',
      message: /this process runs as an agent/,
    });
    const { gate } = await document(cli, [...change, '--by', 'human:ada']);
    expect(gate).toMatchObject({ title: 'Other', auto: true });
  });

  test('lists by key', async () => {
    const cli = start();
    const said = await document(cli, 'gate list');
    expect(said).toMatchObject({ kind: 'gate-list', count: 5 });
    expect(said.gates.map((gate: { key: string }) => gate.key)).toEqual([
      'lint',
      'plan',
      'review',
      'scan',
      'tests',
    ]);
    expect((await cli('gate ls')).stdout).toContain('plan  precheck  auto  Plan\n');
    const empty = startCli({ env: {} });
    expect(await empty('gate list')).toMatchObject({
      exit: 0,
      stdout: 'no gate is defined: jit gate define KEY\n',
    });
    expect(await document(empty, 'gate list')).toMatchObject({ gates: [], count: 0 });
  });

  test('removes a definition that no open issue requires', async () => {
    const cli = start();
    const id = await create(cli, 'T', '--gate', 'lint');
    await expectFailure(cli, 'gate undefine lint --by human:ada', {
      exit: 4,
      code: 'IN_USE',
      reasons: [{ type: 'dependency', id, title: 'T', resolve: `jit gate drop ${id.slice(-8)} lint` }],
    });
    await cli(`archive ${id}`);
    await expectFailure(cli, 'gate undefine lint', { exit: 4, code: 'HUMAN_REQUIRED' });
    expect(await document(cli, 'gate undefine lint --by human:ada')).toEqual({
      schema_version: 1,
      kind: 'gate-removed',
      key: 'lint',
    });
    await expectFailure(cli, 'gate undefine lint --by human:ada', { exit: 3, code: 'GATE_NOT_DEFINED' });
    expect((await cli('gate undefine plan --by human:ada')).stdout).toBe('removed the gate plan\n');
  });

  test.each<[readonly string[], number, string, RegExp]>([
    [['gate', 'define'], 2, 'USAGE', /missing KEY/],
    [['gate', 'define', ''], 2, 'USAGE', /empty/],
    [['gate', 'define', 'Not A Key'], 2, 'USAGE', /not a gate key/],
    [['gate', 'define', '../x'], 2, 'USAGE', /not a gate key/],
    [['gate', 'define', '__proto__'], 2, 'USAGE', /not a gate key/],
    [['gate', 'define', 'x', '--stage', 'mid'], 2, 'UNKNOWN_VALUE', /mid/],
    [['gate', 'show', 'tset'], 3, 'GATE_NOT_DEFINED', /tset/],
    [['gate', 'show', 'constructor'], 3, 'GATE_NOT_DEFINED', /constructor/],
    [['gate', 'undefine', 'toString', '--by', 'human:a'], 3, 'GATE_NOT_DEFINED', /toString/],
    [['gate', 'passs'], 2, 'USAGE', /unknown command/],
  ])('refuses %j', async (words, exit, code, message) => {
    await expectFailure(start(), words, { exit, code, message });
  });

  test('a key of another object’s is an ordinary key', async () => {
    const cli = start();
    expect(await document(cli, 'gate define constructor --auto')).toMatchObject({ changed: true });
    const id = await create(cli, 'T', '--gate', 'constructor');
    expect((await document(cli, `gate status ${id}`)).gates).toMatchObject([
      { key: 'constructor', status: 'pending' },
    ]);
    expect(await document(cli, `gate pass ${id} constructor`)).toMatchObject({ changed: true });
  });
});

describe('jit gate add, drop', () => {
  test('requires gates, once', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    const said = await document(cli, `gate add ${id} tests review`);
    expect(said).toMatchObject({
      kind: 'issue',
      changed: true,
      issue: { gates_required: ['review', 'tests'] },
    });
    await expectNoChange(cli, `gate add ${id} tests`);
    await expectFailure(cli, `gate add ${id} lint nope`, {
      exit: 3,
      code: 'GATE_NOT_DEFINED',
      hint: /review, scan, tests/,
    });
    await expectFailure(cli, `gate add ${id}`, { exit: 2, code: 'USAGE', message: /missing KEYS/ });
    await expectFailure(cli, ['gate', 'add', id, ''], { exit: 2, code: 'USAGE', message: /empty/ });
  });

  test('drops gates for a person only, and then what waited is done', async () => {
    const cli = start();
    const id = await create(cli, 'T', '--gate', 'tests,review');
    await expectFailure(cli, `gate drop ${id} tests --by agent:a`, { exit: 4, code: 'HUMAN_REQUIRED' });
    await expectFailure(cli, `gate drop ${id} lint --by human:a`, {
      exit: 3,
      code: 'GATE_NOT_REQUIRED',
      hint: /it requires: review, tests/,
    });
    await cli(`complete ${id}`);
    const said = await document(cli, `gate drop ${id} tests review --by human:lead`);
    expect(said).toMatchObject({ changed: true, issue: { state: 'done', gates_required: [] } });
    await expectFailure(cli, `gate add ${id} tests`, {
      exit: 4,
      code: 'INVALID_TRANSITION',
      reasons: [{ type: 'state', state: 'done', resolve: `jit issue reopen ${id.slice(-8)}` }],
    });
  });
});

describe('jit gate pass, fail', () => {
  test('records who, when and why', async () => {
    const cli = start();
    const id = await create(cli, 'T', '--gate', 'tests,review');
    const said = await document(cli, [
      'gate',
      'pass',
      id,
      'tests',
      '--by',
      'copilot-worker-1',
      '--reason',
      'run 7',
    ]);
    expect(said).toMatchObject({ kind: 'issue', changed: true });
    expect(said.issue.gates_status.tests).toEqual({
      status: 'passed',
      updated_by: 'agent:copilot-worker-1',
      updated_at: '2026-01-02T03:04:05.000Z',
      reason: 'run 7',
    });
    cli.clock.forward(60_000);
    await expectNoChange(cli, `gate pass ${id} tests`);
    await cli(['gate', 'fail', id, 'review', '--by', 'human:tech-lead', '--reason', 'no test']);
    const status = await document(cli, `gate status ${id}`);
    expect(status).toEqual({
      schema_version: 1,
      kind: 'gate-status',
      issue: expect.objectContaining({ id, state: 'ready' }),
      gates: [
        {
          key: 'review',
          title: 'Review',
          status: 'failed',
          auto: false,
          stage: 'postcheck',
          updated_by: 'human:tech-lead',
          updated_at: '2026-01-02T03:05:05.000Z',
          commit: null,
          run: null,
          reason: 'no test',
          override: false,
        },
        expect.objectContaining({ key: 'tests', status: 'passed', reason: 'run 7' }),
      ],
      count: 2,
    });
    expect((await cli(`gate status ${id}`)).stdout).toMatch(
      /^review +failed +Review \(manual\) +human:tech-lead, just now +no test$/m,
    );
  });

  test('a manual gate is for a person', async () => {
    const cli = start();
    const id = await create(cli, 'T', '--gate', 'review');
    await expectFailure(cli, `gate pass ${id} review`, {
      exit: 4,
      code: 'HUMAN_REQUIRED',
      hint: /--by human:NAME/,
    });
    await expectFailure(cli, `gate pass ${id} review --by agent:x`, { exit: 4, code: 'HUMAN_REQUIRED' });
    const asAgent = start({ store: cli.store, env: { JIT_AGENT_ID: 'agent:a' } });
    await expectFailure(asAgent, `gate pass ${id} review --by human:x`, {
      exit: 4,
      code: 'HUMAN_REQUIRED',
      message: /runs as an agent/,
    });
    const atTerminal = start({ store: cli.store, terminal: { interactive: true } });
    expect(await document(atTerminal, `gate pass ${id} review`)).toMatchObject({ changed: true });
  });

  test('a gate with a checker is passed by hand only on purpose', async () => {
    const cli = start();
    const id = await create(cli, 'T', '--gate', 'scan');
    await expectFailure(cli, `gate pass ${id} scan --by ci:x`, { exit: 4, code: 'HUMAN_REQUIRED' });
    await expectFailure(cli, `gate pass ${id} scan --by human:x`, {
      exit: 4,
      code: 'HUMAN_REQUIRED',
      hint: /--override --reason/,
    });
    const said = await document(cli, `gate pass ${id} scan --by human:x --override --reason broken`);
    expect(said.issue.gates_status.scan).toMatchObject({
      status: 'passed',
      override: true,
      reason: 'broken',
    });
    expect((await document(cli, `gate status ${id}`)).gates).toMatchObject([{ override: true }]);
  });

  test('the last gate makes finished work done; a failing one sends it back', async () => {
    const cli = start();
    const id = await create(cli, 'T', '--gate', 'tests,lint');
    await cli(`complete ${id} --by agent:w`);
    const failed = await document(cli, `gate fail ${id} lint --by ci:x`);
    expect(failed.issue).toMatchObject({ state: 'in_progress', assignee: 'agent:w' });
    expect((await document(cli, `claim ${id} agent:w`)).brief).toMatchObject({ rework: true });
    await cli(`complete ${id} --by agent:w`);
    const passed = await document(cli, `gate pass ${id} lint tests --by ci:x`);
    expect(passed.issue).toMatchObject({ state: 'done' });
    await expectNoChange(cli, `gate pass ${id} lint`);
    await expectFailure(cli, `gate fail ${id} lint`, { exit: 4, code: 'INVALID_TRANSITION' });
  });

  test.each<[readonly string[], number, string, RegExp]>([
    [['ID'], 2, 'USAGE', /missing KEYS/],
    [['ID', ''], 2, 'USAGE', /empty/],
    [['ID', 'nope'], 3, 'GATE_NOT_DEFINED', /nope/],
    [['ID', 'lint'], 3, 'GATE_NOT_REQUIRED', /does not require: lint/],
    [['ID', 'tests', 'lint'], 3, 'GATE_NOT_REQUIRED', /lint/],
    [['ID', '__proto__'], 3, 'GATE_NOT_DEFINED', /__proto__/],
    [['ZZZZZZZZ', 'tests'], 3, 'ISSUE_NOT_FOUND', /ZZZZZZZZ/],
    [['ID', 'tests', '--reason', 'x'.repeat(4001)], 2, 'LIMIT_EXCEEDED', /4001/],
    [['ID', 'tests', '--by', ''], 2, 'USAGE', /empty/],
  ])('refuses pass and fail %.50j', async (words, exit, code, message) => {
    const cli = start();
    const id = await create(cli, 'T', '--gate', 'tests');
    const line = words.map((word) => (word === 'ID' ? id : word));
    for (const verb of ['pass', 'fail'])
      await expectFailure(cli, ['gate', verb, ...line], { exit, code, message });
  });

  test('no gate is required', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    expect((await cli(`gate status ${id}`)).stdout).toBe('no gate is required\n');
    expect(await document(cli, `gate status ${id}`)).toMatchObject({ gates: [], count: 0 });
  });
});
