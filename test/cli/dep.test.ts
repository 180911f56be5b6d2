import { describe, expect, test } from 'vitest';
import { startCli } from '../support/cli.ts';
import { create, document, expectFailure, expectNoChange } from '../support/command-line.ts';
import { issueWith } from '../support/issues.ts';

describe('jit dep add, rm', () => {
  test.each([
    ['dep add A B'],
    ['issue dep add A --on B'],
    ['dep add A --on B'],
    ['issue dep add A B'],
    ['dep add A --needs B'],
  ])('%s', async (line) => {
    const cli = startCli();
    const [a, b] = [await create(cli, 'A'), await create(cli, 'B')];
    const words = line.split(' ').map((word) => ({ A: a, B: b })[word] ?? word);
    const said = await document(cli, words);
    expect(said).toMatchObject({
      kind: 'issue',
      changed: true,
      became_ready: [],
      issue: { id: a, state: 'backlog', dependencies: [b], blocked_by_count: 1 },
    });
    await expectNoChange(cli, words);
    const text = await cli(['dep', 'rm', a, b]);
    expect(text.stdout).toBe(`${a.slice(-8)} ready A\n`);
  });

  test.each([['dep rm A B'], ['dep remove A --on B'], ['issue dep rm A --on B'], ['issue dep remove A B']])(
    '%s',
    async (line) => {
      const cli = startCli();
      const b = await create(cli, 'B');
      const a = await create(cli, 'A', '--needs', b);
      const words = line.split(' ').map((word) => ({ A: a, B: b })[word] ?? word);
      expect(await document(cli, words)).toMatchObject({
        changed: true,
        issue: { id: a, state: 'ready', dependencies: [] },
      });
      await expectNoChange(cli, words);
    },
  );

  test('several at once, or none', async () => {
    const cli = startCli();
    const [a, b, c, d] = [
      await create(cli, 'A'),
      await create(cli, 'B'),
      await create(cli, 'C'),
      await create(cli, 'D'),
    ];
    expect((await document(cli, `dep add ${a} ${b} ${c}`)).issue.dependencies).toEqual([b, c]);
    expect((await document(cli, `dep add ${a} --on ${b},${d}`)).issue.dependencies).toEqual([b, c, d]);
    await expectFailure(cli, `dep rm ${a} ${b} ZZZZZZZZ`, { exit: 3, code: 'ISSUE_NOT_FOUND' });
    expect((await document(cli, `dep rm ${a} --on ${b} --on ${c},${d}`)).issue.dependencies).toEqual([]);
    await cli(`dep add ${a} ${b}`);
    await expectFailure(cli, `dep add ${b} ${c} ${a}`, { exit: 4, code: 'CYCLE' });
    expect((await document(cli, `show ${b}`)).issue.dependencies).toEqual([]);
  });

  test('refuses a cycle, and shows its path', async () => {
    const cli = startCli();
    const c = await create(cli, 'C');
    const b = await create(cli, 'B', '--needs', c);
    const a = await create(cli, 'A', '--needs', b);
    const path = [c, a, b, c].map((id) => id.slice(-8));
    const error = await expectFailure(cli, `dep add ${c} ${a}`, {
      exit: 4,
      code: 'CYCLE',
      message: new RegExp(path.join(' → ')),
      hint: /jit dep rm/,
    });
    expect(error.details).toEqual({ cycle: [c, a, b, c], length: 3 });
    await expectFailure(cli, `dep add ${c} ${c}`, { exit: 4, code: 'CYCLE', hint: /cannot need itself/ });
  });

  test('refuses what could never be satisfied, and what is over', async () => {
    const cli = startCli();
    const [a, b, done] = [await create(cli, 'A'), await create(cli, 'B'), await create(cli, 'D')];
    await cli(`archive ${b}`);
    await expectFailure(cli, `dep add ${a} ${b}`, {
      exit: 4,
      code: 'INVALID_TRANSITION',
      hint: /jit issue reopen/,
    });
    await cli(`complete ${done}`);
    await expectFailure(cli, `dep add ${done} ${a}`, {
      exit: 4,
      code: 'INVALID_TRANSITION',
      reasons: [{ type: 'state', state: 'done' }],
    });
    expect(await document(cli, `dep add ${a} ${done}`)).toMatchObject({ issue: { state: 'ready' } });
  });

  test('removes an edge to what is gone, by its full id', async () => {
    const gone = '01KDY0000000000000000000ZZ';
    const issue = issueWith(1, { dependencies: [gone], state: 'backlog' });
    const cli = startCli({ content: { issues: [issue] } });
    expect(await document(cli, `dep rm ${issue.id} ${gone.toLowerCase()}`)).toMatchObject({
      changed: true,
      issue: { dependencies: [], state: 'ready' },
    });
  });

  test.each<[readonly string[], RegExp]>([
    [['dep', 'add'], /missing ID/],
    [['dep', 'add', 'A'], /what it needs/],
    [['dep', 'add', 'A', ''], /empty/],
    [['dep', 'add', 'A', '--on', ''], /empty/],
    [['dep', 'add', 'A', '--on', 'A,,A'], /empty/],
    [['dep', 'add', 'A', 'A', '--on', 'A'], /twice/],
    [['dep', 'add', 'A', '../x'], /not an issue id/],
    [['dep', 'rm', 'A'], /not said what/],
    [['dep', 'rm', 'A', '-x'], /unknown option/],
    [['dep'], /needs a verb/],
    [['dep', 'frobnicate'], /unknown command/],
  ])('refuses %j', async (words, message) => {
    const cli = startCli();
    const a = await create(cli, 'A');
    const line = words.map((word) => word.replaceAll('A', a));
    await expectFailure(cli, line, { exit: 2, code: 'USAGE', message });
  });
});

describe('jit dep list', () => {
  test.each([['dep list'], ['dep ls'], ['issue dep list']])('%s', async (call) => {
    const cli = startCli();
    const need = await create(cli, 'Need');
    const id = await create(cli, 'T', '--needs', need);
    const user = await create(cli, 'User', '--needs', id);
    const said = await document(cli, `${call} ${id}`);
    expect(said).toMatchObject({
      kind: 'dependency-list',
      issue: { id, state: 'backlog' },
      needs: [{ id: need }],
      needed_by: [{ id: user }],
    });
    const { stdout } = await cli(`${call} ${id}`);
    expect(stdout).toBe(
      `needs:\n${need.slice(-8)}  ready  normal  -  Need\nneeded by:\n${user.slice(-8)}  backlog  normal  -  User\n`,
    );
    expect((await cli(`${call} ${user}`)).stdout).toContain('needed by:\nnone\n');
  });

  test('names what is not there', async () => {
    const gone = '01KDY0000000000000000000ZZ';
    const issue = issueWith(1, { dependencies: [gone], state: 'backlog' });
    const cli = startCli({ content: { issues: [issue] } });
    expect((await document(cli, `dep list ${issue.id}`)).needs).toMatchObject([
      { id: gone, state: 'missing', title: null },
    ]);
    expect((await cli(`dep list ${issue.id}`)).stdout).toContain(`${gone} is not there\n`);
  });
});
