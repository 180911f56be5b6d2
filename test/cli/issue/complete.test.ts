import { describe, expect, test } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { create, document, expectFailure, expectNoChange } from '../../support/command-line.ts';
import { GATES } from '../../support/issues.ts';

const start = (env: Record<string, string> = { JIT_AGENT_ID: 'agent:tester' }) =>
  startCli({ content: { gates: GATES }, env });

describe('jit issue complete', () => {
  test.each([
    ['issue complete ID'],
    ['complete ID'],
    ['done ID'],
    ['close ID'],
    ['issue done ID'],
    ['issue close ID --comment=finished'],
    ['issue complete ID --by agent:tester'],
  ])('%s', async (line) => {
    const cli = start();
    const id = await create(cli, 'T');
    const said = await document(cli, line.replace('ID', id));
    expect(Object.keys(said)).toEqual([
      'schema_version',
      'kind',
      'completions',
      'count',
      'changed',
      'became_ready',
      'next',
      'no_next',
    ]);
    expect(said).toMatchObject({
      kind: 'completion',
      completions: [{ outcome: 'done', issue: { id, state: 'done', assignee: 'agent:tester' }, missing: [] }],
      count: 1,
      changed: true,
      next: null,
    });
    expect(said.completions[0].issue.completed_at).toBe('2026-01-02T03:04:05.000Z');
    if (line.includes('--comment'))
      expect(said.completions[0].issue.comments).toMatchObject([
        { body: 'finished', author: 'agent:tester' },
      ]);
  });

  test('from ready, without any identity, for the one it is assigned to', async () => {
    const cli = start({});
    const id = await create(cli, 'T', '--assignee', 'agent-coder');
    const said = await document(cli, `issue close ${id}`);
    expect(said.completions[0].issue).toMatchObject({ state: 'done', assignee: 'agent:agent-coder' });
  });

  test('says what became ready', async () => {
    const cli = start();
    const id = await create(cli, 'A');
    const next = await create(cli, 'B', '--needs', id);
    const other = await create(cli, 'C', '--needs', id, '--hold', 'later');
    const ran = await cli(`complete ${id}`);
    expect(ran.stdout).toBe(`${id.slice(-8)} done A\n${next.slice(-8)} is ready now: B\n`);
    await cli(`reopen ${id}`);
    const said = await document(cli, `done ${id}`);
    expect(said.became_ready).toEqual([
      expect.objectContaining({ id: next, state: 'ready', blocked_by_count: 0 }),
    ]);
    expect((await document(cli, `show ${other}`)).issue.state).toBe('backlog');
  });

  test('is gated while something is missing, and done by itself afterwards', async () => {
    const cli = start();
    const id = await create(cli, 'T', '--gate', 'tests,review');
    const waits = await create(cli, 'W', '--needs', id);
    const ran = await cli(`complete ${id}`);
    expect(ran).toMatchObject({ exit: 0, stderr: '' });
    expect(ran.stdout).toContain(`${id.slice(-8)} gated T\n`);
    expect(ran.stdout).toContain(`jit gate pass ${id.slice(-8)} review --by human:NAME`);
    const again = await document(cli, `complete ${id}`);
    expect(again).toMatchObject({
      changed: false,
      completions: [
        {
          outcome: 'gated',
          missing: [
            { type: 'gate', key: 'review' },
            { type: 'gate', key: 'tests' },
          ],
        },
      ],
    });
    await cli(`gate pass ${id} tests`);
    const human = startCli({ store: cli.store, env: {} });
    const passed = await document(human, `gate pass ${id} review --by human:lead`);
    expect(passed).toMatchObject({ issue: { state: 'done' }, changed: true, became_ready: [{ id: waits }] });
  });

  test('again changes nothing', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    await cli(`complete ${id}`);
    cli.clock.forward(1000);
    await expectNoChange(cli, `complete ${id}`);
    const gated = await create(cli, 'G', '--gate', 'tests');
    await cli(`complete ${gated}`);
    await expectNoChange(cli, `complete ${gated}`);
  });

  test('completes several, or none of them', async () => {
    const cli = start();
    const [a, b] = [await create(cli, 'A'), await create(cli, 'B')];
    const blocked = await create(cli, 'C', '--needs', `${a},${b}`);
    await expectFailure(cli, `complete ${b} ${blocked}`, {
      exit: 4,
      code: 'BLOCKED',
      message: /1 of 2 are refused/,
      reasons: [{ type: 'dependency', id: a }],
    });
    expect(await document(cli, `complete ${b} ${a}`)).toMatchObject({ count: 2, changed: true });
    await cli(`claim ${blocked} agent:x`);
    await expectFailure(cli, `complete ${blocked} --by agent:y`, {
      exit: 6,
      code: 'NOT_HOLDER',
      message: /agent:x/,
      hint: /--force/,
      reasons: [{ type: 'lease', holder: 'agent:x' }],
    });
    expect(await document(cli, `complete ${blocked} --by agent:y --force`)).toMatchObject({ changed: true });
  });

  test('--not-planned and --duplicate-of put it away', async () => {
    const cli = start();
    const [a, b, c] = [await create(cli, 'A'), await create(cli, 'B'), await create(cli, 'C')];
    const said = await document(cli, `close ${a} --not-planned --comment "no"`);
    expect(said).toMatchObject({
      kind: 'issue',
      changed: true,
      became_ready: [],
      issue: { state: 'archived', resolution: 'not-planned', completed_at: null },
    });
    expect(await document(cli, `close ${b} --duplicate-of ${c}`)).toMatchObject({
      issue: { resolution: 'duplicate', links: [{ type: 'duplicate-of', target: c }] },
    });
    await expectNoChange(cli, `close ${b} --duplicate-of ${c}`);
    const waits = await create(cli, 'D', '--needs', c);
    await expectFailure(cli, `close ${c} --not-planned`, {
      exit: 4,
      code: 'IN_USE',
      hint: /--detach/,
      reasons: [{ type: 'dependency', id: waits, title: 'D' }],
    });
    const detached = await document(cli, `close ${c} --not-planned --detach`);
    expect(detached.became_ready).toMatchObject([{ id: waits }]);
  });

  test.each<[readonly string[], RegExp]>([
    [[], /missing IDS/],
    [['ID', '--not-planned', '--duplicate-of', 'ID'], /exclude/],
    [['ID', '--not-planned', '--claim-next'], /--claim-next/],
    [['ID', '--detach'], /--detach needs/],
    [['ID', '--filter', 'label:x'], /--filter needs/],
    [['ID', '--duplicate-of', 'ID'], /itself/],
    [['ID', '--duplicate-of', ''], /empty/],
    [['ID', '--comment', ''], /empty/],
    [['ID', '--claim-next', '--filter', ''], /empty/],
  ])('refuses %j', async (words, message) => {
    const cli = start();
    const id = await create(cli, 'T');
    const line = words.map((word) => (word === 'ID' ? id : word));
    await expectFailure(cli, ['complete', ...line], { exit: 2, code: 'USAGE', message });
  });
});

