import { describe, expect, test } from 'vitest';
import type { Workplace } from '../../src/domain/lease.ts';
import { type Cli, startCli } from '../support/cli.ts';
import { create, document, expectFailure, expectNoChange } from '../support/command-line.ts';
import { GATES, idOf, issueWith } from '../support/issues.ts';

const MINUTE = 60_000;
const start = (fields: Parameters<typeof startCli>[0] = {}) =>
  startCli({ content: { gates: GATES }, env: {}, ...fields });

const ELSEWHERE: Workplace = { worktree: 'worktrees/b', path: '/trees/b', branch: 'topic' };

/** A claim that another work tree has made. */
async function claimElsewhere(cli: Cli, id: string, holder = 'agent:far'): Promise<void> {
  await cli.leases!.acquire({
    id,
    actor: { id: holder, bare: false },
    here: ELSEWHERE,
    ttl: 30 * MINUTE,
    tie: null,
    floor: 0,
    exclusive: true,
    takeover: false,
  });
  await cli.leases!.renew(id, 1, { status: 'held' });
}

describe('a holder who holds nothing', () => {
  test.each([
    ['agent:wroker', 'agent:worker'],
    ['wroker', 'agent:worker'],
    ['human:worker', 'agent:worker'],
    ['human:lead', null],
  ])('%s is told, with who was probably meant', async (name, meant) => {
    const cli = start();
    await cli(`claim ${await create(cli, 'Work')} agent:worker`);
    const hint = meant === null ? '' : `; did you mean ${meant}?`;
    for (const [line, what] of [
      [`release --holder ${name} --yes --by human:boss`, 'works on nothing'],
      [`release --holder ${name} --by human:boss`, 'works on nothing'],
      [`lease list --holder ${name}`, 'has no claim on record'],
    ] as const) {
      const message = `${name} ${what}${hint}`;
      expect(await cli(line)).toMatchObject({ exit: 0, stdout: '', stderr: `jit: warning: ${message}\n` });
      expect(await cli(`${line} --json`)).toMatchObject({
        exit: 0,
        json: { count: 0, warnings: [{ code: 'holds-nothing', message }] },
      });
    }
  });

  test('any more is told without a guess; who has something gets no warning', async () => {
    const cli = start();
    const id = await create(cli, 'Work');
    await cli(`claim ${id} agent:worker`);
    expect((await cli('lease list --holder worker --json')).json).not.toHaveProperty('warnings');
    await cli(`complete ${id} --by agent:worker`);
    expect((await cli('release --holder worker --yes --by human:boss')).stderr).toBe(
      'jit: warning: worker works on nothing\n',
    );
    // It is on record, as the one who finished it.
    expect((await cli('lease list --holder worker --json')).json).not.toHaveProperty('warnings');
  });
});

describe('a ttl under a second', () => {
  test.each([
    'claim ID agent:a --ttl 999ms',
    'claim-next --to agent:a --ttl 1ms',
    'lease hold ID --to agent:a --ttl 1ms -- x',
  ])('is refused: %s', async (line) => {
    const cli = start();
    const id = await create(cli, 'Work');
    await expectFailure(cli, line.replace('ID', id), {
      exit: 2,
      code: 'USAGE',
      message: 'at least one second',
    });
    expect((await document(cli, `claim ${id} agent:a --ttl 1s`)).lease.ttl).toBe(1);
    await expectFailure(cli, `lease renew ${id} --ttl 999ms --by agent:a`, { exit: 2, code: 'USAGE' });
  });
});

