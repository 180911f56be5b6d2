import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { formatIssue } from '../../src/domain/canonical-json.ts';
import type { Issue } from '../../src/domain/issue.ts';
import { PLAIN, readPlainIssue } from '../../src/domain/plain-issue.ts';
import { explained } from '../../src/domain/violations.ts';
import { parseIssueFile } from '../../src/store/files/parse-issue.ts';
import { BEFORE, idOf, issueWith, NOW } from '../support/issues.ts';
import { arbitraryMutations, mutate } from '../support/mutations.ts';
import { size } from '../support/size.ts';

// What is taken for plain is never read by anything else: it must be an issue with which nothing at all is wrong.

const status = { status: 'passed', updated_by: 'ci:x', updated_at: BEFORE } as const;
const FULL = issueWith(5, {
  title: 'The whole of it: 1 \u{1f600}, {2} [3]',
  description: 'Two\n\n"lines" of \\ text\ttab\u2028 — é \u007f',
  state: 'in_progress',
  hold: { reason: 'not "yet"', until: '2027-01-01T00:00:00Z' },
  priority: 'high',
  assignee: 'agent:worker-1',
  claim_epoch: 3,
  labels: ['a', 'area:docs', 'ä', 'é b'],
  milestone: 'v1',
  dependencies: [idOf(1), idOf(2), idOf(3)],
  links: [
    { type: 'parent', target: idOf(4) },
    { type: 'relates', target: idOf(4) },
    { type: 'relates', target: 'https://example.org/?a=b&c=[d]' },
  ],
  gates_required: ['lint', 'review'],
  gates_status: {
    lint: { ...status, commit: 'abc', run: 'r1', reason: 'well\ndone', override: true },
    review: { ...status, status: 'failed', updated_by: null },
  },
  context: { branch: 'x', note: 'a: {"b": [1]}' },
  comments: [
    { id: idOf(6), author: 'human:a', at: BEFORE, body: 'one\n    "id": "x"' },
    { id: idOf(7), author: 'agent:b', at: NOW, body: '', kind: 'note' },
  ],
  resolution: 'completed',
  completed_at: NOW,
});

const SMALL = issueWith(5, { labels: ['a'], dependencies: [idOf(1)] });

const isPlain = (text: string): boolean => readPlainIssue(text) !== null;

// What tells of a violation is loaded when there is one.
beforeAll(() => explained(() => void parseIssueFile(Buffer.from('{}'), 'a file', idOf(1))));

/** Whatever is taken for plain is what a close look finds to be without fault. */
function expectTruth(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  const plain = readPlainIssue(text);
  if (plain === null) return false;
  const id = plain[PLAIN.id]!;
  const { stored, problems, mended } = parseIssueFile(bytes, 'a file', id);
  expect({ problems, mended }, text).toEqual({ problems: [], mended: null });
  const value = JSON.parse(text) as Issue;
  expect(JSON.stringify(stored)).toBe(JSON.stringify(value));
  expectGroups(plain, value);
  return true;
}

function expectGroups(plain: NonNullable<ReturnType<typeof readPlainIssue>>, issue: Issue): void {
  const told = (group: keyof typeof PLAIN): unknown => JSON.parse(plain[PLAIN[group]] ?? 'null');
  expect(plain[PLAIN.state]).toBe(issue.state);
  expect(plain[PLAIN.priority]).toBe(issue.priority);
  expect(told('hold')).toEqual(issue.hold);
  expect(told('assignee')).toEqual(issue.assignee);
  expect(told('labels')).toEqual(issue.labels);
  expect(told('dependencies')).toEqual(issue.dependencies);
  expect(told('links')).toEqual(issue.links);
  expect(told('gatesRequired')).toEqual(issue.gates_required);
  expect(told('gatesStatus')).toEqual(issue.gates_status);
  expect(told('context')).toEqual(issue.context);
  expect(told('comments')).toEqual(issue.comments);
  expect(told('completedAt')).toEqual(issue.completed_at);
  const { description, context, comments, sync, ...head } = issue;
  const { start, middle, end } = PLAIN;
  expect(JSON.stringify(JSON.parse(`${plain[start]}${plain[middle]}${plain[end]}}`))).toBe(
    JSON.stringify(head),
  );
}

