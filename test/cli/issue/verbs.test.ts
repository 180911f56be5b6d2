import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { create, document, expectFailure, expectNoChange } from '../../support/command-line.ts';
import { GATES } from '../../support/issues.ts';

const start = (env: Record<string, string> = { JIT_AGENT_ID: 'agent:tester' }) =>
  startCli({ content: { gates: GATES }, env });

describe('jit issue comment', () => {
  test.each([
    ['issue comment ID', ['two words, and -- more'], 'two words, and -- more'],
    ['comment ID', ['--body', '-x'], '-x'],
    ['comment', ['-m', 'text', 'ID'], 'text'],
    ['comment ID', ['-'], 'from stdin\n'],
    ['comment ID', ['--body', '-'], 'from stdin\n'],
    ['comment ID', ['--body-file', '-'], 'from stdin\n'],
    ['comment ID', ['-F', 'note.md'], 'from a file'],
  ])('%s %j', async (call, words, body) => {
    const cli = startCli({ stdin: 'from stdin\n' });
    writeFileSync(join(cli.cwd, 'note.md'), 'from a file');
    const id = await create(cli, 'T');
    const line = [...call.split(' '), ...words].map((word) => (word === 'ID' ? id : word));
    const { issue, changed } = await document(cli, line);
    expect(changed).toBe(true);
    expect(issue.comments).toEqual([
      { id: expect.any(String), author: 'agent:tester', at: '2026-01-02T03:04:05.000Z', body },
    ]);
  });

  test('is open to everybody, in any state', async () => {
    const cli = start({});
    const id = await create(cli, 'T');
    await cli(`claim ${id} agent:a`);
    const { issue } = await document(cli, ['comment', id, 'hello', '--by', 'human:ada']);
    expect(issue).toMatchObject({ state: 'in_progress', comments: [{ author: 'human:ada' }] });
    await cli(`archive ${id} --by agent:a`);
    expect((await document(cli, ['comment', id, 'more'])).issue.comments).toHaveLength(2);
  });

  test.each<[readonly string[], number, string, RegExp]>([
    [['ID'], 2, 'USAGE', /missing/],
    [['ID', ''], 2, 'USAGE', /empty/],
    [['ID', 'a', '--body', 'b'], 2, 'USAGE', /twice/],
    [['ID', 'a', '-F', 'x'], 2, 'USAGE', /twice/],
    [['ID', 'a', 'b'], 2, 'USAGE', /unexpected argument/],
    [['ID', '-F', 'nowhere'], 3, 'FILE_NOT_FOUND', /nowhere/],
    [['ID', 'x'.repeat(262_145)], 2, 'LIMIT_EXCEEDED', /262145/],
    [['ZZZZZZZZ', 'x'], 3, 'ISSUE_NOT_FOUND', /ZZZZZZZZ/],
  ])('refuses %.60j', async (words, exit, code, message) => {
    const cli = start();
    const id = await create(cli, 'T');
    const line = words.map((word) => (word === 'ID' ? id : word));
    await expectFailure(cli, ['comment', ...line], { exit, code, message });
  });
});

