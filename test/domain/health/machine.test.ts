import { expect, test } from 'vitest';
import { needsAction } from '../../../src/domain/health/check.ts';
import { checkFileSystems, type FileSystemFacts, natureOf } from '../../../src/domain/health/file-system.ts';
import { type ClockFacts, checkClock, checkIdentity } from '../../../src/domain/health/machine.ts';
import type { Actor } from '../../../src/domain/identity.ts';

test.each<[string | null, string]>([
  ['ext4', 'local'],
  ['overlay', 'local'],
  ['btrfs', 'local'],
  ['fuseblk', 'local'],
  ['tmpfs', 'memory'],
  ['nfs4', 'network'],
  ['cifs', 'network'],
  ['9p', 'network'],
  ['virtiofs', 'network'],
  ['fuse.sshfs', 'fuse'],
  ['fuse', 'fuse'],
  [null, 'unknown'],
])('%s is %s', (type, nature) => {
  expect(natureOf(type)).toBe(nature);
});

const place = (facts: Partial<FileSystemFacts> = {}): FileSystemFacts => ({
  what: 'store',
  path: '/r/.jit',
  type: 'ext4',
  mount: '/',
  links: { result: 'work' },
  ...facts,
});

test('file systems: a network one is warned of, and nobody need act', () => {
  expect(checkFileSystems([place(), place({ what: 'leases' })])).toMatchObject({
    status: 'ok',
    message: 'store on ext4, leases on ext4',
  });
  const network = checkFileSystems([place(), place({ what: 'leases', type: 'nfs4', path: '/n/jit' })]);
  expect(network).toMatchObject({ status: 'warning', fix: null });
  expect(network.findings[0]!.message).toMatch(/leases \(\/n\/jit\) is on nfs4.*best effort/);
  expect(needsAction(network)).toBe(false);
  expect(checkFileSystems([place({ type: 'fuse.sshfs' })]).status).toBe('warning');
  expect(checkFileSystems([place({ type: 'tmpfs' })]).findings[0]!.message).toContain('reboot');
});

test('file systems: one without hard links, or that cannot be written, is an error', () => {
  const refused = checkFileSystems([place({ type: 'exfat', links: { result: 'refused', code: 'EPERM' } })]);
  expect(refused.status).toBe('error');
  expect(refused.findings[0]!.message).toMatch(/without hard links \(exfat, EPERM\)/);
  expect(checkFileSystems([place({ links: { result: 'unwritable', code: 'EROFS' } })]).status).toBe('error');
});

const clock = (facts: Partial<ClockFacts> = {}) =>
  checkClock({
    now: '2026-01-01T12:00:00.000Z',
    soon: '2026-01-01T12:01:00.000Z',
    newestEvent: '2026-01-01T12:00:30.000Z',
    newestFile: null,
    beat: { host: 'h', boot: 'b', elapsed: 5 },
    ...facts,
  });

test('the clock: what lies ahead of it by more than a minute is told', () => {
  expect(clock()).toMatchObject({ status: 'ok', findings: [] });
  expect(clock({ newestEvent: null })).toMatchObject({ status: 'ok' });
  expect(clock({ newestEvent: '2026-01-01T12:01:00.001Z' })).toMatchObject({ status: 'warning', fix: null });
  expect(clock({ newestFile: '2027-01-01T00:00:00.000Z' }).findings[0]!.message).toMatch(/^the newest file/);
});

test('the clock: without the name of a boot, what follows is told', () => {
  const found = clock({ beat: { host: 'h', boot: null, elapsed: 5 } });
  expect(found).toMatchObject({
    status: 'ok',
    findings: [{ message: expect.stringMatching(/a lease is judged by watching it/) }],
  });
});

const actor: Actor = {
  id: 'agent:a',
  bare: false,
  source: 'environment',
  explicit: true,
  processIsAgent: true,
  atTerminal: false,
};

test('identity is told, whatever it is', () => {
  expect(checkIdentity(actor)).toMatchObject({
    status: 'ok',
    message: 'agent:a (explicit, from environment)',
    findings: [],
  });
  const inferred = checkIdentity({ ...actor, id: 'human:x', source: 'git', explicit: false });
  expect(inferred).toMatchObject({
    status: 'ok',
    details: { may_claim: false },
    findings: [{ message: expect.stringMatching(/JIT_AGENT_ID/) }],
  });
  expect(checkIdentity(null)).toMatchObject({ status: 'ok', details: { id: null } });
});