describe('jit lease list', () => {
  test('marks what the remote does not know of', async () => {
    const cli = start({ terminal: { stdout: true, columns: 120 } });
    const id = await create(cli, 'Work');
    await cli(`claim ${id} agent:a`);
    expect((await cli('lease list')).stdout).not.toContain('provisional');
    await cli.leases!.renew(id, 1, { provisional: true });
    expect((await cli('lease list')).stdout).toContain('held, provisional');
    const piped = startCli({ store: cli.store, clock: cli.clock, env: {} });
    expect((await piped('lease list')).stdout).toContain('  held, provisional  agent:a  ');
  });

  test('lists what is held, what is overdue first, and what this work tree does not have', async () => {
    const cli = start();
    const [late, fine, done] = [
      await create(cli, 'Late'),
      await create(cli, 'Fine'),
      await create(cli, 'Done'),
    ];
    await cli(`claim ${late} agent:a`);
    await cli(`claim ${done} agent:a`);
    await cli(`complete ${done} --by agent:a`);
    cli.clock.forward(20 * MINUTE);
    await cli(`claim ${fine} agent:b --ttl 1h`);
    await claimElsewhere(cli, idOf(9));
    cli.clock.forward(10 * MINUTE);

    const said = await document(cli, 'lease list');
    expect(said).toMatchObject({ kind: 'lease-list', count: 3, total: 3, truncated: false });
    expect(said.leases).toMatchObject([
      { id: late, life: 'overdue', holder: 'agent:a', title: 'Late', state: 'in_progress', remaining: 0 },
      { id: idOf(9), life: 'live', path: '/trees/b', branch: 'topic', title: null, state: null },
      { id: fine, life: 'live', holder: 'agent:b', ttl: 3600, remaining: 3000, title: 'Fine', epoch: 1 },
    ]);
    expect((await cli('lease list')).stdout.split('\n')).toEqual([
      `${late.slice(-8)}  stale  agent:a  30m ago  1  ${cli.cwd}  Late`,
      `${idOf(9).slice(-8)}  held  agent:far  20m  1  /trees/b topic  -`,
      `${fine.slice(-8)}  held  agent:b  50m  1  ${cli.cwd}  Fine`,
      '',
    ]);
    const ids = async (line: string) =>
      (await document(cli, line)).leases.map((lease: { id: string }) => lease.id);
    expect(await ids('lease list --all')).toEqual([late, idOf(9), fine, done]);
    expect(await ids('lease ls --status done')).toEqual([done]);
    expect(await ids('lease list --status overdue,done')).toEqual([late, done]);
    expect(await ids('lease list --status stale')).toEqual([late]);
    expect(await ids('lease list --holder b')).toEqual([fine]);
    expect(await ids('lease list --holder agent:b --status overdue')).toEqual([]);
    expect(await document(cli, 'lease list --limit 1')).toMatchObject({
      count: 1,
      total: 3,
      truncated: true,
    });
    await expectFailure(cli, 'lease list --status asleep', { exit: 2, code: 'UNKNOWN_VALUE' });
    await expectFailure(cli, ['lease', 'list', '--holder', 'two words'], { exit: 2, code: 'USAGE' });
  });

  test('is a table at a terminal, and says when there is nothing', async () => {
    const cli = start({ terminal: { stdout: true, stderr: true, columns: 120 } });
    expect(await cli('lease list')).toMatchObject({ exit: 0, stdout: '', stderr: 'no lease matches\n' });
    const id = (await cli('create Work')).stdout.trim();
    await cli(`claim ${id} agent:a`);
    expect((await cli('lease list --no-color')).stdout).toMatch(
      /^REF +STATUS +HOLDER +LEFT +EPOCH +WHERE +TITLE\n/,
    );
    expect((await cli('lease list --limit 1')).stderr).toBe('');
  });
});

