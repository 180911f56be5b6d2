import { beforeEach, describe, expect, test } from 'vitest';
import { type Cli, startCli } from '../support/cli.ts';
import { create, document, expectFailure } from '../support/command-line.ts';
import { GATES } from '../support/issues.ts';

let cli: Cli;
let ids: Record<string, string>;

beforeEach(async () => {
  cli = startCli({ content: { gates: GATES } });
  const ready = await create(cli, 'Ready', '-p', 'critical');
  const theirs = await create(cli, 'Theirs', '-a', 'copilot:copilot-1', '-p', 'high');
  const busy = await create(cli, 'Busy');
  await cli(`claim ${busy}`);
  const blocked = await create(cli, 'Blocked', '--needs', `${ready},${busy}`, '--hold', 'frozen');
  const precheck = await create(cli, 'Precheck', '--gate', 'plan', '-p', 'low');
  const gated = await create(cli, 'Gated', '--gate', 'tests,review');
  await cli(`complete ${gated}`);
  const done = await create(cli, 'Done', '-a', 'copilot:copilot-1');
  await cli(`complete ${done} --by copilot:copilot-1`);
  ids = { ready, theirs, busy, blocked, precheck, gated, done };
});

const titles = async (line: string): Promise<string> =>
  (await document(cli, line)).issues.map(({ title }: { title: string }) => title).join(' ');

describe('jit query', () => {
  test.each([
    ['query ready', 'Ready'],
    ['ready', 'Ready'],
    ['query state in_progress', 'Busy'],
    ['query state in-progress', 'Busy'],
    ['query state done', 'Done'],
    ['query state done,gated', 'Gated Done'],
    ['query state open', 'Ready Theirs Busy Blocked Gated Precheck'],
    ['query state closed', 'Done'],
    ['query state blocked', 'Blocked'],
    ['query priority critical', 'Ready'],
    ['query priority p0,high', 'Ready Theirs'],
    ['query assignee copilot-1', 'Theirs'],
    ['query assignee copilot:copilot-1', 'Theirs'],
    ['query assignee agent:copilot-1', ''],
    ['query assignee me', 'Busy Gated'],
    ['query assignee none', 'Ready Blocked Precheck'],
    ['query mine', 'Busy Gated'],
    ['mine', 'Busy Gated'],
  ])('%s', async (line, expected) => {
    expect(await titles(line)).toBe(expected);
    const text = await cli(line);
    expect(text).toMatchObject({ exit: 0, stderr: '' });
    expect(text.stdout.split('\n').filter((row) => row !== '')).toHaveLength(
      expected.split(' ').filter(Boolean).length,
    );
  });

  test('limits, and says so', async () => {
    expect(await document(cli, 'query state open --limit 1')).toMatchObject({
      count: 1,
      total: 6,
      truncated: true,
    });
    expect((await document(cli, 'query state open -n 2 --fields title')).issues).toEqual([
      { title: 'Ready' },
      { title: 'Theirs' },
    ]);
    expect((await document(cli, 'mine --full')).issues[0]).toHaveProperty('gates_status');
  });

  test.each<[readonly string[], string, RegExp]>([
    [['query', 'state'], 'USAGE', /STATE/],
    [['query', 'state', ''], 'USAGE', /unset/],
    [['query', 'state', 'redy'], 'UNKNOWN_VALUE', /did you mean ready\?/],
    [['query', 'state', 'ready,'], 'UNKNOWN_VALUE', /valid/],
    [['query', 'priority', 'hihg'], 'UNKNOWN_VALUE', /did you mean high\?/],
    [['query', 'priority', '2'], 'UNKNOWN_VALUE', /did you mean p2\?.*also p0, p1, p2, p3, medium, urgent/],
    [['query', 'priority', 'constructor'], 'UNKNOWN_VALUE', /valid/],
    [['query', 'assignee', ''], 'USAGE', /unset/],
    [['query', 'assignee', 'a b'], 'USAGE', /identifier/],
    [['query'], 'USAGE', /ready, blocked/],
    [['query', 'redy'], 'USAGE', /did you mean jit query ready\?/],
    [['ready', '--to', 'x'], 'USAGE', /--claim/],
    [['ready', '--limit', '0'], 'USAGE', /1 or more/],
  ])('refuses %j', async (line, code, hint) => {
    await expectFailure(cli, line, { exit: 2, code, hint });
  });
});

describe('jit query blocked', () => {
  test.each([['query blocked'], ['blocked']])(
    '%s gives every reason, with what resolves it',
    async (line) => {
      const said = await document(cli, line);
      expect(said).toMatchObject({ kind: 'blocked-list', count: 3 });
      const reasonsOf = (id: string) =>
        said.issues
          .find((row: { id: string }) => row.id === id)
          .reasons.map((r: Record<string, string>) => `${r.type} ${r.resolve}`);
      const ref = (name: string) => ids[name]!.slice(-8);
      expect(reasonsOf(ids.blocked!)).toEqual([
        `dependency jit issue claim ${ref('ready')}`,
        `dependency jit issue show ${ref('busy')}`,
        `hold jit issue unhold ${ref('blocked')}`,
      ]);
      expect(reasonsOf(ids.precheck!)).toEqual([`gate jit gate pass ${ref('precheck')} plan`]);
      expect(reasonsOf(ids.gated!)).toEqual([
        `gate jit gate pass ${ref('gated')} review --by human:NAME`,
        `gate jit gate pass ${ref('gated')} tests --by agent:tester`,
      ]);
      const { stdout } = await cli(line);
      expect(stdout).toContain(
        `${ref('blocked')}  backlog  normal  -  Blocked\n  - waits for ${ref('ready')} Ready (ready)\n`,
      );
      expect(stdout).toContain('  - is on hold: frozen\n');
    },
  );

  test('nothing is blocked', async () => {
    const empty = startCli({ terminal: { stderr: true } });
    expect(await empty('blocked')).toMatchObject({ exit: 0, stdout: '', stderr: 'nothing is blocked\n' });
    expect(await document(startCli(), 'blocked')).toMatchObject({ issues: [], count: 0 });
  });
});
