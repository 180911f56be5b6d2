import { expect, test } from 'vitest';
import { needsAction } from '../../../src/domain/health/check.ts';
import {
  checkGit,
  checkNode,
  checkRepository,
  type GitFacts,
  isAtLeast,
  type RepositoryFacts,
} from '../../../src/domain/health/git.ts';

test.each<[string, string, boolean]>([
  ['2.31', '2.31', true],
  ['2.31.0', '2.31', true],
  ['2.4.9', '2.31', false],
  ['2.30.99', '2.31', false],
  ['3.0', '2.31', true],
  ['v20.19.0', '20.19', true],
  ['v20.9.1', '20.19', false],
  ['2.39.5.windows.1', '2.31', true],
])('%s is at least %s: %s', (version, oldest, expected) => {
  expect(isAtLeast(version, oldest)).toBe(expected);
});

test('Node.js', () => {
  expect(checkNode('v20.20.0')).toMatchObject({ status: 'ok', message: 'Node.js 20.20.0' });
  expect(checkNode('v18.20.0')).toMatchObject({
    status: 'error',
    findings: [{ message: expect.stringMatching(/20\.19/) }],
  });
});

const git = (facts: Partial<GitFacts> = {}) =>
  checkGit({ version: '2.39.5', locations: [], astray: false, inRepository: true, needed: false, ...facts });

test('git: there, missing, old', () => {
  expect(git()).toMatchObject({ status: 'ok', message: 'git 2.39.5', findings: [] });
  expect(git({ version: null, inRepository: false }).status, 'nothing needs it').toBe('ok');
  expect(git({ version: null }).status).toBe('warning');
  expect(needsAction(git({ version: null }))).toBe(false);
  expect(git({ version: null, needed: true }).status, 'claims on a remote need it').toBe('error');
  expect(git({ version: '2.30.2' }).status).toBe('warning');
  expect(git({ version: '2.30.2', needed: true }).status).toBe('error');
});

test('the environment of a hook is named; of another repository, it is warned of', () => {
  const hook = git({ locations: ['GIT_DIR', 'GIT_INDEX_FILE'] });
  expect(hook).toMatchObject({ status: 'ok', details: { environment: ['GIT_DIR', 'GIT_INDEX_FILE'] } });
  expect(hook.findings[0]!.message).toContain('GIT_DIR, GIT_INDEX_FILE');
  expect(git({ locations: ['GIT_DIR'], astray: true })).toMatchObject({ status: 'warning', fix: null });
});

const facts: RepositoryFacts = {
  kind: 'main',
  topLevel: '/r',
  gitDir: '/r/.git',
  commonDir: '/r/.git',
  branch: 'main',
  bare: false,
  broken: null,
};

test('the repository', () => {
  expect(checkRepository(facts, true, null)).toMatchObject({
    status: 'ok',
    message: 'the main work tree at /r, on main',
    details: { kind: 'main', common_dir: '/r/.git' },
  });
  expect(checkRepository({ ...facts, kind: 'linked', bare: true, branch: null }, true, null).message).toBe(
    'a linked work tree of a bare repository at /r, on no branch',
  );
  const none = { ...facts, kind: 'none', topLevel: null } as const;
  expect(checkRepository(none, true, null).findings[0]!.message).toContain('.jit/leases');
  expect(checkRepository(none, false, null).findings).toEqual([]);
  expect(checkRepository({ ...facts, kind: 'bare', topLevel: '/p', bare: true }, true, null)).toMatchObject({
    status: 'warning',
    fix: null,
  });
  const outside = checkRepository(facts, true, '/r/nested');
  expect(outside).toMatchObject({ status: 'warning', fix: null });
  expect(outside.findings[0]!.message).toContain('/r/nested is a work tree of its own');
  const broken = { file: '/r/.git', target: '/gone/.git/worktrees/r' };
  const link = checkRepository({ ...facts, kind: 'broken', topLevel: null, broken }, true, null);
  expect(link.status).toBe('error');
  expect(link.findings[0]!.message).toContain('/gone/.git/worktrees/r, which is gone');
});
