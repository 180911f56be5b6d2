import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFilesStore } from '../../../src/store/files/files-store.ts';
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts';
import { type Cli, type CliOptions, standingClock, startCli, temporaryDirectory } from '../../support/cli.ts';
import { create, document, expectFailure } from '../../support/command-line.ts';
import { testedIndex } from '../../support/index-env.ts';
import { contentsOf } from '../../support/invariants.ts';
import { GATES } from '../../support/issues.ts';
import { observe } from '../../support/watched.ts';

const start = () => startCli({ content: { gates: GATES } });

/** Claims until nothing is left; returns the titles in the order of their claims. */
async function claimAll(cli: Cli, who: string, ...options: string[]): Promise<string> {
  const titles: string[] = [];
  for (;;) {
    const ran = await cli(['claim-next', '--to', who, '--json', ...options]);
    if (ran.exit !== 0) return titles.join(' ');
    titles.push((ran.json as never as { issue: { title: string } }).issue.title);
  }
}

describe('jit issue claim-next', () => {
  test('goes by who it is assigned to, rework, priority, what waits on it, age', async () => {
    const cli = start();
    await create(cli, 'old');
    const needed = await create(cli, 'needed');
    await create(cli, 'waits', '--needs', needed);
    await create(cli, 'urgent', '-p', 'critical');
    const rework = await create(cli, 'rework', '-p', 'low', '-g', 'tests');
    await cli(`complete ${rework} --by agent:x`);
    await cli(`gate fail ${rework} tests`);
    await cli(`release ${rework} --by agent:x`);
    await create(cli, 'mine', '-p', 'low', '-a', 'agent:a');
    await create(cli, 'theirs', '-p', 'critical', '-a', 'agent:b');
    expect(await claimAll(cli, 'agent:a')).toBe('mine rework urgent needed old');
  });

  test.each([
    [['claim-next', '--to', 'copilot:w1'], 'copilot:w1'],
    [['issue', 'claim-next', '--to', 'w1'], 'agent:w1'],
    [['issue', 'claim-next', '--filter', 'priority:high|critical', '--to', 'copilot-1'], 'agent:copilot-1'],
    [['ready', '--claim', '--to', 'w1'], 'agent:w1'],
    [['query', 'ready', '--claim', '--by', 'w1'], 'agent:w1'],
    [['claim-next'], 'agent:tester'],
  ])('%j', async (words, assignee) => {
    const cli = start();
    const id = await create(cli, 'T', '-p', 'high');
    const said = await document(cli, words);
    expect(said).toMatchObject({
      kind: 'claim',
      outcome: 'claimed',
      issue: { id, assignee },
      lease: { holder: assignee },
    });
  });

  test('takes only what the filter selects', async () => {
    const cli = start();
    await create(cli, 'low', '-p', 'low', '-l', 'x');
    await create(cli, 'high', '-p', 'high', '-l', 'x,needs review');
    await create(cli, 'critical', '-p', 'critical');
    expect(await claimAll(cli, 'a', '--filter', 'priority:high,critical label:"needs review",y')).toBe(
      'high',
    );
    expect(await claimAll(cli, 'a', '--filter', '-label:x state:ready')).toBe('critical');
    await expectFailure(cli, ['claim-next', '--filter', 'label:x priority:critical'], {
      exit: 5,
      code: 'NOTHING_READY',
    });
    await expectFailure(cli, ['claim-next', '--filter', 'prio:high'], {
      exit: 2,
      code: 'UNKNOWN_VALUE',
      hint: /did you mean priority\?/,
    });
    await expectFailure(cli, ['claim-next', '--filter', ''], { exit: 2, code: 'USAGE' });
  });

  test('--resume returns what one holds, before anything new', async () => {
    const cli = start();
    const held = await create(cli, 'held');
    await create(cli, 'new', '-p', 'critical');
    await cli(`claim ${held}`);
    expect(await document(cli, 'claim-next --resume')).toMatchObject({
      outcome: 'held',
      issue: { id: held },
    });
    expect(await document(cli, 'claim-next')).toMatchObject({ outcome: 'claimed', issue: { title: 'new' } });
  });

  test('tells nothing ready from all done, with counts', async () => {
    const cli = start();
    await expectFailure(cli, 'claim-next', { exit: 5, code: 'NOTHING_READY' });
    await cli(`complete ${await create(cli, 'only')}`);
    await expectFailure(cli, 'claim-next', { exit: 5, code: 'ALL_DONE', message: /all is done/ });
    const busy = await create(cli, 'busy', '-p', 'critical');
    await cli(`claim ${busy} agent:b`);
    await create(cli, 'blocked', '--needs', busy);
    await create(cli, 'held', '--hold', 'later');
    const gated = await create(cli, 'gated', '-g', 'tests');
    await cli(`complete ${gated} --by agent:c`);
    await create(cli, 'theirs', '-a', 'human:ada');
    await create(cli, 'precheck', '-g', 'plan');
    const error = await expectFailure(cli, 'claim-next', {
      exit: 5,
      code: 'NOTHING_READY',
      message:
        /1 in progress, 1 blocked, 1 gated, 1 on hold, 1 assigned to others, 1 with a precheck pending/,
      hint: /--wait/,
    });
    expect(error.retry).toBe('same');
    expect(error.details).toEqual({
      open: 6,
      in_progress: 1,
      gated: 1,
      blocked: 1,
      on_hold: 1,
      taken_elsewhere: 0,
      assigned_to_others: 1,
      prechecks_pending: 1,
    });
  });
});

