import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/store/memory/memory-store.ts';
import { type Cli, standingClock, startCli } from '../support/cli.ts';
import { create, type Doc, document, expectFailure } from '../support/command-line.ts';
import { GATES } from '../support/issues.ts';
import { observe } from '../support/watched.ts';

const start = () => startCli({ content: { gates: GATES } });

async function story() {
  const cli = start();
  const id = await create(cli, 'Login', '--gate', 'tests');
  cli.clock.forward(60_000);
  await cli(`claim ${id} copilot:copilot-1`);
  cli.clock.forward(3_600_000);
  await cli(`complete ${id} --by copilot:copilot-1`);
  await cli(['gate', 'fail', id, 'tests', '--by', 'ci:x', '--reason', 'red']);
  const other = await create(cli, 'Other');
  return { cli, id, other };
}

const names = (said: Doc): string => said.events.map(({ event }: { event: string }) => event).join(' ');

describe('jit events tail', () => {
  test.each([['events tail'], ['events']])('%s shows the last ten', async (line) => {
    const cli = start();
    for (let i = 0; i < 12; i += 1) await create(cli, `T${i}`);
    const said = await document(cli, line);
    expect(said).toMatchObject({ kind: 'event-list', count: 10, total: 12, truncated: true });
    expect(said.events.map((event: { title: string }) => event.title)).toEqual(
      Array.from({ length: 10 }, (_, i) => `T${i + 2}`),
    );
    const { stdout } = await cli(line);
    expect(stdout.trim().split('\n')).toHaveLength(10);
    const atTerminal = startCli({ store: cli.store, terminal: { stderr: true } });
    expect((await atTerminal(line)).stderr).toBe('the last 10 of 12 are shown; -n shows more\n');
  });

  test.each([['events tail -n 2'], ['events tail -n2'], ['events tail --lines=2'], ['events -n 2']])(
    '%s',
    async (line) => {
      const { cli, id, other } = await story();
      const said = await document(cli, line);
      expect(names(said)).toBe('gate.failed issue.created');
      expect((await cli(line)).stdout).toBe(
        `2026-01-02T04:05:05.000Z  gate.failed  ${id.slice(-8)}  ci:x  gate tests, reason: red\n` +
          `2026-01-02T04:05:05.000Z  issue.created  ${other.slice(-8)}  agent:tester  "Other"\n`.replace(
            '04:04:05',
            '04:04:05',
          ),
      );
    },
  );

  test('an empty log is an empty list', async () => {
    expect(await start()('events tail')).toMatchObject({ exit: 0, stdout: '', stderr: '' });
    expect(await document(start(), 'events tail')).toMatchObject({
      events: [],
      count: 0,
      total: 0,
      truncated: false,
    });
    for (const words of ['-n 0', '-n -1', '-n x', '-n'])
      await expectFailure(start(), `events tail ${words}`, { exit: 2, code: 'USAGE' });
  });
});

