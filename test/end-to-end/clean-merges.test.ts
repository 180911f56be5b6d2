import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { BINARY } from '../support/binary.ts';
import { type Branches, startBranches } from '../support/branches.ts';
import { startCli, temporaryDirectory } from '../support/cli.ts';
import { create } from '../support/command-line.ts';

vi.setConfig({ testTimeout: 60_000 });

interface Told {
  readonly problems: readonly {
    readonly code: string;
    readonly severity: string;
    readonly id: string | null;
  }[];
  readonly fixed: readonly { readonly code: string }[];
}

/** Every tracked byte of a store. */
function bytesOf(cwd: string): Readonly<Record<string, string>> {
  const store = join(cwd, '.jit');
  const names = [
    ...readdirSync(join(store, 'issues')).map((name) => `issues/${name}`),
    'events.jsonl',
    'gates.json',
  ];
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(store, name), 'utf8')]));
}

/** The leases of this repository are gone, as those of another clone are out of sight. */
const elsewhere = ({ cwd }: Branches): void =>
  rmSync(join(cwd, '.git/jit'), { recursive: true, force: true });

async function start(how: 'text' | 'driver'): Promise<Branches> {
  const branches = await startBranches(how === 'text' ? 'no attributes' : 'driver missing');
  const program = `"${process.execPath}" "${BINARY}" git merge-driver %O %A %B %L %P`;
  if (how === 'driver') branches.git('config', 'merge.jit.driver', program);
  return branches;
}

/** Finds these errors, repairs them, here and in a clone to the same bytes, and then finds nothing to repair. */
async function expectRepaired(branches: Branches, codes: readonly string[]): Promise<void> {
  const { cli, cwd, git, commit } = branches;
  commit();
  const clone = join(temporaryDirectory(), 'clone');
  git('clone', '--quiet', cwd, clone);
  const found = await cli('validate --json');
  expect([found.exit, found.stderr]).toEqual([4, '']);
  const errors = (found.json as never as Told).problems
    .filter(({ severity }) => severity === 'error')
    .map(({ code }) => code);
  expect([...new Set(errors)].sort()).toEqual([...codes].sort());
  cli.clock.forward(3_600_000);
  expect(await cli('validate --fix --yes')).toMatchObject({ exit: 0 });
  expect(await cli('validate --json')).toMatchObject({ exit: 0, json: { problems: [] } });
  const mended = bytesOf(cwd);
  expect((await cli('validate --fix --yes --json')).json).toMatchObject({ fixed: [] });
  expect(bytesOf(cwd)).toEqual(mended);
  expect(await startCli({ store: 'files', cwd: clone })('validate --fix --yes')).toMatchObject({ exit: 0 });
  expect(bytesOf(clone)).toEqual(mended);
}