test('an issue as jit writes it is plain', () => {
  for (const issue of [FULL, SMALL, issueWith(5)]) {
    expect(isPlain(formatIssue(issue))).toBe(true);
    expect(expectTruth(Buffer.from(formatIssue(issue)))).toBe(true);
  }
});

test('what is plain is without fault, whatever became of its bytes', () => {
  let [plain, other] = [0, 0];
  fc.assert(
    fc.property(fc.constantFrom(FULL, SMALL), arbitraryMutations, (issue, mutations) => {
      const bytes = mutations.slice(0, 2).reduce(mutate, Buffer.from(formatIssue(issue)));
      if (expectTruth(bytes)) plain += 1;
      else other += 1;
    }),
    { numRuns: size(3000, 100_000), seed: 20_260_123 },
  );
  expect(plain).toBeGreaterThan(100);
  expect(other).toBeGreaterThan(100);
});

// Values of each field, at what the schema allows, just beyond it, and out of order.
const long = (length: number): string => 'x'.repeat(length);
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  id: [idOf(9), `8${idOf(9).slice(1)}`, idOf(9).toLowerCase(), '', `${idOf(9)}\n`],
  title: [
    'x',
    '',
    long(200),
    long(201),
    '😀'.repeat(200),
    'a\nb',
    'a\u0085b',
    'a\u2028b',
    'a\u007fb',
    'ä',
    '\ud800',
  ],
  description: ['', long(10_000), '\u0000', '\u001b', '\ufffd', '\\', '"', '\\u0041', 1, null],
  state: ['done', 'archived', 'open', 'Ready', null],
  hold: [
    null,
    { reason: '' },
    { reason: long(1000) },
    { reason: long(1001) },
    { reason: '\n'.repeat(600) },
    { until: NOW },
    { until: NOW, reason: 'x' },
    { reason: 'x', until: 'soon' },
    { reason: 'x', more: 1 },
  ],
  priority: ['low', 'critical', 'urgent', 1],
  assignee: [
    null,
    'a:b',
    'agent:',
    ':b',
    'A:b',
    'a:b c',
    'a:\u00a0',
    'a:é',
    `a:${long(150)}`,
    `a:${long(198)}`,
    `a:${long(199)}`,
    `${long(60)}:b`,
  ],
  claim_epoch: [null, 1, 0, -1, 1.5, 2 ** 53, 2 ** 53 - 1, 1e21, '1'],
  labels: [
    ['a', 'a'],
    ['b', 'a'],
    ['a', 'b', 'a'],
    ['a b', 'a'],
    ['a', 'a!'],
    ['a!', 'a'],
    [''],
    ['a,b'],
    ['a"b'],
    ['a\\b'],
    [long(100)],
    [long(101)],
    ['a\n'],
    [1],
    'a',
    ['A', 'a', 'é'],
  ],
  milestone: [null, 'v1', '', 'a|b', 'a b', long(101)],
  dependencies: [
    [idOf(2), idOf(1)],
    [idOf(1), idOf(1)],
    ['x'],
    Array.from({ length: 1000 }, (_, n) => idOf(n)),
    Array.from({ length: 1001 }, (_, n) => idOf(n)),
  ],
  links: [
    [
      { type: 'relates', target: 'a' },
      { type: 'parent', target: 'b' },
    ],
    [
      { type: 'relates', target: 'a b' },
      { type: 'relates', target: 'a' },
    ],
    [
      { type: 'relates', target: 'a' },
      { type: 'relates', target: 'a b' },
    ],
    [
      { type: 'relates', target: 'a' },
      { type: 'relates', target: 'a!' },
    ],
    [
      { type: 'relates', target: 'a' },
      { type: 'relates', target: 'a' },
    ],
    [{ target: 'a', type: 'relates' }],
    [{ type: 'relates', target: '' }],
    [{ type: 'relates', target: long(2000) }],
    [{ type: 'relates', target: long(2001) }],
    [{ type: 'blocks', target: 'a' }],
    [{ type: 'relates', target: 'a', note: 1 }],
    [{ type: 'relates', target: 'a"\n    }' }],
  ],
  gates_required: [['b', 'a'], ['a', 'a'], ['a', 'b'], ['1'], ['A'], [long(64)], [long(65)], ['']],
  gates_status: [
    { b: status, a: status },
    { a: status, b: status },
    { 2: status, 10: status },
    { a: { ...status, commit: 'c', reason: long(4000) } },
    { a: { ...status, reason: long(4001) } },
    { a: { ...status, reason: 'r', commit: 'c' } },
    { a: { ...status, override: null } },
    { a: { status: 'passed' } },
    { a: { ...status, updated_by: 'nobody' } },
    { A: status },
    [],
  ],
  context: [
    { b: '1', a: '2' },
    { a: '1', b: '2' },
    { 10: 'x', 9: 'y' },
    { 9: 'x', 10: 'y' },
    { '-1': 'x' },
    { '': 'x' },
    { 'a"b': 'x' },
    { a: 1 },
    { __proto__: 'x' },
    [],
    { 'a: ': '": "' },
  ],
  progress: [{ fraction: 0.5 }, {}, null],
  comments: [
    FULL.comments.toReversed(),
    [FULL.comments[0], FULL.comments[0]],
    [{ ...FULL.comments[0], data: { a: 1 } }],
    [{ ...FULL.comments[0], kind: 'k', data: {} }],
    [{ ...FULL.comments[0], kind: 1 }],
    [{ ...FULL.comments[0], author: 'x' }],
    [{ ...FULL.comments[0], at: 'now' }],
    [{ id: idOf(1) }],
  ],
  resolution: [null, 'duplicate', 'fixed'],
  created_by: [null, 'agent:x', 'x'],
  updated_at: [NOW, '2026-01-01T00:00:00Z', '2026-01-01', null],
  completed_at: [null, NOW, ''],
  sync: [{}, { github: { id: '1', url: 'u', base: null } }, []],
  deleted_at: [NOW],
  other: [1],
};