describe('jit events tail --follow', () => {
  function follow(line: string) {
    const clock = standingClock();
    const { store, watched } = observe(createMemoryStore({ clock, initial: { gates: GATES } }));
    const interruption = new AbortController();
    let seen = '';
    let notify = (): void => {};
    const cli = startCli({
      store,
      clock,
      signal: interruption.signal,
      onOut: (text) => {
        seen += text;
        notify();
      },
    });
    const worker = startCli({ store, clock });
    const until = async (words: RegExp): Promise<void> => {
      while (!words.test(seen)) {
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
    };
    return { start: () => cli(line), worker, watched, until, stop: () => interruption.abort(130) };
  }

  test('prints one document a line as things happen, and ends when interrupted', async () => {
    const { start, worker, watched, until, stop } = follow('events tail -n 1 --follow --json');
    await create(worker, 'before the last');
    const id = await create(worker, 'last');
    const following = start();
    await watched;
    await worker(`claim ${id} agent:a`);
    await until(/issue\.claimed/);
    await worker(`complete ${id} --by agent:a`);
    await until(/issue\.completed/);
    stop();
    const ran = await following;
    expect(ran).toMatchObject({ exit: 130, stderr: '' });
    const printed = ran.json as unknown as { kind: string; event: { event: string; id: string } }[];
    expect(printed.map(({ kind, event }) => `${kind} ${event.event}`)).toEqual([
      'event issue.created',
      'event issue.claimed',
      'event issue.completed',
    ]);
    expect(new Set(printed.map(({ event }) => event.id))).toEqual(new Set([id]));
  });

  test('prints a line each as text', async () => {
    const { start, worker, watched, until, stop } = follow('events tail -f');
    const following = start();
    await watched;
    await create(worker, 'T\u202e');
    await until(/issue\.created/);
    stop();
    const ran = await following;
    expect(ran.stdout).toMatch(/^\S+Z {2}issue\.created {2}\w{8} {2}agent:tester {2}"T\\u\{202e\}"\n$/);
  });
});

describe('jit events query', () => {
  const query = async (cli: Cli, words: string) => names(await document(cli, `events query ${words}`));

  test('selects by time, name, who and issue', async () => {
    const { cli, id, other } = await story();
    cli.clock.forward(60_000);
    expect(await query(cli, '')).toBe('issue.created issue.claimed issue.gated gate.failed issue.created');
    expect(await query(cli, '--since 1h --event gate.failed')).toBe('gate.failed');
    expect(await query(cli, '--since 30m')).toBe('issue.gated gate.failed issue.created');
    expect(await query(cli, '--until 30m')).toBe('issue.created issue.claimed');
    expect(await query(cli, '--since 2026-01-02T03:05:00Z --until 2026-01-02T03:06:00+00:00')).toBe(
      'issue.claimed',
    );
    expect(await query(cli, '--since 2026-01-03')).toBe('');
    expect(await query(cli, '--event gate')).toBe('gate.failed');
    expect(await query(cli, '-e issue.claimed,gate')).toBe('issue.claimed gate.failed');
    expect(await query(cli, '--assignee copilot-1')).toBe('issue.claimed');
    expect(await query(cli, '--assignee agent:copilot-1')).toBe('');
    expect(await query(cli, '--by x')).toBe('gate.failed');
    expect(await query(cli, '--by ci:x')).toBe('gate.failed');
    expect(await query(cli, `--issue ${other.slice(-8)}`)).toBe('issue.created');
    expect(await query(cli, `--issue ${id} --limit 1`)).toBe('gate.failed');
    expect(await document(cli, 'events query -n 2')).toMatchObject({ count: 2, total: 5, truncated: true });
  });

  test.each<[readonly string[], string, RegExp]>([
    [['--event', 'gate.faild'], 'UNKNOWN_VALUE', /did you mean gate\.failed\?/],
    [['--event', 'constructor'], 'UNKNOWN_VALUE', /valid/],
    [['--event', ''], 'USAGE', /unset/],
    [['--since', 'yesterday'], 'USAGE', /duration such as 1h/],
    [['--since', '2026-13-01'], 'USAGE', /duration/],
    [['--since', '2026-02-30'], 'USAGE', /duration/],
    [['--since', ''], 'USAGE', /unset/],
    [['--limit', '0'], 'USAGE', /1 or more/],
    [['--assignee', ''], 'USAGE', /unset/],
    [['--issue', 'abc'], 'USAGE', /4 characters/],
    [['--follow'], 'USAGE', /./],
  ])('refuses %j', async (words, code, hint) => {
    await expectFailure(start(), ['events', 'query', ...words], { exit: 2, code, hint });
  });

  test('names an issue that is not there, and finds the events of one that was deleted', async () => {
    const { cli, other } = await story();
    await expectFailure(cli, 'events query --issue ZZZZZZZZ', { exit: 3, code: 'ISSUE_NOT_FOUND' });
    await cli(`delete ${other} --yes`);
    expect(await query(cli, `--issue ${other}`)).toBe('issue.created issue.deleted');
    expect(await query(cli, `--issue ${other.slice(-8)}`)).toBe('issue.created issue.deleted');
  });
});