const eventsOf = ({ cwd }: Branches) =>
  readFileSync(join(cwd, '.jit/events.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const byFix = (branches: Branches) => eventsOf(branches).filter(({ by }) => by === 'jit:fix');

describe.each(['text', 'driver'] as const)('what a clean merge breaks, merged by %s', (how) => {
  test('a cycle of two edges: the one that was added last goes', async () => {
    const branches = await start(how);
    const { cli, git, part, issue } = branches;
    const [a, b] = [await create(cli, 'A'), await create(cli, 'B')];
    await part(
      () => cli(`dep add ${a} ${b}`),
      () => cli(`dep add ${b} ${a}`),
    );
    git('merge', '--quiet', '--no-edit', 'side');
    await expectRepaired(branches, ['cycle']);
    expect([issue(a).dependencies, issue(b).dependencies]).toEqual([[b], []]);
    expect(byFix(branches)).toMatchObject([
      { event: 'dependency.removed', id: b, dependency: a, reason: expect.stringContaining('cycle') },
      { event: 'issue.ready', id: b },
    ]);
  });

  test.each([
    ['deleted', 'dangling-dependency', (a: string) => `delete ${a} --yes`],
    ['archived unfinished', 'archived-dependency', (a: string) => `archive ${a}`],
  ])('a dependency on an issue that was %s there', async (_, code, leave) => {
    const branches = await start(how);
    const { cli, git, part, issue } = branches;
    const [a, b] = [await create(cli, 'A'), await create(cli, 'B')];
    await part(
      () => cli(leave(a)),
      () => cli(`dep add ${b} ${a}`),
    );
    git('merge', '--quiet', '--no-edit', 'side');
    await expectRepaired(branches, [code]);
    expect(issue(b)).toMatchObject({ dependencies: [], state: 'ready' });
  });

  test('a gate that was removed there and is required here: it comes back as it was', async () => {
    const branches = await start(how);
    const { cli, human, git, part, read } = branches;
    const a = await create(cli, 'A');
    await human('gate define audit --title Audit --auto --stage precheck --by human:h');
    const before = JSON.parse(read('.jit/gates.json'));
    await part(
      () => human('gate undefine audit --by human:h'),
      () => cli(`gate add ${a} audit`),
    );
    git('merge', '--quiet', '--no-edit', 'side');
    expect(JSON.parse(read('.jit/gates.json')).audit).toBeUndefined();
    await expectRepaired(branches, ['undefined-gate']);
    expect(JSON.parse(read('.jit/gates.json')).audit).toEqual(before.audit);
    expect(byFix(branches)).toMatchObject([{ event: 'gate.defined', gate: 'audit', id: null }]);
  });

  test('one issue claimed on both by the same name: the claim in the file stands', async () => {
    const branches = await start(how);
    const { cli, git, part, issue } = branches;
    const a = await create(cli, 'A');
    const time = cli.clock.now();
    await part(
      async () => {
        await cli(`claim ${a} --by agent:x`);
        elsewhere(branches);
      },
      async () => {
        // In the same moment, so that the files are the same.
        cli.clock.forward(-60_000);
        await cli(`claim ${a} --by agent:x`);
      },
    );
    expect(cli.clock.now()).not.toBe(time);
    git('merge', '--quiet', '--no-edit', 'side');
    await expectRepaired(branches, ['double-claim']);
    expect(issue(a)).toMatchObject({ state: 'in_progress', assignee: 'agent:x' });
    expect(byFix(branches)).toMatchObject([{ event: 'lease.lost', id: a, assignee: 'agent:x' }]);
  });

  test('a file that is gone on one side, without a tombstone', async () => {
    const branches = await start(how);
    const { cli, git, part, cwd, path, issue } = branches;
    const a = await create(cli, 'A', '-d', 'Text');
    const b = await create(cli, 'B', '--needs', a);
    const before = issue(a);
    await part(
      async () => rmSync(join(cwd, path(a))),
      () => cli(`comment ${b} here`),
    );
    git('merge', '--quiet', '--no-edit', 'side');
    expect(existsSync(join(cwd, path(a)))).toBe(false);
    await expectRepaired(branches, ['missing-issue', 'dangling-dependency']);
    expect(issue(a)).toEqual(before);
    expect(issue(b).dependencies).toEqual([a]);
  });
});

test('one issue claimed on both by two, merged by the driver: the merge has told the loser, and nothing is left to find', async () => {
  const branches = await start('driver');
  const { cli, git, part, issue } = branches;
  const a = await create(cli, 'A');
  await part(
    async () => {
      await cli(`claim ${a} --by agent:there`);
      elsewhere(branches);
    },
    () => cli(`claim ${a} --by agent:here`),
  );
  git('merge', '--quiet', '--no-edit', 'side');
  expect(issue(a).assignee).toBe('agent:here');
  const told = (await cli('validate --json')).json as never as Told;
  expect(told.problems.filter(({ id }) => id !== null)).toEqual([]);
  expect(eventsOf(branches).filter(({ event }) => event === 'lease.lost')).toMatchObject([
    { id: a, assignee: 'agent:there', by: 'jit:merge' },
  ]);
});

describe('what a person resolves by hand, where there is no driver', () => {
  test('one issue claimed on both by two: the claim that the file holds stands, the other is told', async () => {
    const branches = await start('text');
    const { cli, tryGit, git, part, issue } = branches;
    const a = await create(cli, 'A');
    await part(
      async () => {
        await cli(`claim ${a} --by agent:there`);
        elsewhere(branches);
      },
      () => cli(`claim ${a} --by agent:here`),
    );
    expect(tryGit('merge', '--quiet', '--no-edit', 'side')).not.toBe(0);
    git('checkout', '--quiet', '--theirs', branches.path(a));
    await expectRepaired(branches, ['double-claim']);
    expect(issue(a).assignee).toBe('agent:there');
    expect(byFix(branches)).toMatchObject([{ event: 'lease.lost', id: a, assignee: 'agent:here' }]);
  });

  test('done on one side, a gate required on the other: it waits at its gate', async () => {
    const branches = await start('text');
    const { cli, tryGit, part, issue, write, path } = branches;
    const a = await create(cli, 'A');
    await part(
      () => cli(`complete ${a} --by agent:x`),
      () => cli(`gate add ${a} review`),
    );
    const here = issue(a);
    tryGit('merge', '--quiet', '--no-edit', 'side');
    const there = JSON.parse(branches.git('show', `side:${path(a)}`));
    write(path(a), `${JSON.stringify({ ...there, gates_required: here.gates_required }, null, 2)}\n`);
    await expectRepaired(branches, ['done-with-pending-gates']);
    expect(issue(a)).toMatchObject({ state: 'gated', completed_at: null, resolution: null });
  });

  test('a log of which the lines of one side were dropped', async () => {
    const branches = await start('text');
    const { cli, git, part, issue, path } = branches;
    const a = await create(cli, 'A');
    const b = await create(cli, 'B');
    await part(
      () => cli(`update ${a} --priority high`),
      () => cli(`dep add ${b} ${a}`),
    );
    git('checkout', '--quiet', 'side', '--', path(a));
    git('commit', '--quiet', '-m', 'Half');
    const told = (await cli('validate --json')).json as never as Told;
    expect(told.problems).toMatchObject([{ code: 'edited-outside', id: a }]);
    await cli('validate --fix --yes');
    expect(byFix(branches)).toMatchObject([
      { event: 'issue.reconciled', id: a, changes: { priority: ['normal', 'high'] } },
    ]);
    expect(issue(a).priority).toBe('high');
    expect((await cli('validate --json')).json).toMatchObject({ problems: [] });
  });

  test('a creation that was reverted is not missed', async () => {
    const branches = await start('text');
    const { cli, git, commit } = branches;
    await create(cli, 'A');
    commit();
    await create(cli, 'B');
    commit();
    git('revert', '--no-edit', 'HEAD');
    expect((await cli('validate --json')).json).toMatchObject({ valid: true, problems: [] });
  });

  test('what is half a conflict is left alone until it is settled', async () => {
    const branches = await start('text');
    const { cli, cwd } = branches;
    const [a, b] = [await create(cli, 'A'), await create(cli, 'B')];
    rmSync(join(cwd, branches.path(b)));
    const log = join(cwd, '.jit/events.jsonl');
    writeFileSync(log, `${readFileSync(log, 'utf8')}<<<<<<< ours\n`);
    const { problems } = (await cli('validate --json')).json as never as Told;
    expect(problems.map(({ code }) => code)).toEqual(['conflict-marker']);
    expect((await cli('validate --fix --yes --json')).json).toMatchObject({ fixed: [] });
    expect(branches.issue(a)).toBeDefined();
  });
});