test('what is plain keeps to the schema, and stands in order, at every limit', () => {
  const seen = { plain: 0, other: 0 };
  for (const [field, values] of Object.entries(VALUES)) {
    for (const value of values) {
      const bytes = Buffer.from(`${JSON.stringify({ ...FULL, [field]: value }, null, 2)}\n`);
      seen[expectTruth(bytes) ? 'plain' : 'other'] += 1;
    }
  }
  expect(seen.plain).toBeGreaterThan(40);
  expect(seen.other).toBeGreaterThan(60);
});

test('lines that come twice, change places, or are written otherwise are not plain', () => {
  const text = formatIssue(FULL);
  const lines = text.split('\n');
  for (let at = 1; at < lines.length - 2; at += 1) {
    const twice = [...lines.slice(0, at), lines[at], ...lines.slice(at)].join('\n');
    expectTruth(Buffer.from(twice));
    const swapped = [...lines.slice(0, at), lines[at + 1], lines[at], ...lines.slice(at + 2)].join('\n');
    expectTruth(Buffer.from(swapped));
  }
  const unusual = [
    text.slice(0, -1),
    `${text}\n`,
    `\ufeff${text}`,
    text.replaceAll('\n', '\r\n'),
    text.replace('"agent:worker-1"', '"agent:worker\\u002d1"'),
    text.replace('example.org/', 'example.org\\/'),
    text.replace('"claim_epoch": 3', '"claim_epoch": 3.0'),
    text.replace('": "high"', '" : "high"'),
    text.replace('  "sync"', '   "sync"'),
    JSON.stringify(FULL),
  ];
  for (const other of unusual) expect(isPlain(other), other).toBe(false);
});

test('bytes that are no UTF-8 are not plain', () => {
  const bytes = Buffer.from(formatIssue(SMALL));
  bytes[bytes.indexOf('issue 5') + 1] = 0xff;
  expect(isPlain(bytes.toString('utf8'))).toBe(false);
});
