import { describe, expect, test } from 'vitest';
import { JitError } from '../../src/domain/errors.ts';
import { driverCommand } from '../../src/domain/git-setup/program.ts';
import { type Check, needsAction } from '../../src/domain/health/check.ts';
import type { RemoteProbe } from '../../src/domain/health/remote.ts';
import { type ExamineOptions, examine } from '../../src/operations/doctor.ts';
import type { StoreSurroundings, Surroundings } from '../../src/operations/surroundings.ts';
import { renderChecks } from '../../src/render/doctor.ts';
import { PIPE } from '../../src/render/style.ts';
import { agent } from '../support/actors.ts';
import { startSession } from '../support/session.ts';

const FILES: StoreSurroundings = {
  form: () => ({ dir: '/r/.jit', schemaVersion: 1, knownVersion: 1 }),
  lock: () => ({ holder: null, pid: null, liveness: 'unknown', age: null }),
  fileSystems: () => [
    { what: 'store', path: '/r/.jit', type: 'ext4', mount: '/', links: { result: 'work' } },
  ],
  clock: () => ({ newestFile: null, beat: { host: 'h', boot: 'b', elapsed: 1 } }),
  leases: () => ({ place: '/r/.git/jit/leases', strays: [], leftovers: [], owed: [] }),
  index: () => ({ path: '/c', use: 'auto', files: 2, least: 32, found: null, unwritable: null }),
  hasBranch: () => true,
  liveness: () => 'unknown',
};

/** Everything is well, unless told otherwise. */
const surroundings = (
  fields: Partial<Surroundings> = {},
  files: Partial<StoreSurroundings> = {},
): Surroundings => ({
  nodeVersion: 'v20.20.0',
  git: () => ({ version: '2.39.5', locations: [], astray: false }),
  repository: () => ({
    kind: 'main',
    topLevel: '/r',
    gitDir: '/r/.git',
    commonDir: '/r/.git',
    branch: 'main',
    bare: false,
    broken: null,
  }),
  elsewhere: () => null,
  worktrees: () => ({ worktrees: [], otherStores: [] }),
  tryRemote: async () => {
    throw new Error('nobody may ask');
  },
  gitSetup: async () => ({
    attributes: 'present',
    overridden: [],
    log: { file: '.git/info/attributes', attributes: 'present', merge: 'jit' },
    driver: { value: driverCommand(['jit']), origin: 'file:.git/config', there: true },
    textconv: {
      value: 'f() { jit git textconv "$1" 2>/dev/null || cat "$1"; }; f',
      origin: 'file:.git/config',
      there: true,
    },
    hooks: null,
  }),
  actor: () => agent('a'),
  files: { ...FILES, ...files },
  within: (_, work) => work(),
  ...fields,
});

const NORMAL = { offline: false, remote: null };

const statuses = (checks: readonly Check[]): Record<string, string> =>
  Object.fromEntries(checks.map(({ check, status }) => [check, status]));

test('everything is well', async () => {
  const checks = await examine(startSession(), surroundings(), NORMAL);
  const { remote, ...others } = statuses(checks);
  expect(remote).toBe('skipped');
  expect(new Set(Object.values(others))).toEqual(new Set(['ok']));
});

test('a network file system is a warning, and needs no action', async () => {
  const fileSystems = (): ReturnType<StoreSurroundings['fileSystems']> =>
    FILES.fileSystems().map((place) => ({ ...place, type: 'nfs4' }));
  const checks = await examine(startSession(), surroundings({}, { fileSystems }), NORMAL);
  expect(statuses(checks)).toMatchObject({ filesystem: 'warning', store: 'ok' });
  expect(checks.filter(needsAction)).toEqual([]);
  expect(renderChecks(checks, PIPE)).toMatch(
    /^warning {2}filesystem {2}store on nfs4\n {9}- .*best effort there$/m,
  );
});

test.each([
  ['files', []],
  ['directory', [{ status: 'ok', message: expect.stringContaining('edited in place') }]],
] as const)('the index is looked at, and what index.trust %s means', async (trust, findings) => {
  const session = startSession({ content: { config: { index: { trust } } } });
  const checks = await examine(session, surroundings(), NORMAL);
  const check = checks.find(({ check }) => check === 'index');
  expect(check).toMatchObject({ status: 'ok', findings, details: { trust, path: '/c' } });
});