describe('jit complete --claim-next', () => {
  test('finishes, and takes what that made ready, in one call', async () => {
    const cli = start();
    const a = await create(cli, 'A');
    const b = await create(cli, 'B', '--needs', a);
    await cli(`claim ${a}`);
    const said = await document(cli, `complete ${a} --claim-next`);
    expect(said).toMatchObject({
      completions: [{ outcome: 'done' }],
      became_ready: [],
      next: { outcome: 'claimed', issue: { id: b, state: 'in_progress' }, lease: { epoch: 1 } },
    });
    expect(Object.keys(said.next)).toEqual(['outcome', 'issue', 'lease', 'brief']);
    expect(said.next.brief.dependencies).toMatchObject([{ id: a, state: 'done' }]);
    const { stdout } = await cli(`complete ${b} --claim-next`);
    expect(stdout).toBe(`${b.slice(-8)} done B\nnothing next: no issue is open: all is done\n`);
  });

  test('with nothing next is a success', async () => {
    const cli = start();
    const id = await create(cli, 'A');
    const ran = await cli(`complete ${id} --claim-next --json`);
    expect(ran).toMatchObject({ exit: 0, json: { next: null, completions: [{ outcome: 'done' }] } });
  });

  test('takes only what the filter selects, and nothing when the completion is refused', async () => {
    const cli = start();
    const [a, b] = [await create(cli, 'A'), await create(cli, 'B', '-p', 'critical')];
    const c = await create(cli, 'C', '-l', 'x', '--needs', a);
    const said = await document(cli, ['complete', a, '--claim-next', '--filter', 'label:x']);
    expect(said.next.issue.id).toBe(c);
    await expectFailure(cli, `complete ${c} --claim-next --by agent:other`, { exit: 6, code: 'NOT_HOLDER' });
    expect((await document(cli, `show ${b}`)).issue.state).toBe('ready');
  });

  test('moves to gated, and goes on', async () => {
    const cli = start();
    const [a, b] = [await create(cli, 'A', '-g', 'tests'), await create(cli, 'B')];
    const said = await document(cli, `complete ${a} --claim-next --by agent:w`);
    expect(said).toMatchObject({
      completions: [{ outcome: 'gated' }],
      next: { issue: { id: b, assignee: 'agent:w' } },
    });
    const text = await cli(`complete ${b} --by agent:w --claim-next`);
    expect(text.stdout).toContain('done B');
  });
});
