import { describe, expect, test } from 'vitest';
import { startCli } from '../support/cli.ts';
import { create, document, expectFailure } from '../support/command-line.ts';
import { idOf, issueWith } from '../support/issues.ts';

async function diamond() {
  const cli = startCli();
  const bottom = await create(cli, 'Bottom');
  const left = await create(cli, 'Left', '--needs', bottom);
  const right = await create(cli, 'Right', '--needs', bottom);
  const top = await create(cli, 'Top', '--needs', `${left},${right}`);
  const alone = await create(cli, 'Alone');
  return { cli, bottom, left, right, top, alone };
}

describe('jit graph show, downstream', () => {
  test('shows what an issue needs, each unfolded once', async () => {
    const { cli, bottom, left, right, top } = await diamond();
    const ref = (id: string) => id.slice(-8);
    expect((await cli(`graph show ${top}`)).stdout).toBe(
      [
        `${ref(top)}  backlog  Top`,
        `├─ ${ref(left)}  backlog  Left`,
        `│  └─ ${ref(bottom)}  ready  Bottom`,
        `└─ ${ref(right)}  backlog  Right`,
        `   └─ ${ref(bottom)}  ready  Bottom`,
        '',
      ].join('\n'),
    );
    const said = await document(cli, `graph show ${top}`);
    expect(said).toMatchObject({ kind: 'graph', root: top, direction: 'needs', count: 4 });
    expect(said.nodes.map((node: { title: string; depth: number }) => [node.title, node.depth])).toEqual([
      ['Top', 0],
      ['Left', 1],
      ['Right', 1],
      ['Bottom', 2],
    ]);
    expect(said.edges).toEqual([
      [top, left],
      [top, right],
      [left, bottom],
      [right, bottom],
    ]);
  });

  test('shows what waits for an issue', async () => {
    const { cli, bottom, top } = await diamond();
    const said = await document(cli, `graph downstream ${bottom}`);
    expect(said).toMatchObject({ root: bottom, direction: 'needed_by', count: 4 });
    expect(said.edges).toHaveLength(4);
    expect((await cli(`graph downstream ${bottom}`)).stdout.split('\n')[0]).toContain('Bottom');
    expect(await document(cli, `graph downstream ${top}`)).toMatchObject({ count: 1, edges: [] });
  });

  test('shows the whole graph, whatever is needed in several places once', async () => {
    const { cli, left, alone } = await diamond();
    await create(cli, 'Other', '--needs', left);
    const said = await document(cli, 'graph show');
    expect(said).toMatchObject({ root: null, direction: 'needs', count: 6 });
    const depths = said.nodes.map((node: { title: string; depth: number }) => `${node.title} ${node.depth}`);
    expect(depths.sort()).toEqual(['Alone 0', 'Bottom 2', 'Left 1', 'Other 0', 'Right 1', 'Top 0']);
    const { stdout } = await cli('graph show');
    expect(stdout).toContain(`${alone.slice(-8)}  ready  Alone\n`);
    expect(stdout.match(/Bottom/g)).toHaveLength(2);
    expect(stdout.match(/Left.*/g)).toEqual(['Left', 'Left  (unfolded above)']);
  });

  test('shows an edge to nothing, and a cycle that somebody wrote by hand', async () => {
    const issues = [
      issueWith(1, { dependencies: [idOf(2), idOf(9)], state: 'backlog' }),
      issueWith(2, { dependencies: [idOf(1)], state: 'backlog' }),
    ];
    const cli = startCli({ content: { issues } });
    const said = await document(cli, `graph show ${idOf(1)}`);
    expect(said.count).toBe(said.nodes.length);
    expect(said.nodes).toContainEqual(
      expect.objectContaining({ id: idOf(9), state: 'missing', title: null }),
    );
    expect(said.edges).toContainEqual([idOf(1), idOf(9)]);
    expect((await cli(`graph show ${idOf(1)}`)).stdout).toContain('00000009  missing\n');
    const whole = await cli('graph show');
    for (const ref of ['00000001', '00000002', '00000009']) expect(whole.stdout).toContain(ref);
    expect(await document(cli, 'graph critical-path')).toMatchObject({ issues: expect.any(Array) });
  });

  test('an empty store has an empty graph', async () => {
    const cli = startCli({ terminal: { stderr: true } });
    expect(await cli('graph show')).toMatchObject({ exit: 0, stdout: '', stderr: 'there is no issue\n' });
    expect(await document(startCli(), 'graph show')).toMatchObject({ nodes: [], edges: [], count: 0 });
  });

  test('refuses what is not there', async () => {
    const cli = startCli();
    for (const verb of ['show', 'downstream', 'critical-path']) {
      await expectFailure(cli, `graph ${verb} ZZZZZZZZ`, { exit: 3, code: 'ISSUE_NOT_FOUND' });
      await expectFailure(cli, ['graph', verb, ''], { exit: 2, code: 'USAGE', message: /empty/ });
      await expectFailure(cli, ['graph', verb, '../x'], { exit: 2, code: 'USAGE' });
    }
    await expectFailure(cli, 'graph downstream', { exit: 2, code: 'USAGE', message: /missing ID/ });
    await expectFailure(cli, 'graph roots extra', { exit: 2, code: 'USAGE' });
  });
});

describe('jit graph roots, critical-path', () => {
  test('roots need nothing', async () => {
    const { cli } = await diamond();
    const said = await document(cli, 'graph roots --fields title');
    expect(said).toMatchObject({
      kind: 'issue-list',
      issues: [{ title: 'Bottom' }, { title: 'Alone' }],
      count: 2,
      total: 2,
      truncated: false,
    });
    expect((await cli('graph roots')).stdout.trim().split('\n')).toHaveLength(2);
    await expectFailure(cli, 'graph roots --fields nope', { exit: 2, code: 'UNKNOWN_VALUE' });
  });

  test('the critical path is the longest chain of open issues', async () => {
    const { cli, bottom, left, top } = await diamond();
    const said = await document(cli, 'graph critical-path');
    expect(said).toMatchObject({ kind: 'critical-path', count: 3 });
    expect(said.issues.map((row: { id: string }) => row.id)).toEqual([bottom, left, top]);
    expect((await cli('graph critical-path')).stdout.split('\n')[2]).toBe(
      `3. ${top.slice(-8)}  backlog  Top`,
    );
    expect(await document(cli, `graph critical-path ${left}`)).toMatchObject({ count: 2 });
    await cli(`complete ${bottom}`);
    expect(await document(cli, 'graph critical-path')).toMatchObject({ count: 2 });
  });
});
