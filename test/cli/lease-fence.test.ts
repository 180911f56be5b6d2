import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { route } from '../../src/cli/route.ts';
import type { Issue } from '../../src/domain/issue.ts';
import type { Change } from '../../src/domain/lease.ts';
import type { Host } from '../../src/main/host.ts';
import type { Store } from '../../src/store/store.ts';
import { type Cli, startCli } from '../support/cli.ts';
import { document, expectFailure } from '../support/command-line.ts';
import { contentsOf } from '../support/invariants.ts';
import { GATES, HERE, inState, issueWith } from '../support/issues.ts';

const ISSUE = issueWith(1).id;
const OTHER = issueWith(2).id;
/** The epoch of the claim; the one before it is stale. */
const EPOCH = 2;

/** A command that writes an issue, and an issue that it changes. */
interface Row {
  readonly line: string;
  readonly issue: Partial<Issue>;
  /** What its lease is. */
  readonly lease: NonNullable<Change['status']>;
  /** It changes the lease alone. */
  readonly silent?: true;
}

const working = { ...inState('in_progress'), claim_epoch: EPOCH };
const gated = { ...inState('gated'), claim_epoch: EPOCH };
const held = (line: string, issue: Partial<Issue> = working): Row => ({ line, issue, lease: 'held' });

const WRITERS: readonly Row[] = [
  held('issue update ID --priority high'),
  held('issue update ID --state done'),
  held('issue update ID --state ready'),
  held('issue release ID'),
  held('lease release ID'),
  { ...held('issue claim ID'), silent: true },
  { ...held('lease renew ID'), silent: true },
  held('lease hold ID --comment ok -- make'),
  held('issue complete ID'),
  held('issue complete ID --not-planned'),
  held('issue comment ID hello'),
  held('issue assign ID agent:other'),
  held('issue unassign ID'),
  // The file was taken back by a checkout.
  held('issue hold ID why', inState('ready')),
  held('issue unhold ID', { ...working, hold: { reason: 'not yet' } }),
  { line: 'issue reopen ID', issue: { ...inState('done'), claim_epoch: EPOCH }, lease: 'done' },
  held('issue archive ID'),
  held('issue delete ID --yes'),
  held('dep add ID OTHER'),
  held('dep rm ID OTHER', { ...working, dependencies: [OTHER] }),
  held('gate add ID tests'),
  { line: 'gate drop ID review --by human:lead', issue: gated, lease: 'suspended' },
  { line: 'gate pass ID review --by human:lead', issue: gated, lease: 'suspended' },
  { line: 'gate fail ID review', issue: gated, lease: 'suspended' },
];

/** A store with that issue, claimed by agent:holder under the epoch. */
async function start({ issue, lease }: Row): Promise<{ cli: Cli; rev: string }> {
  const issues = [issueWith(1, issue), issueWith(2)];
  const cli = startCli({ content: { gates: GATES, issues }, env: {}, supervise });
  const { leases } = cli;
  await leases!.acquire({
    id: ISSUE,
    actor: { id: 'agent:holder', bare: false },
    here: HERE,
    ttl: null,
    tie: null,
    floor: EPOCH - 1,
    exclusive: true,
    takeover: false,
  });
  await leases!.renew(ISSUE, EPOCH, { status: lease });
  const { rev } = (await document(cli, `show ${ISSUE}`)).issue;
  return { cli, rev };
}

const lineOf = ({ line }: Row): string => {
  const filled = line.replace('ID', ISSUE.toLowerCase()).replace('OTHER', OTHER);
  return filled.includes('--by') ? filled : plus(filled, '--by agent:holder');
};

/** Options stand before the words of a command. */
const plus = (line: string, options: string): string => {
  const [own, ...command] = line.split(' -- ');
  return [`${own} ${options}`, ...command].join(' -- ');
};

/** A program that succeeds at once. */
const supervise: Host['supervise'] = async () => ({
  ended: Promise.resolve({ exit: 0, signal: null, interruptedBy: null }),
  kill: () => {},
});

const eventsIn = async ({ store }: Cli) => (await contentsOf(store as Store)).events;

const withEnv = (cli: Cli, env: Record<string, string>): Cli =>
  startCli({ store: cli.store, clock: cli.clock, env, supervise });

