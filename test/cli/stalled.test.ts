import { describe, expect, test } from 'vitest';
import { startCli } from '../support/cli.ts';
import { create, document, expectFailure } from '../support/command-line.ts';
import { BEFORE, GATES, idOf, issueWith } from '../support/issues.ts';

const MINUTE = 60_000;
const start = (issues = [issueWith(9, { state: 'in_progress', assignee: 'agent:far', claim_epoch: 2 })]) =>
  startCli({ content: { gates: GATES, issues }, env: {} });

describe('jit query stalled', () => {
  test('lists stale claims, those that are not on record, and silence; each with what frees it', async () => {
    const cli = start();
    const [late, quiet, busy, gated] = [
      await create(cli, 'Late'),
      await create(cli, 'Quiet', '-p', 'high'),
      await create(cli, 'Busy'),
      await create(cli, 'Gated', '-g', 'review'),
    ];
    const begun = cli.clock.now();
    for (const [id, ttl] of [
      [late, '20m'],
      [quiet, '5h'],
      [busy, '5h'],
      [gated, '5m'],
    ])
      await cli(`claim ${id} agent:a --ttl ${ttl}`);
    await cli(`complete ${gated} --by agent:a`);
    cli.clock.forward(25 * MINUTE);
    await cli(`comment ${busy} hello --by agent:a`);
    const at25 = await document(cli, 'query stalled');
    expect(at25.issues.map(({ id }: { id: string }) => id)).toEqual([idOf(9), late]);
    cli.clock.forward(10 * MINUTE);

    const said = await document(cli, 'stalled');
    expect(said).toMatchObject({ kind: 'stalled-list', count: 3, total: 3, truncated: false });
    expect(said.issues).toMatchObject([
      {
        id: quiet,
        title: 'Quiet',
        stalled: [{ type: 'silent', since: begun, resolve: `jit issue release ${quiet.slice(-8)} --force` }],
      },
      {
        id: idOf(9),
        stalled: [
          { type: 'no-lease', since: BEFORE, resolve: `jit issue release ${idOf(9).slice(-8)} --force` },
          { type: 'silent', since: BEFORE },
        ],
      },
      {
        id: late,
        stalled: [
          { type: 'expired', since: begun, resolve: 'jit lease expire' },
          { type: 'silent', since: begun, resolve: 'jit lease expire' },
        ],
      },
    ]);
    expect((await cli('stalled')).stdout.split('\n').slice(8, 13)).toEqual([
      `${late.slice(-8)}  in_progress  normal  agent:a  Late`,
      '  - its claim is stale: last renewed 35m ago',
      '      jit lease expire',
      '  - silent: its last event was 35m ago',
      '      jit lease expire',
    ]);
    expect((await document(cli, 'stalled --for 5m')).issues.map(({ id }: { id: string }) => id)).toContain(
      busy,
    );
    expect((await document(cli, 'stalled --for 1h')).issues.map(({ id }: { id: string }) => id)).toEqual([
      idOf(9),
      late,
    ]);
  });

  test('what it says to run frees the work', async () => {
    const cli = start();
    const late = await create(cli, 'Late');
    await cli(`claim ${late} agent:a`);
    cli.clock.forward(31 * MINUTE);
    for (const { stalled } of (await document(cli, 'stalled')).issues)
      expect((await cli(stalled[0].resolve.replace(/^jit /, ''))).exit).toBe(0);
    expect(await document(cli, 'stalled')).toMatchObject({ issues: [], count: 0 });
    expect((await document(cli, 'ready')).count).toBe(2);
  });

  test('what was given back elsewhere while the file here says in progress is stale at once', async () => {
    const cli = start([]);
    const id = await create(cli, 'Work');
    await cli(`claim ${id} agent:a`);
    await cli.leases!.release(id, 1);
    expect((await document(cli, 'stalled')).issues).toMatchObject([
      { id, stalled: [{ type: 'expired', resolve: 'jit lease expire' }] },
    ]);
    expect(await document(cli, 'lease expire')).toMatchObject({
      count: 0,
      returned: [{ id, state: 'ready' }],
    });
  });

  test('a heartbeat is no event, and what was finished elsewhere has not stalled', async () => {
    const elsewhere = issueWith(1, { state: 'in_progress', assignee: 'agent:b', claim_epoch: 1 });
    const cli = start([elsewhere]);
    await cli.leases!.acquire({
      id: elsewhere.id,
      actor: { id: 'agent:b', bare: false },
      here: { worktree: 'worktrees/b', path: '/b', branch: 'b' },
      ttl: null,
      tie: null,
      floor: 0,
      exclusive: true,
      takeover: false,
    });
    await cli.leases!.renew(elsewhere.id, 1, { status: 'done' });
    const id = await create(cli, 'Long');
    await cli(`claim ${id} agent:a --ttl 1h`);
    cli.clock.forward(40 * MINUTE);
    await cli(`heartbeat ${id} --by agent:a`);
    expect((await document(cli, 'stalled')).issues).toMatchObject([{ id, stalled: [{ type: 'silent' }] }]);
  });

  test('takes the options of every listing', async () => {
    const cli = start(
      [8, 9].map((n) => issueWith(n, { state: 'in_progress', assignee: 'agent:x', claim_epoch: 1 })),
    );
    expect(await document(cli, 'stalled --limit 1')).toMatchObject({ count: 1, total: 2, truncated: true });
    const [full] = (await document(cli, 'stalled --full')).issues;
    expect(full).toMatchObject({ description: '', claim_epoch: 1, stalled: [{ type: 'no-lease' }, {}] });
    const [named] = (await document(cli, 'stalled --fields id,title')).issues;
    expect(Object.keys(named)).toEqual(['id', 'title', 'stalled']);
    await expectFailure(cli, 'stalled --fields nonsense', { exit: 2, code: 'UNKNOWN_VALUE' });
    await expectFailure(cli, 'stalled --for soon', { exit: 2, code: 'USAGE' });
    const person = startCli({ env: {}, terminal: { stderr: true } });
    expect(await person('stalled')).toMatchObject({ exit: 0, stdout: '', stderr: 'nothing has stalled\n' });
  });
});