describe('jit issue assign, unassign', () => {
  test.each([
    ['issue assign ID --to human:alice', 'human:alice'],
    ['issue assign ID copilot:worker-1', 'copilot:worker-1'],
    ['assign ID -a bob', 'agent:bob'],
    ['assign ID --assignee=ci:x', 'ci:x'],
  ])('%s', async (line, assignee) => {
    const cli = start();
    const id = await create(cli, 'T');
    const said = await document(cli, line.replace('ID', id));
    expect(said).toMatchObject({ kind: 'issue', changed: true, issue: { state: 'ready', assignee } });
    await expectNoChange(cli, line.replace('ID', id));
    expect(await document(cli, `unassign ${id}`)).toMatchObject({ changed: true, issue: { assignee: null } });
    await expectNoChange(cli, `issue unassign ${id}`);
    await expectNoChange(cli, `assign ${id} none`);
  });

  test('unassigning what is in progress releases it, and only its holder may', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    await cli(`claim ${id} agent:a`);
    const reasons = [{ type: 'lease', holder: 'agent:a' }];
    await expectFailure(cli, `unassign ${id} --by agent:b`, { exit: 6, code: 'NOT_HOLDER', reasons });
    await expectFailure(cli, `assign ${id} agent:b --by agent:b`, { exit: 6, code: 'NOT_HOLDER', reasons });
    const said = await document(cli, `unassign ${id} --force --by human:lead`);
    expect(said.issue).toMatchObject({ state: 'ready', assignee: null });
    const [event] = (await document(cli, `events query --issue ${id} -n 1`)).events;
    expect(event).toMatchObject({ event: 'issue.released', forced: true, by: 'human:lead' });
  });

  test('refuses nobody, and what is over', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    await expectFailure(cli, `assign ${id}`, { exit: 2, code: 'USAGE', hint: /--to WHO/ });
    await expectFailure(cli, ['assign', id, ''], { exit: 2, code: 'USAGE', message: /empty/ });
    await expectFailure(cli, `assign ${id} a --to b`, { exit: 2, code: 'USAGE', message: /twice/ });
    await expectFailure(cli, 'unassign', { exit: 2, code: 'USAGE', message: /missing IDS/ });
    await cli(`complete ${id}`);
    await expectFailure(cli, `assign ${id} a`, {
      exit: 4,
      code: 'INVALID_TRANSITION',
      reasons: [{ type: 'state', state: 'done' }],
    });
  });
});

describe('jit issue hold, unhold', () => {
  test('keeps an issue from being started, for ever or for a while', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    const held = await document(cli, ['issue', 'hold', id, 'legal, review']);
    expect(held.issue).toMatchObject({ state: 'backlog', hold: { reason: 'legal, review' } });
    await expectNoChange(cli, ['hold', id, '--reason', 'legal, review']);
    const until = await document(cli, ['hold', id, 'freeze', '--until', '2d']);
    expect(until.issue.hold).toEqual({ reason: 'freeze', until: '2026-01-04T03:04:05.000Z' });
    expect((await document(cli, ['hold', id, 'f', '--until', '2026-03-01'])).issue.hold.until).toBe(
      '2026-03-01T00:00:00.000Z',
    );
    const lifted = await document(cli, `issue unhold ${id}`);
    expect(lifted.issue).toMatchObject({ state: 'ready', hold: null });
    await expectNoChange(cli, `unhold ${id}`);
  });

  test('a hold lapses by itself', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    await cli(['hold', id, 'freeze', '--until', '1h']);
    cli.clock.forward(3_600_000);
    expect((await document(cli, 'ready')).issues).toMatchObject([{ id, state: 'ready' }]);
    expect(await document(cli, 'claim-next')).toMatchObject({ issue: { id } });
  });

  test('lifts several, or none', async () => {
    const cli = start();
    const [a, b] = [await create(cli, 'A', '--hold', 'x'), await create(cli, 'B', '--hold', 'x')];
    await expectFailure(cli, `unhold ${a} ZZZZZZZZ`, { exit: 3, code: 'ISSUE_NOT_FOUND' });
    expect(await document(cli, `unhold ${a} ${b}`)).toMatchObject({ kind: 'issue-list', count: 2 });
  });

  test.each<[readonly string[], number, string, RegExp]>([
    [['ID'], 2, 'USAGE', /reason is missing/],
    [['ID', ''], 2, 'USAGE', /empty/],
    [['ID', 'x', '--until', 'tomorrow'], 2, 'USAGE', /not a time/],
    [['ID', 'x', '--until', '2026-02-31T99:00:00Z'], 2, 'USAGE', /not a time/],
    [['ID', 'x'.repeat(1001)], 2, 'LIMIT_EXCEEDED', /1001/],
    [['ID', 'x', '--reason', 'y'], 2, 'USAGE', /twice/],
  ])('refuses %.40j', async (words, exit, code, message) => {
    const cli = start();
    const id = await create(cli, 'T');
    const line = words.map((word) => (word === 'ID' ? id : word));
    await expectFailure(cli, ['hold', ...line], { exit, code, message });
  });

  test('refuses what was started', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    await cli(`claim ${id}`);
    await expectFailure(cli, ['hold', id, 'x'], {
      exit: 4,
      code: 'INVALID_TRANSITION',
      reasons: [{ type: 'state', state: 'in_progress' }],
    });
  });
});

