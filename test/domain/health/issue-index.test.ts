import { expect, test } from 'vitest';
import { needsAction } from '../../../src/domain/health/check.ts';
import { checkIndex, type FoundIndex, type IndexFacts } from '../../../src/domain/health/issue-index.ts';

const GOOD: FoundIndex = { bytes: 204_800, form: 'known', issues: 400, logBytes: 700 };

const look = (facts: Partial<IndexFacts> = {}, trust: 'files' | 'directory' | null = 'files') =>
  checkIndex(
    { path: '/s/local/cache', use: 'auto', files: 400, least: 32, found: GOOD, unwritable: null, ...facts },
    trust,
  );

test('a good index: how much it knows, and how large it is', () => {
  expect(look()).toMatchObject({
    check: 'index',
    status: 'ok',
    message: '400 files in 200 KB, and a log of 700 bytes',
    findings: [],
    details: { issues: 400, bytes: 204_800, log_bytes: 700, form: 'known', trust: 'files', use: 'auto' },
  });
  expect(look({ found: { ...GOOD, issues: 1 } }).message).toMatch(/^1 file in/);
});

test('none: because it is not worth it, or because nobody has made it', () => {
  expect(look({ found: null, files: 31 })).toMatchObject({
    status: 'ok',
    message: expect.stringMatching(/fewer than 32/),
  });
  const wanted = expect.stringMatching(/^none: the next command/);
  for (const facts of [{ files: 32 }, { files: 3, use: 'always' }, { files: null }] as const)
    expect(look({ found: null, ...facts }), JSON.stringify(facts)).toMatchObject({
      status: 'ok',
      message: wanted,
    });
  expect(look({ found: null }).details).toMatchObject({
    bytes: null,
    form: null,
    issues: null,
    log_bytes: null,
  });
});

test('one that is damaged, or of another version, is made anew, and is no fault', () => {
  for (const [form, says] of [
    ['damaged', /^damaged: .* anew$/],
    ['past', /^from before the machine .* anew$/],
    ['other', /^of another version of jit: .* anew$/],
  ] as const)
    expect(look({ found: { ...GOOD, form, issues: null } })).toMatchObject({
      status: 'ok',
      message: expect.stringMatching(says),
    });
});

test('one that cannot be written is a warning to live with, and says what it costs', () => {
  const none = look({ found: null, unwritable: 'EROFS' });
  expect(none.findings).toEqual([
    {
      status: 'warning',
      message: '/s/local/cache cannot be written (EROFS): every command reads every file',
      fix: null,
    },
  ]);
  expect(none.status).toBe('warning');
  expect(needsAction(none)).toBe(false);
  expect(look({ unwritable: 'EROFS' }).findings[0]!.message).toMatch(
    /what changed since it was made is read by every command$/,
  );
});

test('where it is off nothing else is said of it', () => {
  expect(look({ use: 'never', unwritable: 'EROFS' }, 'directory')).toMatchObject({
    status: 'ok',
    message: 'off, by JIT_INDEX or --no-index: every command reads every file',
    findings: [],
  });
});

test('what it means to trust the directory alone is said', () => {
  expect(look({}, 'directory')).toMatchObject({ status: 'ok', findings: [{ status: 'ok', fix: null }] });
  expect(look({}, null).findings).toEqual([]);
});