describe('jit lease show', () => {
  test.each(['lease show ID', 'issue claim check ID', 'claim check ID'])('%s', async (line) => {
    const cli = start();
    const id = await create(cli, 'Work');
    const free = await document(cli, line.replace('ID', id));
    expect(free).toEqual({
      schema_version: 1,
      kind: 'lease',
      id,
      ref: id.slice(-8),
      title: 'Work',
      state: 'ready',
      lease: null,
    });
    expect((await cli(line.replace('ID', id))).stdout).toBe(
      `${id.slice(-8)} Work\nstate: ready\nlease: none\n`,
    );
    await cli(`claim ${id} agent:a`);
    for (const spelling of [id, id.toLowerCase(), id.slice(-8), id.slice(-5).toLowerCase()]) {
      const said = await document(cli, line.replace('ID', spelling));
      expect(said.lease).toMatchObject({ id, life: 'live', holder: 'agent:a', epoch: 1 });
    }
    expect((await cli(line.replace('ID', id))).stdout).toContain(
      `lease: held by agent:a in ${cli.cwd}, epoch 1, 30m left\n`,
    );
  });

  test('shows what only another branch has, and another clone’s work; nothing else', async () => {
    const theirs = issueWith(1, { state: 'in_progress', assignee: 'agent:far', claim_epoch: 3 });
    const cli = start({ content: { issues: [theirs] } });
    await claimElsewhere(cli, idOf(9));
    expect(await document(cli, `lease show ${idOf(9).slice(-4)}`)).toMatchObject({
      title: null,
      state: null,
      lease: { holder: 'agent:far', path: '/trees/b' },
    });
    expect((await cli(`lease show ${idOf(9)}`)).stdout).toContain('(not in this work tree)');
    expect((await cli(`lease show ${theirs.id}`)).stdout).toContain('another clone’s work');
    for (const id of ['ZZZZZZ', idOf(7)])
      await expectFailure(cli, `lease show ${id}`, { exit: 3, code: 'ISSUE_NOT_FOUND' });
  });

  test('names the candidates of an ambiguous id', async () => {
    const cli = start({ content: { issues: [issueWith(1), issueWith(2)] } });
    await expectFailure(cli, 'lease show 01KDY', { exit: 2, code: 'AMBIGUOUS_ID' });
  });
});

describe('jit lease renew', () => {
  const claimed = async (options = '') => {
    const cli = start();
    const id = await create(cli, 'Work');
    await cli(`claim ${id} agent:a ${options}`);
    return { cli, id };
  };
  const leaseOf = async (cli: Cli, id: string) => (await document(cli, `lease show ${id}`)).lease;

  test.each([
    'lease renew ID',
    'lease heartbeat ID',
    'heartbeat ID',
    'issue claim extend ID',
    'claim extend ID',
  ])('%s gives it its whole ttl again', async (line) => {
    const { cli, id } = await claimed('--ttl 10m');
    cli.clock.forward(9 * MINUTE);
    expect((await leaseOf(cli, id)).remaining).toBe(60);
    const said = await document(cli, `${line.replace('ID', id.slice(-8).toLowerCase())} --by agent:a`);
    expect(said).toMatchObject({
      kind: 'lease',
      id,
      state: 'in_progress',
      lease: { remaining: 600, ttl: 600 },
    });
    expect((await cli(`${line.replace('ID', id)} --by a`)).stdout).toContain('10m left');
  });

  test('adds no event, and changes no issue', async () => {
    const { cli, id } = await claimed();
    await expectNoChange(cli, `lease renew ${id} --by agent:a --epoch 1`);
  });

  test.each([
    ['--ttl 2h', 7200, 7200],
    ['--ttl 0', null, null],
    ['--timeout=5m', 300, 300],
    // Of thirty minutes ten have passed.
    ['--add-time=15m', 35 * 60, 35 * 60],
    ['--add-time 1h', 80 * 60, 80 * 60],
  ])('with %s', async (options, ttl, remaining) => {
    const { cli, id } = await claimed();
    cli.clock.forward(10 * MINUTE);
    await document(cli, `lease renew ${id} --by agent:a ${options}`);
    expect(await leaseOf(cli, id)).toMatchObject({ ttl, remaining });
  });

  test('adds time to what is overdue, and to what is without end', async () => {
    const late = await claimed();
    late.cli.clock.forward(90 * MINUTE);
    await document(late.cli, `issue claim extend ${late.id} --add-time=15m --by agent:a`);
    expect(await leaseOf(late.cli, late.id)).toMatchObject({ life: 'live', remaining: 900 });
    const endless = await claimed('--ttl 0');
    await document(endless.cli, `issue claim extend ${endless.id} --add-time=15m --by agent:a`);
    expect(await leaseOf(endless.cli, endless.id)).toMatchObject({ ttl: null, life: 'live' });
    await expectFailure(late.cli, `lease renew ${late.id} --ttl 1h --add-time 1h`, {
      exit: 2,
      code: 'USAGE',
    });
  });

  test('is for its holder', async () => {
    const { cli, id } = await claimed();
    const other = await create(cli, 'Other');
    await expectFailure(cli, `lease renew ${id} --by agent:b`, {
      exit: 6,
      code: 'NOT_HOLDER',
      message: /is held by agent:a, not held by agent:b/,
      details: { holder: 'agent:a' },
      reasons: [{ type: 'lease', holder: 'agent:a' }],
    });
    await expectFailure(cli, `lease renew ${other} --by agent:b`, {
      exit: 6,
      code: 'NOT_HOLDER',
      message: /nobody’s/,
      hint: `there is no claim: jit issue claim ${other.slice(-8)}`,
    });
    await claimElsewhere(cli, idOf(9), 'agent:a');
    await expectFailure(cli, `lease renew ${idOf(9)} --by agent:a`, { exit: 6, code: 'NOT_HOLDER' });
    // Whoever is not named acts for the holder in the same work tree.
    await document(cli, `lease renew ${id}`);
    await cli(`complete ${id} --by agent:a`);
    await expectFailure(cli, `lease renew ${id} --by agent:a`, {
      exit: 6,
      code: 'NOT_HOLDER',
      message: /finished by/,
    });
  });

  test('is fenced', async () => {
    const { cli, id } = await claimed();
    const stale = { exit: 6, code: 'STALE_EPOCH', details: { current: 2, holder: 'agent:b' } };
    await cli(['claim', id, 'agent:b', '--steal', '--reason', 'it hangs']);
    await expectFailure(cli, `lease renew ${id} --by agent:b --epoch 1`, stale);
    const old = startCli({
      store: cli.store,
      clock: cli.clock,
      env: { JIT_EPOCH: `${id}@1`, JIT_AGENT_ID: 'agent:a' },
    });
    await expectFailure(old, `heartbeat ${id}`, stale);
    await document(cli, `lease renew ${id} --by agent:b --epoch 2`);
    await claimElsewhere(cli, idOf(9));
    await expectFailure(cli, `lease renew ${idOf(9)} --by agent:far --epoch 7`, {
      exit: 6,
      code: 'STALE_EPOCH',
      message: /it is held by agent:far in \/trees\/b on branch topic, under epoch 1/,
    });
  });
});

