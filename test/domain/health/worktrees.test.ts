import { expect, test } from 'vitest';
import { needsAction } from '../../../src/domain/health/check.ts';
import { checkWorktrees, type WorktreeFacts } from '../../../src/domain/health/worktrees.ts';

const tree = (facts: Partial<WorktreeFacts> = {}): WorktreeFacts => ({
  name: 'worktrees/a',
  path: '/a',
  recorded: '/a',
  branch: 'a',
  locked: null,
  state: 'present',
  here: false,
  store: true,
  ...facts,
});
const main = tree({ name: '.', path: '/r', recorded: '/r', branch: 'main', here: true });
const check = (...worktrees: readonly WorktreeFacts[]) =>
  checkWorktrees({ worktrees: [main, ...worktrees], otherStores: [] });

test('nothing odd', () => {
  expect(check(tree())).toMatchObject({
    status: 'ok',
    message: '2 work trees, 2 with a store',
    findings: [],
  });
});

test.each<[string, Partial<WorktreeFacts>, string, RegExp, string | null]>([
  ['gone', { state: 'gone', store: null }, 'warning', /worktrees\/a is gone from \/a/, 'git worktree prune'],
  [
    'gone, but locked',
    { state: 'gone', store: null, locked: 'on a stick' },
    'ok',
    /locked \(on a stick\)/,
    null,
  ],
  ['locked', { locked: '' }, 'ok', /worktrees\/a is locked$/, null],
  [
    'moved',
    { state: 'moved', path: '/b c', here: true },
    'warning',
    /moved by hand to \/b c/,
    "git -C '/b c' worktree repair",
  ],
  ['copied', { state: 'copied', path: '/b', here: true }, 'error', /\/a and \/b are both worktrees\/a/, null],
  ['replaced', { state: 'replaced', store: null }, 'warning', /another repository stands at \/a/, null],
  ['broken', { state: 'broken', recorded: null }, 'warning', /damaged/, 'git worktree prune'],
  [
    'broken, here',
    { state: 'broken', recorded: null, here: true },
    'warning',
    /damaged/,
    'git worktree repair',
  ],
  ['without a store', { store: false }, 'ok', /worktrees\/a has no store at \/a/, null],
])('%s', (_, facts, status, says, fix) => {
  const found = check(tree(facts));
  expect(found).toMatchObject({ status, fix });
  expect(found.findings).toHaveLength(1);
  expect(found.findings[0]!.message).toMatch(says);
  expect(needsAction(found)).toBe(status === 'error' || fix !== null);
});

test('several stores in one work tree', () => {
  const found = checkWorktrees({ worktrees: [main], otherStores: ['part/.jit'] });
  expect(found).toMatchObject({ status: 'warning', fix: null });
  expect(found.findings[0]!.message).toContain('part/.jit');
});