describe('jit issue release', () => {
  test('gives back, and hands over with a comment', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    await cli(`claim ${id}`);
    const said = await document(cli, `issue release ${id}`);
    expect(said).toMatchObject({ kind: 'issue', changed: true, issue: { state: 'ready', assignee: null } });
    await expectNoChange(cli, `release ${id}`);
    await cli(`claim ${id}`);
    const over = await document(cli, ['release', id, '--to', 'b', '--comment', 'schema is done']);
    expect(over.issue).toMatchObject({
      state: 'ready',
      assignee: 'agent:b',
      comments: [{ body: 'schema is done' }],
    });
    expect(await document(cli, 'claim-next --to agent:b')).toMatchObject({ issue: { id } });
  });

  test('releases several, or none; only what one holds', async () => {
    const cli = start();
    const [a, b] = [await create(cli, 'A'), await create(cli, 'B')];
    await cli(`claim ${a}`);
    await cli(`claim ${b} agent:b`);
    const reasons = [{ type: 'lease', holder: 'agent:b' }];
    await expectFailure(cli, `release ${a} ${b}`, {
      exit: 6,
      code: 'NOT_HOLDER',
      message: /1 of 2/,
      reasons,
    });
    expect(await document(cli, `release ${a} ${b} --force`)).toMatchObject({ count: 2, changed: true });
    await cli(`complete ${a}`);
    await expectFailure(cli, `release ${a}`, { exit: 4, code: 'INVALID_TRANSITION' });
    await expectFailure(cli, ['release', b, '--to', ''], { exit: 2, code: 'USAGE' });
  });
});

describe('jit issue reopen', () => {
  test('makes done issues open again, and their dependents wait', async () => {
    const cli = start();
    const id = await create(cli, 'T', '--gate', 'tests');
    const waits = await create(cli, 'W', '--needs', id);
    await cli(`complete ${id}`);
    await cli(`gate pass ${id} tests`);
    const said = await document(cli, ['issue', 'reopen', id, '--comment', 'fails']);
    expect(said.issue).toMatchObject({
      state: 'ready',
      assignee: null,
      completed_at: null,
      resolution: null,
      gates_status: {},
      comments: [{ body: 'fails' }],
    });
    expect((await document(cli, `show ${waits}`)).issue.state).toBe('backlog');
    await expectNoChange(cli, `reopen ${id}`);
    await cli(`claim ${id}`);
    await expectFailure(cli, `reopen ${id}`, { exit: 4, code: 'INVALID_TRANSITION' });
  });

  test('reopens what was archived, but not where it would wait for ever', async () => {
    const cli = start();
    const need = await create(cli, 'Need');
    const id = await create(cli, 'T', '--needs', need);
    await cli(`archive ${id}`);
    await cli(`archive ${need}`);
    await expectFailure(cli, `reopen ${id}`, {
      exit: 4,
      code: 'BLOCKED',
      reasons: [
        { type: 'dependency', id: need, state: 'archived', resolve: `jit issue reopen ${need.slice(-8)}` },
      ],
    });
    const said = await document(cli, `reopen ${need} ${id}`);
    expect(said.issues.map((row: { state: string }) => row.state)).toEqual(['ready', 'backlog']);
  });
});