describe('jit lease release', () => {
  test.each(['lease release ID', 'issue claim release ID', 'claim release ID'])('%s', async (line) => {
    const cli = start();
    const id = await create(cli, 'Work');
    await cli(`claim ${id} agent:a`);
    await expectFailure(cli, `${line.replace('ID', id)} --by agent:b`, { exit: 6, code: 'NOT_HOLDER' });
    const said = await document(cli, `${line.replace('ID', id.slice(-8).toLowerCase())} --by agent:a`);
    expect(said).toMatchObject({
      kind: 'lease-release',
      released: [{ id, title: 'Work', state: 'ready', lease: { status: 'released', life: 'over' } }],
      count: 1,
      changed: true,
      became_ready: [],
    });
    await expectNoChange(cli, `${line.replace('ID', id)} --by agent:a`);
  });

  test('frees by force what others hold, and what only another branch has', async () => {
    const cli = start();
    const id = await create(cli, 'Work');
    await cli(`claim ${id} agent:a`);
    await claimElsewhere(cli, idOf(9));
    const ran = await cli(`lease release ${id} ${idOf(9)} --force --by human:lead`);
    expect(ran.stdout).toBe(
      `${id.slice(-8)} ready Work\n${idOf(9).slice(-8)} released (not in this work tree)\n`,
    );
    expect((await document(cli, 'lease list')).count).toBe(0);
    expect((await document(cli, `events query --issue ${id} --event issue.released`)).events).toMatchObject([
      { by: 'human:lead', assignee: 'agent:a', forced: true },
    ]);
  });
});

