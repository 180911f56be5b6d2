import { describe, expect, test } from 'vitest';
import { addComment, applyEdit, checkLabel, checkTitle } from '../../src/domain/edit.ts';
import { factsWith, idOf, issueWith } from '../support/issues.ts';
import { refusalOf } from '../support/refusal.ts';

describe('a title', () => {
  test('is one line of 1 to 200 characters, without white space around it', () => {
    expect(checkTitle('  Fix it ')).toBe('Fix it');
    expect(checkTitle('🐙'.repeat(200))).toHaveLength(400);
    expect(refusalOf(() => checkTitle('🐙'.repeat(201))).code).toBe('LIMIT_EXCEEDED');
  });

  test.each(['', '  ', 'a\nb', 'a\tb', 'a\u001b[31m', 'a\u0085b', 'a\u2028b', 'a\ud800'])(
    '%j is none',
    (text) => {
      expect(refusalOf(() => checkTitle(text)).code).toBe('USAGE');
    },
  );
});

describe('a label', () => {
  test.each(['bug', 'area:cli', 'needs review', 'a'.repeat(100)])('%s', (text) => {
    expect(checkLabel(text)).toBe(text);
  });
  test.each(['', ' ', 'a,b', 'a|b', 'a"b', 'a\nb', 'a'.repeat(101)])('%j is none', (text) => {
    expect(refusalOf(() => checkLabel(text)).code).toBe('USAGE');
  });
});

describe('an edit', () => {
  const issue = issueWith(1, { labels: ['b'], context: { keep: '1', drop: '2' }, milestone: 'v1' });

  test('changes what is named and nothing else', () => {
    expect(applyEdit(issue, {})).toEqual(issue);
    expect(applyEdit(issue, { priority: 'high', milestone: null })).toEqual({
      ...issue,
      priority: 'high',
      milestone: null,
    });
  });

  test('keeps labels a sorted set', () => {
    expect(applyEdit(issue, { addLabels: ['c', 'a', 'b'], removeLabels: ['c', 'none'] }).labels).toEqual([
      'a',
      'b',
    ]);
  });

  test('sets and removes keys of context, whatever they are called', () => {
    const context = JSON.parse('{"__proto__":"p","constructor":"c","drop":""}') as Record<string, string>;
    const after = applyEdit(issue, { context }).context;
    expect(Object.entries(after)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['keep', '1'],
    ]);
  });

  test('refuses a text over 256 KB of UTF-8', () => {
    const limit = 256 * 1024;
    expect(applyEdit(issue, { description: 'x'.repeat(limit) }).description).toHaveLength(limit);
    expect(refusalOf(() => applyEdit(issue, { description: 'é'.repeat(limit / 2 + 1) })).code).toBe(
      'LIMIT_EXCEEDED',
    );
  });
});

describe('a comment', () => {
  test('is kept in the order of ids, with who and when', () => {
    const first = addComment(issueWith(1), idOf(9), 'late', factsWith())[0]!.after as ReturnType<
      typeof issueWith
    >;
    const [step] = addComment(first, idOf(8), 'early', factsWith());
    expect(step).toMatchObject({
      event: 'comment.added',
      after: { comments: [{ id: idOf(8) }, { id: idOf(9) }] },
    });
    expect(first.comments[0]).toEqual({
      id: idOf(9),
      author: 'agent:holder',
      at: factsWith().now,
      body: 'late',
    });
  });

  test('that says nothing, or too much, is refused', () => {
    expect(refusalOf(() => addComment(issueWith(1), idOf(9), ' \n', factsWith())).code).toBe('USAGE');
    const long = 'x'.repeat(256 * 1024 + 1);
    expect(refusalOf(() => addComment(issueWith(1), idOf(9), long, factsWith())).code).toBe('LIMIT_EXCEEDED');
  });
});