test('the index of a store whose configuration cannot be read is looked at all the same', async () => {
  const session = startSession();
  const config = async (): Promise<never> => {
    throw new JitError('CORRUPT_FILE', 'config.json is not JSON');
  };
  const store = {
    ...session.store,
    read: (use: (view: never) => unknown) =>
      session.store.read((view) => use({ ...view, config } as never) as never),
  } as typeof session.store;
  const checks = await examine({ ...session, store }, surroundings(), NORMAL);
  expect(checks.find(({ check }) => check === 'index')).toMatchObject({
    status: 'ok',
    details: { trust: null },
  });
});

test('a check that fails is its own error, and the others are made all the same', async () => {
  const fail = (): never => {
    throw new JitError('IO', 'the disk is on fire', { hint: 'put it out' });
  };
  const checks = await examine(
    startSession(),
    surroundings({ worktrees: fail }, { lock: fail, fileSystems: fail }),
    NORMAL,
  );
  expect(statuses(checks)).toMatchObject({
    worktrees: 'error',
    lock: 'error',
    filesystem: 'error',
    store: 'ok',
    clock: 'ok',
    identity: 'ok',
  });
  const lock = checks.find(({ check }) => check === 'lock')!;
  expect(lock.findings).toMatchObject([{ status: 'error', message: 'the disk is on fire (put it out)' }]);
});

test('a check that nobody answers is given up', async () => {
  const session = startSession();
  const silent = { ...session, leases: { ...session.leases, inspect: () => new Promise<never>(() => {}) } };
  const late = new JitError('TIMEOUT', 'no answer within 30 seconds');
  const within: Surroundings['within'] = (_, work) =>
    Promise.race([work(), new Promise<never>((_, reject) => setTimeout(() => reject(late), 20))]);
  const checks = await examine(silent, surroundings({ within }), NORMAL);
  expect(statuses(checks)).toMatchObject({ leases: 'error', filesystem: 'ok', identity: 'ok' });
});

test('without a store, what can be checked is', async () => {
  const checks = await examine(null, surroundings({ files: null }), NORMAL);
  expect(statuses(checks)).toMatchObject({ git: 'ok', store: 'error', lock: 'skipped', identity: 'ok' });
  expect(checks.find(({ check }) => check === 'store')!.fix).toBe('jit init');
});

test('text of others reaches no terminal raw', async () => {
  const actor = () => ({ ...agent('a'), id: 'agent:\u001b[31mred' });
  const text = renderChecks(await examine(startSession(), surroundings({ actor }), NORMAL), PIPE);
  expect(text).not.toContain('\u001b');
});

describe('the remote', () => {
  const probe: RemoteProbe = {
    remote: 'origin',
    reachable: true,
    problem: null,
    roundTrip: 12,
    prefixes: [{ prefix: 'refs/jit/claims/', accepted: true, removed: true }],
  };
  const ask = async (config: Record<string, unknown>, options: Partial<ExamineOptions> = {}) => {
    const asked: string[][] = [];
    const tryRemote: Surroundings['tryRemote'] = async (...words) => {
      asked.push(words);
      return probe;
    };
    const session = startSession({ content: { config } });
    const checks = await examine(session, surroundings({ tryRemote }), { ...NORMAL, ...options });
    return { asked, check: checks.find(({ check }) => check === 'remote')! };
  };
  const inUse = { claims: { scope: 'remote', remote: 'hub', refPrefix: 'refs/heads/jit-claims/' } };

  test('is left alone where no claims are made there', async () => {
    expect(await ask({})).toMatchObject({ asked: [], check: { status: 'skipped' } });
  });

  test('is tried where claims are made there, as it is configured', async () => {
    expect(await ask(inUse)).toMatchObject({
      asked: [['hub', 'refs/heads/jit-claims/']],
      check: { status: 'ok' },
    });
    expect((await ask({ claims: { scope: 'remote' } })).asked).toEqual([['origin', 'refs/jit/claims/']]);
  });

  test('is tried when it is named, and never when offline', async () => {
    expect((await ask({}, { remote: 'other' })).asked).toEqual([['other', 'refs/jit/claims/']]);
    expect(await ask(inUse, { offline: true })).toMatchObject({
      asked: [],
      check: { status: 'skipped', message: expect.stringContaining('--offline') },
    });
  });
});