function startObserved(options: CliOptions = {}) {
  const clock = standingClock();
  const { store, watched } = observe(createMemoryStore({ clock, initial: { gates: GATES } }));
  return { cli: startCli({ store, clock, ...options }), watched };
}

describe('jit claim-next --wait', () => {
  test('claims at once what is ready, whatever the wait', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    expect((await document(cli, 'claim-next --wait 0')).issue.id).toBe(id);
  });

  test('ends at once when all is done', async () => {
    const cli = start();
    await cli(`complete ${await create(cli, 'only')}`);
    await expectFailure(cli, 'claim-next --wait 1h', { exit: 5, code: 'ALL_DONE' });
  });

  test('ends when the time is over, with the counts', async () => {
    const cli = start();
    await create(cli, 'held', '--hold', 'later');
    await expectFailure(cli, 'claim-next --wait 20ms', {
      exit: 5,
      code: 'TIMEOUT',
      message: /1 on hold/,
      details: { open: 1, on_hold: 1 },
    });
    await expectFailure(cli, 'claim-next --wait soon', { exit: 2, code: 'USAGE', hint: /30s, 15m/ });
    await expectFailure(cli, 'claim-next --wait', { exit: 2, code: 'USAGE', message: /needs a value/ });
  });

  test('claims what becomes ready while it waits', async () => {
    const { cli, watched } = startObserved();
    const need = await create(cli, 'need');
    const id = await create(cli, 'T', '--needs', need);
    await cli(`claim ${need} agent:b`);
    const waiting = document(cli, 'claim-next --wait 1h');
    await watched;
    await cli(`complete ${need} --by agent:b`);
    expect(await waiting).toMatchObject({ outcome: 'claimed', issue: { id } });
  });

  test('ends when the last open issue is done', async () => {
    const { cli, watched } = startObserved();
    const busy = await create(cli, 'busy');
    await cli(`claim ${busy} agent:b`);
    const waiting = cli('claim-next --wait 1h --json');
    await watched;
    await cli(`complete ${busy} --by agent:b`);
    expect(await waiting).toMatchObject({ exit: 5, json: { error: { code: 'ALL_DONE' } } });
  });

  test('notices what another process commits to the files', async () => {
    const clock = standingClock();
    const cwd = temporaryDirectory();
    const other = startCli({ store: 'files', cwd, clock });
    await other('init');
    const place = { root: cwd, dir: join(cwd, '.jit') };
    const { store, watched } = observe(openFilesStore({ ...place, clock, index: testedIndex() }));
    const cli = startCli({ store, cwd, clock });
    const held = await create(other, 'held', '--hold', 'later');
    const waiting = document(cli, 'claim-next --wait 1h');
    await watched;
    await other(`unhold ${held}`);
    expect(await waiting).toMatchObject({ outcome: 'claimed', issue: { id: held } });
  });

  test('ends when it is interrupted', async () => {
    const interruption = new AbortController();
    const { cli, watched } = startObserved({ signal: interruption.signal });
    await create(cli, 'held', '--hold', 'later');
    const waiting = cli('claim-next --wait 1h --json');
    await watched;
    interruption.abort();
    expect(await waiting).toMatchObject({ exit: 130, json: { error: { code: 'INTERRUPTED' } } });
    expect((await contentsOf(cli.store as never)).issues).toMatchObject([{ state: 'backlog' }]);
  });
});