describe('jit lease expire', () => {
  test('ends what is overdue and nothing else, and says which issues returned', async () => {
    const cli = start();
    const [late, fine] = [await create(cli, 'Late'), await create(cli, 'Fine')];
    await cli(`claim ${late} agent:a`);
    await cli(`claim ${fine} agent:b --ttl 2h`);
    expect(await document(cli, 'lease expire')).toMatchObject({ expired: [], returned: [], count: 0 });
    cli.clock.forward(45 * MINUTE);
    const said = await document(cli, 'lease expire');
    expect(said).toMatchObject({
      kind: 'lease-expiry',
      expired: [{ id: late, status: 'released', ended: 'expired', life: 'over' }],
      returned: [{ id: late, state: 'ready', assignee: null }],
      count: 1,
    });
    expect((await document(cli, `lease show ${fine}`)).lease.life).toBe('live');
    await expectNoChange(cli, 'lease expire');
    await cli(`claim ${late} agent:a`);
    cli.clock.forward(45 * MINUTE);
    expect((await cli('lease expire')).stdout.split('\n')).toEqual([
      `${late.slice(-8)} given back by agent:a in ${cli.cwd}, epoch 2, expired, just now`,
      `${late.slice(-8)}  ready  normal  -  Late`,
      '',
    ]);
  });
});

describe('jit issue release --holder', () => {
  const busy = async (options: Parameters<typeof startCli>[0] = {}) => {
    const cli = start(options);
    const make = async (title: string) => (await cli(['create', title])).stdout.trim();
    const [a, b, other] = [await make('A'), await make('B'), await make('Other')];
    await cli(`claim ${a} agent:gone`);
    await cli(`claim ${b} agent:gone`);
    await cli(`claim ${other} agent:here`);
    return { cli, a, b, other };
  };

  test('shows what it would do, and wants --yes', async () => {
    const { cli, a, b } = await busy();
    await expectFailure(cli, 'release --holder agent:gone', {
      exit: 2,
      code: 'CONFIRM',
      hint: /would release \w{8} A: held by agent:gone in .*; would release .*; add --yes to do it$/,
      details: { would_release: [{ id: a }, { id: b }] },
    });
  });

  test('frees all that the holder has', async () => {
    const { cli, a, b, other } = await busy();
    const said = await document(cli, 'issue release --holder gone --yes --by human:lead --comment crashed');
    expect(said).toMatchObject({ kind: 'lease-release', count: 2, changed: true });
    expect(said.released.map(({ id, state }: { id: string; state: string }) => [id, state])).toEqual([
      [a, 'ready'],
      [b, 'ready'],
    ]);
    expect((await document(cli, `show ${other}`)).issue).toMatchObject({ state: 'in_progress' });
    expect((await document(cli, `show ${a}`)).issue.comments).toMatchObject([{ body: 'crashed' }]);
    expect(await document(cli, 'release --holder gone')).toMatchObject({ count: 0, changed: false });
  });

  test('asks at a terminal', async () => {
    const terminal = { interactive: true, stderr: true };
    const asked: string[] = [];
    const no = await busy({ terminal, confirm: (question) => asked.push(question) === 0 });
    expect(await no.cli('release --holder agent:gone')).toMatchObject({ exit: 2 });
    expect(asked).toEqual([
      expect.stringMatching(/^would release \w{8} A: held by .*\nwould release .*\nRelease\?$/),
    ]);
    const yes = await busy({ terminal, confirm: () => true });
    expect(await yes.cli('release --holder agent:gone')).toMatchObject({ exit: 0 });
    expect((await document(yes.cli, `show ${yes.a}`)).issue.state).toBe('ready');
  });

  test('goes with nothing that names one issue', async () => {
    const { cli, a } = await busy();
    for (const line of [
      'release',
      `release ${a} --holder agent:gone --yes`,
      `release ${a} --yes`,
      'release --holder agent:gone --yes --epoch 1',
      'release --holder agent:gone --yes --if-rev 0123456789abcdef',
    ])
      await expectFailure(cli, line, { exit: 2, code: 'USAGE' });
    await expectFailure(cli, ['release', '--holder', 'two words', '--yes'], { exit: 2, code: 'USAGE' });
  });
});
