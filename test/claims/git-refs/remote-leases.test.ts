import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openGitCells } from '../../../src/claims/git-refs/open.ts';
import { listOwed, openRemoteLeases } from '../../../src/claims/git-refs/remote-leases.ts';
import type { Leases } from '../../../src/claims/leases.ts';
import { leasesDirectory, openLocalLeases } from '../../../src/claims/local/local-leases.ts';
import type { Machine } from '../../../src/claims/machine.ts';
import { isActive, type Lease } from '../../../src/domain/lease.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { ask, askAsB, leaseOf, standingOf, TTL } from '../../conformance/leases.ts';
import { FakeMachine } from '../../support/fake-machine.ts';
import { idOf } from '../../support/issues.ts';
import { size } from '../../support/size.ts';
import { type Clone, makeRemote, type Remote } from './clones.ts';

const PREFIX = 'refs/jit/claims/';
const ID = idOf(1);

/** A process of a clone. */
const openIn = ({ repository, env }: Clone, machine: Machine, timeout = 10_000): Leases => {
  const dir = leasesDirectory('', repository.commonDir);
  const local = openLocalLeases({ dir, machine, durability: 'fast' });
  return openRemoteLeases({ local, repository, env, machine, remote: 'origin', prefix: PREFIX, timeout });
};

const localOf = ({ repository }: Clone, machine: Machine): Leases =>
  openLocalLeases({ dir: leasesDirectory('', repository.commonDir), machine });

/** What the remote records, as a clone that has seen nothing reads it. */
async function recorded(remote: Remote): Promise<ReadonlyMap<string, Lease>> {
  const { repository, env } = remote.clone();
  const machine = new FakeMachine('reader').start('r');
  const cells = await openGitCells({ repository, env, machine, remote: 'origin', prefix: PREFIX }).read();
  return new Map(cells.map(({ id, lease }) => [id, lease!]));
}

/** A wrapper that counts contacts in `git.contacts`, and cuts the line off while there is a file `git.cut`, which says how. */
const LINE = `
case "$*" in
  *" push "*|*" fetch "*|*" ls-remote "*) echo . >> "$0.contacts";;
  *) exec $GIT "$@";;
esac
[ -e "$0.cut" ] || exec $GIT "$@"
case "$(cat "$0.cut") $*" in
  "after "*" push "*) $GIT "$@"; exit 128;;
  *) echo 'fatal: unable to access the remote' >&2; exit 128;;
esac`;

const besideGit = ({ env }: Clone, ending: string): string => `${env.PATH!.split(':')[0]}/git.${ending}`;
const contactsOf = (clone: Clone): number => readFileSync(besideGit(clone, 'contacts'), 'utf8').length / 2;
const cut = (clone: Clone, how: 'before' | 'after'): void => writeFileSync(besideGit(clone, 'cut'), how);
const mend = (clone: Clone): void => rmSync(besideGit(clone, 'cut'));

const hold = async (leases: Leases, fields: Parameters<typeof ask>[0] = {}): Promise<Lease> => {
  const { id, epoch } = leaseOf(await leases.acquire(ask(fields)));
  return (await leases.renew(id, epoch, { status: 'held' }))!;
};

function twoClones(wrapper = LINE) {
  const remote = makeRemote();
  const [one, two] = [remote.clone({ wrapper }), remote.clone({ wrapper })];
  const [here, there] = [new FakeMachine('one'), new FakeMachine('two')];
  const [a, b] = [openIn(one, here.start('a')), openIn(two, there.start('b'))];
  return { remote, one, two, here, there, a, b };
}

test('a claim that nobody else wants costs one contact, and so does each thing that others must know', async () => {
  const { one, two, a, b, here } = twoClones();
  await a.settle();
  const { epoch } = await hold(a);
  expect(contactsOf(one)).toBe(1);
  // Another process of the clone knows what the remote has without asking.
  const later = openIn(one, here.start('later'));
  await later.settle();
  await later.renew(ID, epoch);
  expect(contactsOf(one)).toBe(1);
  await later.renew(ID, epoch, { status: 'finishing' });
  expect(contactsOf(one)).toBe(2);
  await openIn(one, here.start('last')).renew(ID, epoch, { status: 'done' });
  expect(contactsOf(one)).toBe(3);
  // Whoever does not know it yet pushes once in vain, and reads what is there.
  expect((await b.acquire(askAsB())).outcome).toBe('refused');
  expect(contactsOf(two)).toBe(2);
  expect((await b.inspect()).get(ID)).toMatchObject({ life: 'over', lease: { status: 'done' } });
  expect(contactsOf(two)).toBe(2);
});

