import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { checkLabel } from '../../src/domain/edit.ts';
import { JitError } from '../../src/domain/errors.ts';
import { parseFilter } from '../../src/domain/filter-syntax.ts';
import { type Filter, matches, type Row, select } from '../../src/domain/query.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';
import { idOf, issueWith, NOW } from '../support/issues.ts';
import { refusalOf } from '../support/refusal.ts';

// Much work on little time: a busy machine may take its own.
vi.setConfig({ testTimeout: 120_000 });

const parse = (text: string): Filter => parseFilter(text, () => 'agent:me');
const row = (fields: Parameters<typeof issueWith>[1] = {}, blockedBy: readonly string[] = []): Row => {
  const issue = issueWith(1, fields);
  return { issue, state: issue.state, blockedBy };
};
const finds = (text: string, fields: Parameters<typeof issueWith>[1]): boolean =>
  matches(parse(text), row(fields), NOW);

describe('a filter', () => {
  test.each<[string, Filter]>([
    ['priority:high|critical', { op: 'priority', in: ['high', 'critical'] }],
    ['priority:p0,medium', { op: 'priority', in: ['critical', 'normal'] }],
    ['PRIORITY:High', { op: 'priority', in: ['high'] }],
    ['label:area:cli', { op: 'label', in: ['area:cli'] }],
    ['label:"needs review",bug', { op: 'label', in: ['needs review', 'bug'] }],
    ['-label:wip', { op: 'not', of: { op: 'label', in: ['wip'] } }],
    ['assignee:none', { op: 'assignee', in: [null] }],
    ['assignee:me', { op: 'assignee', in: ['agent:me'] }],
    ['assignee:w1,copilot:w2', { op: 'assignee', in: ['w1', 'copilot:w2'] }],
    ['milestone:none|v1', { op: 'milestone', in: [null, 'v1'] }],
    ['state:in-progress', { op: 'state', in: ['in_progress'] }],
    ['status:open', { op: 'is', what: 'open' }],
    ['state:closed', { op: 'not', of: { op: 'is', what: 'open' } }],
    [
      '  state:ready   label:a ',
      {
        op: 'and',
        of: [
          { op: 'state', in: ['ready'] },
          { op: 'label', in: ['a'] },
        ],
      },
    ],
  ])('%s', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  test('terms are joined by “and”, the values of one by “or”', () => {
    expect(finds('label:a,b priority:high', { labels: ['b'], priority: 'high' })).toBe(true);
    expect(finds('label:a,b priority:high', { labels: ['c'], priority: 'high' })).toBe(false);
    expect(finds('label:a label:b', { labels: ['a'] })).toBe(false);
    expect(finds('-label:a,b', { labels: ['b'] })).toBe(false);
  });

  test('a bare name finds whatever type the assignee has, a full one only itself, none only nobody', () => {
    expect(finds('assignee:w1', { assignee: 'copilot:w1' })).toBe(true);
    expect(finds('assignee:agent:w1', { assignee: 'copilot:w1' })).toBe(false);
    expect(finds('assignee:none', { assignee: 'copilot:w1' })).toBe(false);
    expect(finds('assignee:none', {})).toBe(true);
    expect(finds('-assignee:w1', {})).toBe(true);
  });
});

describe('a filter that would find nothing by a slip is refused', () => {
  test.each(['', '   ', '\n'])('empty: %j', (text) => {
    expect(refusalOf(() => parse(text))).toMatchObject({ code: 'USAGE', exit: 2 });
  });

  test.each([
    'label:',
    'label:""',
    'label:" "',
    'label:a,',
    'label:,a',
    'label:a,,b',
    'label:a||b',
    'assignee:',
    'priority:|',
  ])('an empty value: %s', (text) => {
    const error = refusalOf(() => parse(text));
    expect([error.code, error.message]).toEqual(['USAGE', expect.stringContaining('empty')]);
  });

  test.each([
    'bug',
    'label',
    ':bug',
    '-',
    '--label:x',
    'label:"open',
    '"label:x"',
    'a b',
    'label=bug',
    '1x:y',
    'label:a"',
  ])('no term: %s', (text) => {
    expect(refusalOf(() => parse(text)).code).toBe('USAGE');
  });

  test.each([
    ['labels:bug', 'label'],
    ['prioritty:high', 'priority'],
    ['priority:hihg', 'high'],
    ['priority:meduim', 'medium'],
    ['priority:2', 'p2'],
    ['priority:p4', null],
    ['state:redy', 'ready'],
    ['__proto__:x', null],
    ['constructor:x', null],
    ['state:constructor', null],
    ['priority:__proto__', null],
  ])('an unknown field or value: %s', (text, nearest) => {
    const error = refusalOf(() => parse(text));
    expect(error).toMatchObject({ exit: 2 });
    if (error.code === 'UNKNOWN_VALUE')
      expect(error.details).toMatchObject({ nearest, valid: expect.any(Array) });
    else expect(text).toContain('__proto__:');
  });

  test('an unknown value is refused with all words that are taken', () => {
    const priority = refusalOf(() => parse('priority:p4'));
    expect(priority.hint).toBe('valid: critical, high, normal, low; also p0, p1, p2, p3, medium, urgent');
    expect(priority.details).toMatchObject({ synonyms: { p0: 'critical', p3: 'low', medium: 'normal' } });
    const state = refusalOf(() => parse('state:x'));
    expect(state.hint).toBe(
      'valid: backlog, ready, in_progress, gated, done, archived, open, closed, blocked; also in-progress, inprogress, doing, completed',
    );
    expect(refusalOf(() => parse('colour:red')).details).not.toHaveProperty('synonyms');
  });

  test('an assignee that cannot be one', () => {
    expect(refusalOf(() => parse('assignee:Agent:x')).code).toBe('USAGE');
    expect(refusalOf(() => parse('assignee:"a b"')).code).toBe('USAGE');
  });
});

describe('whatever is written', () => {
  test('it is understood or refused, never a bug, and soon', () => {
    const hostile = fc.oneof(
      fc.string({
        unit: fc.constantFrom('"', ':', ',', '|', '-', ' ', 'a', 'label:', 'state:', '\\'),
        maxLength: 40,
      }),
      fc.string(),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(JitError);
          expect((error as JitError).exit).toBe(2);
        }
      }),
      { numRuns: 2000 },
    );
    for (const part of ['"', 'label:', 'a,', ':', '-']) {
      const spent = cpuTimeOf(() => {
        try {
          parse(part.repeat(20_000));
        } catch (error) {
          expect(error).toBeInstanceOf(JitError);
        }
      });
      expect(spent).toBeLessThan(2000);
    }
  });

  test('every label that may be stored can be looked for', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (text) => {
        let label: string;
        try {
          label = checkLabel(text);
        } catch {
          return;
        }
        expect(parse(`label:"${label}"`)).toEqual({ op: 'label', in: [label] });
      }),
    );
  });
});

