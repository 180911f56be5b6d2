import { beforeEach, describe, expect, test } from 'vitest';
import { type Cli, startCli } from '../../support/cli.ts';
import { create, document, expectFailure } from '../../support/command-line.ts';

let cli: Cli;
let ids: Record<string, string>;

beforeEach(async () => {
  cli = startCli();
  const low = await create(cli, 'Low', '-p', 'low', '-l', 'bug');
  const high = await create(cli, 'High', '-p', 'high', '-a', 'human:ada', '--milestone', 'v1');
  const blocked = await create(cli, 'Blocked', '--needs', low, '-l', 'bug,ui');
  const held = await create(cli, 'Held', '--hold', 'later');
  const done = await create(cli, 'Done', '-p', 'critical');
  await cli(`complete ${done}`);
  const gone = await create(cli, 'Gone');
  await cli(`archive ${gone}`);
  const mine = await create(cli, 'Mine', '-p', 'critical');
  await cli(`claim ${mine}`);
  ids = { low, high, blocked, held, done, gone, mine };
});

const titles = async (line: string | readonly string[]): Promise<string> =>
  (await document(cli, line)).issues.map(({ title }: { title: string }) => title).join(' ');

describe('jit issue list', () => {
  test('lists what is open, most urgent first, in rows that scripts can read', async () => {
    const { stdout, stderr } = await cli('issue list');
    expect(stderr).toBe('');
    expect(stdout).toBe(
      [
        `${ids.mine!.slice(-8)}  in_progress  critical  agent:tester  Mine`,
        `${ids.high!.slice(-8)}  ready  high  human:ada  High`,
        `${ids.blocked!.slice(-8)}  backlog  normal  -  Blocked`,
        `${ids.held!.slice(-8)}  backlog  normal  -  Held`,
        `${ids.low!.slice(-8)}  ready  low  -  Low`,
        '',
      ].join('\n'),
    );
  });

  test('has a document of summaries', async () => {
    const said = await document(cli, 'list --label ui');
    expect(said).toEqual({
      schema_version: 1,
      kind: 'issue-list',
      issues: [
        {
          id: ids.blocked,
          ref: ids.blocked!.slice(-8),
          title: 'Blocked',
          state: 'backlog',
          priority: 'normal',
          assignee: null,
          labels: ['bug', 'ui'],
          blocked_by_count: 1,
        },
      ],
      count: 1,
      total: 1,
      truncated: false,
    });
  });

  test.each([
    ['ls', 'Mine High Blocked Held Low'],
    ['list', 'Mine High Blocked Held Low'],
    ['issue ls', 'Mine High Blocked Held Low'],
    ['list --all', 'Done Mine High Blocked Held Gone Low'],
    ['list --state open', 'Mine High Blocked Held Low'],
    ['list --state closed', 'Done Gone'],
    ['list --state ready', 'High Low'],
    ['list --status in-progress', 'Mine'],
    ['list -s IN_PROGRESS,done', 'Done Mine'],
    ['list -s done -s archived', 'Done Gone'],
    ['list --state blocked', 'Blocked'],
    ['list --state backlog', 'Blocked Held'],
    ['list --priority p0,low', 'Mine Low'],
    ['list -p medium', 'Blocked Held'],
    ['list --assignee ada', 'High'],
    ['list --assignee human:ada', 'High'],
    ['list --assignee agent:ada', ''],
    ['list --assignee me', 'Mine'],
    ['list -a none --label bug', 'Blocked Low'],
    ['list --milestone v1', 'High'],
    ['list --milestone none -p critical', 'Mine'],
    ['list -l nothing', ''],
    [['list', '--filter', 'priority:high|critical -assignee:me'], 'High'],
    [['list', '--filter', 'state:done'], 'Done'],
    [['list', '--filter', 'label:bug', '--state', 'ready'], 'Low'],
  ])('%j', async (line, expected) => {
    expect(await titles(line)).toBe(expected);
  });

  test('says where a limit cut, and only then', async () => {
    expect(await document(cli, 'list --limit 2')).toMatchObject({ count: 2, total: 5, truncated: true });
    expect(await document(cli, 'list -n 5')).toMatchObject({ count: 5, total: 5, truncated: false });
    const atTerminal = startCli({ store: cli.store, terminal: { stdout: true, stderr: true } });
    expect((await atTerminal('list -n2')).stderr).toBe('2 of 5 are shown; raise --limit for more\n');
    expect((await atTerminal('list -l nothing')).stderr).toBe('no issue matches\n');
  });

  test('an empty list is a success', async () => {
    expect(await cli('list -l nothing')).toMatchObject({ exit: 0, stdout: '', stderr: '' });
    expect(await document(cli, 'list -l nothing')).toMatchObject({
      issues: [],
      count: 0,
      total: 0,
      truncated: false,
    });
  });

  test('gives all fields with --full, and those that are named with --fields', async () => {
    const { issues } = await document(cli, 'list --full -s in_progress');
    expect(issues).toHaveLength(1);
    const { issue } = await document(cli, `show ${ids.mine}`);
    const { blocked_by, blocks, linked_from, lease, rev, ...full } = issue;
    expect([blocked_by, blocks, linked_from, lease, typeof rev]).toEqual([
      [],
      [],
      [],
      expect.objectContaining({ epoch: 1 }),
      'string',
    ]);
    expect(issues[0]).toEqual(full);
    const picked = await document(cli, 'list --fields title,progress,id -s in_progress --fields ref');
    expect(picked.issues).toEqual([
      { title: 'Mine', progress: null, id: ids.mine, ref: ids.mine!.slice(-8) },
    ]);
    expect(Object.keys(picked.issues[0])).toEqual(['title', 'progress', 'id', 'ref']);
  });

  test.each<[string | readonly string[], string, RegExp]>([
    ['list --state redy', 'UNKNOWN_VALUE', /did you mean ready\?/],
    ['list --priority urgnt', 'UNKNOWN_VALUE', /valid: critical, high/],
    ['list --fields titel', 'UNKNOWN_VALUE', /did you mean title\?/],
    ['list --fields __proto__', 'UNKNOWN_VALUE', /valid/],
    ['list --limit 0', 'USAGE', /1 or more/],
    ['list --limit -1', 'USAGE', /1 or more/],
    ['list --limit two', 'USAGE', /--help/],
    [['list', '--filter', ''], 'USAGE', /unset/],
    [['list', '--filter', 'label:'], 'USAGE', /unset/],
    [['list', '--filter', 'title:x'], 'UNKNOWN_VALUE', /valid: state/],
    [['list', '--filter', 'x'], 'USAGE', /field:value/],
    [['list', '--filter', 'constructor:x'], 'UNKNOWN_VALUE', /valid/],
    [['list', '--label', ''], 'USAGE', /unset/],
    [['list', '--assignee', 'a b'], 'USAGE', /identifier/],
    ['list extra', 'USAGE', /jit issue list/],
  ])('refuses %j', async (line, code, hint) => {
    await expectFailure(cli, line, { exit: 2, code, hint });
  });
});