test('a clone that was copied is another one', async () => {
  const { one, a, here } = twoClones();
  await hold(a);
  const copied = `${one.repository.topLevel}-copy`;
  cpSync(one.repository.topLevel, copied, { recursive: true });
  rmSync(join(copied, '.git/jit/leases'), { recursive: true });
  const copy = openIn({ ...one, repository: findRepository(copied)! }, here.start('copy'));
  expect(await copy.acquire(ask())).toMatchObject({ outcome: 'refused', standing: { life: 'live' } });
  expect((await a.acquire(ask())).outcome).toBe('held');
});

describe('the line is cut', () => {
  test.each(['before', 'after'] as const)(
    '%s the remote did its part: provisional, then settled',
    async (how) => {
      const { remote, one, two, a, b, here } = twoClones();
      cut(one, how);
      const mine = await hold(a);
      expect(mine).toMatchObject({ provisional: true, status: 'held' });
      expect(listOwed({ repository: one.repository, machine: here.start('doctor') })).toEqual([ID]);
      if (how === 'after') {
        // It came through after all: for others it is taken, and for its own clone as well.
        expect((await b.acquire(askAsB())).outcome).toBe('refused');
        mend(one);
        expect((await a.settle()).kept).toMatchObject([{ id: ID, provisional: false }]);
        expect((await recorded(remote)).get(ID)).toMatchObject({ epoch: mine.epoch, status: 'held' });
        return;
      }
      const winner = await hold(b, { actor: { id: 'agent:b', bare: false } });
      mend(one);
      const { kept, lost } = await openIn(one, here.start('next')).settle();
      expect(kept).toEqual([]);
      expect(lost).toMatchObject([
        { lease: { epoch: mine.epoch, ended: 'lost' }, winner: { holder: 'agent:b', epoch: winner.epoch } },
      ]);
      expect(await a.renew(ID, mine.epoch)).toBeNull();
      expect(await standingOf(a)).toMatchObject({ lease: { holder: 'agent:b' } });
      expect(listOwed({ repository: one.repository, machine: here.start('doctor') })).toEqual([]);
      cut(two, 'before');
      expect(await b.renew(ID, winner.epoch, { status: 'done' })).toMatchObject({ status: 'done' });
      mend(two);
      await b.settle();
      expect((await recorded(remote)).get(ID)).toMatchObject({ status: 'done', holder: 'agent:b' });
    },
  );

  test('a remote that was never there is settled with when it is', async () => {
    const { remote, one, a } = twoClones();
    one.git('remote', 'set-url', 'origin', `${remote.path}-elsewhere`);
    await hold(a);
    expect(await standingOf(a)).toMatchObject({ lease: { provisional: true } });
    one.git('remote', 'set-url', 'origin', remote.path);
    expect((await a.settle()).kept).toHaveLength(0 + 1);
    expect((await recorded(remote)).size).toBe(1);
  });

  test('a remote that is not configured is no line that is cut', async () => {
    const { one, a, here } = twoClones();
    one.git('remote', 'remove', 'origin');
    await expect(a.acquire(ask())).rejects.toMatchObject({ code: 'UNKNOWN_VALUE' });
    expect((await localOf(one, here.start('x')).inspect()).get(ID)).toMatchObject({ life: 'over' });
  });
});