describe.each(WRITERS.map((row) => [row.line, row] as const))('jit %s', (_, row) => {
  const line = lineOf(row);

  test('is refused under an epoch that is stale', async () => {
    const { cli } = await start(row);
    const stale = {
      exit: 6,
      code: 'STALE_EPOCH',
      details: { id: ISSUE, epoch: 1, current: EPOCH, holder: 'agent:holder' },
    };
    await expectFailure(cli, plus(line, '--epoch 1'), stale);
    for (const id of [ISSUE, ISSUE.slice(-8), ISSUE.toLowerCase()])
      await expectFailure(withEnv(cli, { JIT_EPOCH: `${OTHER}@7,${id}@1` }), line, stale);
  });

  test('is refused at a revision that is stale', async () => {
    const { cli, rev } = await start(row);
    await expectFailure(cli, plus(line, '--if-rev 0123456789abcdef'), {
      exit: 6,
      code: 'STALE_REVISION',
      details: { id: ISSUE, rev },
    });
  });

  test('is done under the right ones', async () => {
    const { cli, rev } = await start(row);
    const before = await eventsIn(cli);
    await document(
      withEnv(cli, { JIT_EPOCH: `${ISSUE}@${EPOCH},${OTHER}@9` }),
      plus(line, `--epoch ${EPOCH} --if-rev ${rev.toUpperCase()}`),
    );
    if (row.silent !== true) expect((await eventsIn(cli)).length).toBeGreaterThan(before.length);
    else
      expect((await cli.leases!.inspect([ISSUE])).get(ISSUE)!.lease).toMatchObject({
        epoch: EPOCH,
        renewals: 2,
      });
  });
});

test('every command that can be fenced is among them', async () => {
  const tried = new Set(
    WRITERS.map((row) => route(lineOf(row).split(' '))).map((way) => 'entry' in way && way.entry),
  );
  for (const entry of COMMANDS) {
    const { options } = (await entry.load()).declaration;
    const fenced = options?.epoch !== undefined && options['if-rev'] !== undefined;
    expect(tried.has(entry), entry.calls[0]).toBe(fenced);
  }
});

describe('a claim under an epoch', () => {
  const claimed = () => start(held('claim ID'));
  const give = (cli: Cli) => document(cli, `release ${ISSUE} --by agent:holder`);

  test('goes on with a claim, and makes no new one', async () => {
    const { cli } = await claimed();
    await give(cli);
    const over = { exit: 6, code: 'STALE_EPOCH', message: 'nobody' };
    await expectFailure(cli, `claim ${ISSUE} agent:holder --epoch ${EPOCH}`, over);
    await expectFailure(
      withEnv(cli, { JIT_EPOCH: `${ISSUE}@${EPOCH}` }),
      `claim ${ISSUE} agent:holder`,
      over,
    );
    expect((await document(cli, `claim ${ISSUE} agent:holder`)).lease.epoch).toBe(EPOCH + 1);
  });

  test('is not one that is stolen', async () => {
    const { cli } = await claimed();
    const steal = ['claim', ISSUE, 'agent:b', '--steal', '--reason', 'why'];
    await expectFailure(cli, [...steal, '--epoch', '2'], { exit: 2, code: 'USAGE' });
    await expectFailure(withEnv(cli, { JIT_EPOCH: `${ISSUE}@1` }), steal, { exit: 6, code: 'STALE_EPOCH' });
    const knowing = withEnv(cli, { JIT_EPOCH: `${ISSUE}@${EPOCH}` });
    expect((await document(knowing, steal)).lease.epoch).toBe(EPOCH + 1);
  });

  test('renews what is overdue as long as nobody took it', async () => {
    const { cli } = await claimed();
    await cli.leases!.renew(ISSUE, EPOCH, { ttl: 1000 });
    cli.clock.forward(1000);
    const again = await document(cli, `claim ${ISSUE} agent:holder --epoch ${EPOCH} --ttl 30m`);
    expect(again).toMatchObject({ outcome: 'held', lease: { epoch: EPOCH, life: 'live' } });
  });

  test('that JIT_EPOCH names says nothing about new work, and is not resumed under another', async () => {
    const { cli } = await claimed();
    const stale = withEnv(cli, { JIT_EPOCH: `${ISSUE}@1` });
    const next = await document(stale, 'claim-next --to agent:holder --resume');
    expect(next.issue.id).toBe(OTHER);
    const right = withEnv(cli, { JIT_EPOCH: `${ISSUE}@${EPOCH},${OTHER}@9` });
    expect(await document(right, 'claim-next --to agent:holder --resume')).toMatchObject({
      outcome: 'held',
      issue: { id: ISSUE },
    });
    await give(cli);
    expect((await document(stale, `claim-next --to agent:b`)).issue.id).toBe(ISSUE);
    await document(stale, `create more --by agent:holder`);
  });
});

test('what this work tree has no file of has no revision', async () => {
  const cli = startCli({ env: {} });
  await cli.leases!.acquire({
    id: ISSUE,
    actor: { id: 'agent:holder', bare: false },
    here: HERE,
    ttl: null,
    tie: null,
    floor: 0,
    exclusive: true,
    takeover: false,
  });
  for (const verb of ['renew', 'release']) {
    const line = `lease ${verb} ${ISSUE} --by agent:holder --if-rev 0123456789abcdef`;
    await expectFailure(cli, line, { exit: 6, code: 'STALE_REVISION', message: 'does not have it' });
  }
});
