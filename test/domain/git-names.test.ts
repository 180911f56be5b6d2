import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefName, isRefPrefix, refName, refPrefix, remoteName } from '../../src/domain/git-names.ts';

/** Texts that git would take for an option, or for something else than a name. */
const HOSTILE = [
  '--upload-pack=touch x',
  '--output=x',
  '-x',
  '-',
  '--',
  '',
  ' ',
  'a b',
  'a\nb',
  'a\0b',
  '..',
  '../up',
  'a/../b',
  '/absolute',
  './here',
  'ext::sh -c touch% x',
  'https://example.org/x.git',
  'host:path',
  '~/x',
  'a@{1}',
  '$(touch x)',
  '`touch x`',
];

describe.each(HOSTILE)('%j', (text) => {
  test('is no name of a remote', () => {
    expect(() => remoteName(text)).toThrow(expect.objectContaining({ code: 'UNKNOWN_VALUE', exit: 2 }));
  });

  test('is no beginning of references', () => {
    for (const prefix of [text, `${text}/`, `refs/${text}/`].filter((x) => !/^refs\/[\w$`()@]+\/$/.test(x)))
      expect([prefix, isRefPrefix(prefix) && git(`${prefix}x`)]).toEqual([prefix, isRefPrefix(prefix)]);
    expect(() => refPrefix(text)).toThrow(expect.objectContaining({ code: 'UNKNOWN_VALUE' }));
    expect(() => refPrefix(`${text}/`)).toThrow(expect.objectContaining({ code: 'UNKNOWN_VALUE' }));
  });

  test('is no name of a reference', () => {
    expect(() => refName(text)).toThrow(expect.objectContaining({ code: 'USAGE', exit: 2 }));
  });
});

test.each(['origin', 'up-stream', 'a.b', 'team/x', '_', '9'])('%s is the name of a remote', (name) => {
  expect(remoteName(name)).toBe(name);
});

test.each(['refs/jit/claims/', 'refs/heads/jit-claims/', 'refs/x/'])('%s begins references', (prefix) => {
  expect(refPrefix(prefix)).toBe(prefix);
});

test.each([
  'refs/',
  'refs',
  'refs/heads/',
  'refs/tags/',
  'refs/jit',
  'refs//',
  'refs/a//',
  'refs/.a/',
  'heads/x/',
])('%s does not begin references', (prefix) => {
  expect(isRefPrefix(prefix)).toBe(false);
});

test('what passes for the name of a reference is one for git', () => {
  const part = fc.string({
    unit: fc.constantFrom(...'aZ0.-@{}~^:?*[\\ /\x7f\n"é'),
    minLength: 1,
    maxLength: 6,
  });
  let passed = 0;
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
      const name = `refs/${parts.join('/')}`;
      if (!isRefName(name)) return;
      passed += 1;
      expect([name, git(name)]).toEqual([name, true]);
    }),
    { numRuns: 1_000 },
  );
  expect(passed).toBeGreaterThan(20);
});

const git = (name: string): boolean => spawnSync('git', ['check-ref-format', name]).status === 0;