test('clones race for issues over a line that is cut now and then: one has each, and all agree after contact', async () => {
  const remote = makeRemote();
  const ids = Array.from({ length: size(4, 20) }, (_, at) => idOf(at + 1));
  const processes = size(2, 5);
  const sides = ['x', 'y'].map((name) => {
    const clone = remote.clone({ wrapper: LINE });
    const machine = new FakeMachine(name);
    const leases = Array.from({ length: processes }, (_, at) => openIn(clone, machine.start(`${name}${at}`)));
    return { clone, machine, leases };
  });
  const told = { refused: 0, lost: 0, provisional: 0 };
  /** Asks for all issues, each process from another one on, and goes on to work. */
  const work = async (leases: Leases, from: number): Promise<void> => {
    for (let at = 0; at < ids.length; at += 1) {
      const id = ids[(at + from) % ids.length]!;
      const answer = await leases.acquire(ask({ id, exclusive: true }));
      if (answer.outcome === 'refused') told.refused += 1;
      else {
        if (answer.lease.provisional) told.provisional += 1;
        await leases.renew(id, answer.lease.epoch, { status: 'held' });
      }
    }
  };
  const [x, y] = sides as [(typeof sides)[0], (typeof sides)[0]];
  cut(y.clone, 'before');
  await hold(y.leases[0]!, { id: ids[0]! });
  const reached = work(x.leases[0]!, 0);
  const others = [...x.leases.slice(1), ...y.leases].map((leases, at) => work(leases, at + 1));
  // In the middle the line comes back.
  await reached;
  mend(y.clone);
  await Promise.all(others);
  for (const { leases } of sides) for (const each of leases) told.lost += (await each.settle()).lost.length;
  expect(told.provisional).toBeGreaterThan(0);
  expect(told.lost).toBeGreaterThan(0);
  expect(told.refused).toBeGreaterThan(0);

  const records = await recorded(remote);
  const believers = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { clone, machine } of sides)
    for (const [id, { lease }] of await localOf(clone, machine.start('reader')).inspect()) {
      if (!isActive(lease)) continue;
      expect(lease.provisional).toBe(false);
      expect(records.get(id)).toMatchObject({ epoch: lease.epoch, beat: { host: machine.host } });
      believers.get(id)!.push(machine.host);
    }
  expect([...believers.values()].map(({ length }) => length)).toEqual(ids.map(() => 1));
});

test('clones that ask at the same moment: one has it, as often as they try', async () => {
  const { one, two, here, there } = twoClones(`
case "$*" in *" push "*) ;; *) exec $GIT "$@";; esac
# Both wait until both have come, so that both push what they think is first.
touch "$0.here"
at=0; while [ $at -lt 100 ] && [ ! -e "$(dirname "$0")/../programs-1/git.here" -o ! -e "$(dirname "$0")/../programs-2/git.here" ]; do sleep 0.02; at=$((at + 1)); done
[ $at -lt 100 ] || touch "$0.alone"
exec $GIT "$@"`);
  for (let round = 1; round <= size(3, 20); round += 1) {
    const id = idOf(round);
    for (const clone of [one, two]) rmSync(besideGit(clone, 'here'), { force: true });
    const answers = await Promise.all([
      openIn(one, here.start(`a${round}`)).acquire(ask({ id })),
      openIn(two, there.start(`b${round}`)).acquire(ask({ id })),
    ]);
    const granted = answers.find(({ outcome }) => outcome === 'granted');
    const refused = answers.find(({ outcome }) => outcome === 'refused');
    expect(refused).toMatchObject({ standing: { lease: { beat: { host: leaseOf(granted!).beat.host } } } });
  }
  // Each time both had come before either pushed.
  for (const clone of [one, two]) expect(existsSync(besideGit(clone, 'alone'))).toBe(false);
});

test('a holder in another clone whose machine is silent loses its lease by its ttl, and learns of it', async () => {
  const { a, b, here, there } = twoClones();
  const { epoch } = await hold(a);
  expect((await b.acquire(askAsB())).outcome).toBe('refused');
  there.pass(TTL);
  expect(leaseOf(await b.acquire(askAsB()))).toMatchObject({ epoch: epoch + 1, provisional: false });
  here.pass(TTL / 2);
  expect(await a.renew(ID, epoch)).toBeNull();
  expect((await a.settle()).lost).toMatchObject([{ winner: { holder: 'agent:b' } }]);
});
