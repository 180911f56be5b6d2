import { describe, expect, test } from 'vitest';
import { startCli } from '../support/cli.ts';
import { create, document, expectFailure } from '../support/command-line.ts';
import { GATES } from '../support/issues.ts';

describe('jit status', () => {
  test('counts, and names what is worked on and what was completed last', async () => {
    const cli = startCli({ content: { gates: GATES } });
    const done: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      const id = await create(cli, `Done ${i}`);
      await cli(`complete ${id}`);
      done.push(id);
      cli.clock.forward(60_000);
    }
    const busy = await create(cli, 'Busy');
    await cli(`claim ${busy} agent:a`);
    const gated = await create(cli, 'Gated', '-g', 'tests');
    await cli(`complete ${gated}`);
    await create(cli, 'Blocked', '--needs', busy);
    await create(cli, 'Held', '--hold', 'x');
    await create(cli, 'Ready');
    const gone = await create(cli, 'Gone');
    await cli(`archive ${gone}`);
    const said = await document(cli, 'status');
    expect(said).toMatchObject({
      kind: 'status',
      counts: {
        total: 12,
        open: 5,
        ready: 1,
        in_progress: 1,
        gated: 1,
        blocked: 1,
        on_hold: 1,
        done: 6,
        archived: 1,
      },
      in_progress: [{ id: busy }],
      gated: [{ id: gated }],
      ready: [{ title: 'Ready' }],
    });
    expect(said.recently_completed.map((row: { id: string }) => row.id)).toEqual(
      done.toReversed().slice(0, 5),
    );
    const { stdout } = await cli('status');
    expect(stdout).toContain(
      'Open: 5  Ready: 1  In Progress: 1  Gated: 1  Blocked: 1  Done: 6  On Hold: 1  Archived: 1\n',
    );
    expect(stdout).toContain(`Recent completions:\n  - ${done[5]!.slice(-8)} Done 5 (1m ago)\n`);
  });

  test('an empty store has a status', async () => {
    expect((await startCli()('status')).stdout).toBe(
      'Open: 0  Ready: 0  In Progress: 0  Gated: 0  Blocked: 0  Done: 0\n',
    );
    await expectFailure(startCli(), 'status --state ready', { exit: 2, code: 'USAGE' });
  });
});

describe('jit why', () => {
  test('gives the reasons, the root blockers with who holds them, and the next command', async () => {
    const cli = startCli({ content: { gates: GATES } });
    const root = await create(cli, 'Root');
    const middle = await create(cli, 'Middle', '--needs', root);
    const top = await create(cli, 'Top', '--needs', middle, '--hold', 'frozen', '--gate', 'plan');
    await cli(`claim ${root} agent:a`);
    const said = await document(cli, `why ${top}`);
    expect(said).toMatchObject({
      kind: 'why',
      issue: { id: top, state: 'backlog' },
      reasons: [
        { type: 'dependency', id: middle, state: 'backlog' },
        { type: 'hold', reason: 'frozen' },
        { type: 'gate', key: 'plan' },
      ],
      root_blockers: [{ id: root, assignee: 'agent:a', state: 'in_progress' }],
      next: `jit issue show ${root.slice(-8)}`,
    });
    const { stdout } = await cli(`why ${top}`);
    expect(stdout).toContain(`${top.slice(-8)} is backlog: Top\n`);
    expect(stdout).toContain(`${root.slice(-8)}  in_progress  normal  agent:a  Root\n`);
    expect(stdout).toContain(`Next: jit issue show ${root.slice(-8)}\n`);
  });

  test('says what to do next in every state', async () => {
    const cli = startCli({ content: { gates: GATES } });
    const id = await create(cli, 'T', '--gate', 'tests');
    const ref = id.slice(-8);
    const next = async () => (await document(cli, `why ${id}`)).next;
    expect(await next()).toBe(`jit issue claim ${ref}`);
    await cli(`claim ${id}`);
    expect(await next()).toBe(`jit gate pass ${ref} tests --by agent:tester`);
    await cli(`gate pass ${id} tests`);
    expect(await next()).toBe(`jit issue complete ${ref}`);
    await cli(`complete ${id}`);
    expect(await document(cli, `why ${id}`)).toMatchObject({ reasons: [], root_blockers: [], next: null });
    expect((await cli(`why ${id}`)).stdout).toBe(`${ref} is done: T\n\nNothing is left to do.\n`);
  });

  test('names who it belongs to', async () => {
    const cli = startCli();
    const id = await create(cli, 'T', '-a', 'human:ada');
    expect((await document(cli, `why ${id}`)).reasons).toMatchObject([
      { type: 'assignee', assignee: 'human:ada' },
    ]);
    await expectFailure(cli, 'why ZZZZZZZZ', { exit: 3, code: 'ISSUE_NOT_FOUND' });
    await expectFailure(cli, 'why', { exit: 2, code: 'USAGE', message: /missing ID/ });
  });
});

describe('jit prime', () => {
  test('says who I am, what I hold and what is waiting', async () => {
    const cli = startCli({ content: { gates: GATES } });
    const mine = await create(cli, 'Mine');
    await cli(`claim ${mine}`);
    const ready = await create(cli, 'Waiting');
    const said = await document(cli, 'prime');
    expect(said).toMatchObject({
      kind: 'prime',
      actor: { id: 'agent:tester', source: 'environment', explicit: true },
      counts: { ready: 1, in_progress: 1 },
      mine: [{ id: mine }],
      ready: [{ id: ready }],
    });
    expect((await cli('prime')).stdout).toBe(said.text);
    expect(said.text).toContain('You are agent:tester.');
    expect(said.text).toContain(`You hold:\n  ${mine.slice(-8)} in_progress normal Mine\n`);
    const compact = (await cli('prime --compact')).stdout;
    expect(compact).not.toContain('## The loop');
    expect(compact).toContain('You are agent:tester.');
    expect((await document(cli, 'prime --to b')).actor).toMatchObject({ id: 'agent:b', source: 'flag' });
    const nobody = startCli({ store: cli.store, env: {} });
    expect((await nobody('prime')).stdout).toContain('You are human:someone (inferred;');
  });

  test.each([
    ['x'.repeat(200)],
    ['漢'.repeat(200)],
    ['👩‍👩‍👧‍👦'.repeat(18)],
    [`${'e\u0301'.repeat(100)}`],
    ['\u202e'.repeat(200)],
    [`a${'\u0301'.repeat(199)}`],
    [`\u{1f3f4}${'\u{e0067}'.repeat(199)}`],
  ])('stays within 3,600 bytes whatever the titles are: %.12s', async (title) => {
    const cli = startCli({ env: { JIT_AGENT_ID: `agent:${'漢'.repeat(190)}` } });
    for (let i = 0; i < 14; i += 1) {
      const id = await create(cli, title, '-p', 'critical');
      if (i < 7) await cli(`claim ${id}`);
    }
    for (const line of ['prime', 'prime --compact']) {
      const { stdout } = await cli(line);
      expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(3600);
      expect(stdout).toContain('  and 2 more\n');
      expect(stdout).toContain('Ready: 7');
      expect(stdout).not.toMatch(/\p{Surrogate}|\ufffd/u);
    }
    const said = await document(cli, 'prime');
    expect(Buffer.byteLength(said.text)).toBeLessThanOrEqual(3600);
    expect(said.text).toContain('## Rules');
  });
});