describe('selecting', () => {
  const rows = [
    row({ priority: 'low', title: 'b' }),
    {
      ...row({ priority: 'critical', title: 'c' }),
      issue: issueWith(3, { priority: 'critical', title: 'c' }),
    },
    { ...row({}), issue: issueWith(2, { priority: 'critical', title: 'a' }) },
  ];
  const ids = (query: Parameters<typeof select>[1]) =>
    select(rows, query, NOW).rows.map(({ issue }) => issue.id);

  test('orders by priority, then id, unless told otherwise; the id decides at the end', () => {
    const all = { where: { op: 'all' } } as const;
    expect(ids(all)).toEqual([2, 3, 1].map(idOf));
    expect(ids({ ...all, sort: ['-id'] })).toEqual([3, 2, 1].map(idOf));
    expect(ids({ ...all, sort: ['title'] })).toEqual([2, 1, 3].map(idOf));
    expect(ids({ ...all, sort: ['-priority'] })).toEqual([1, 2, 3].map(idOf));
  });

  test('a limit cuts, and the total still tells of all', () => {
    const { rows: cut, total } = select(rows, { where: { op: 'all' }, limit: 1 }, NOW);
    expect([cut.length, total]).toEqual([1, 3]);
    expect(select(rows, { where: { op: 'all' }, limit: 0 }, NOW).total).toBe(3);
  });

  test('blocked means not started and waiting; open means neither done nor archived; held means now', () => {
    const is = (what: 'open' | 'blocked' | 'held', candidate: Row) =>
      matches({ op: 'is', what }, candidate, NOW);
    expect(is('blocked', row({ state: 'backlog' }, [idOf(2)]))).toBe(true);
    expect(is('blocked', row({ state: 'in_progress' }, [idOf(2)]))).toBe(false);
    expect(is('blocked', row({ state: 'backlog', hold: { reason: 'x' } }))).toBe(false);
    expect(is('open', row({ state: 'gated' }))).toBe(true);
    expect(is('open', row({ state: 'archived' }))).toBe(false);
    expect(is('held', row({ hold: { reason: 'x' } }))).toBe(true);
    expect(is('held', row({ hold: { reason: 'x', until: NOW } }))).toBe(false);
  });
});
