import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Issue } from '../../../../src/domain/issue.ts';
import { BriefReader } from '../../../../src/store/files/index/brief-reader.ts';
import { headOf } from '../../../../src/store/files/index/change.ts';
import { arbitraryIssue } from '../../../support/arbitrary-issue.ts';
import { briefOf } from '../../../support/heads.ts';
import { idOf, issueWith } from '../../../support/issues.ts';
import { size } from '../../../support/size.ts';

const RUNS = size(500, 10_000);
const SEED = 20_261_123;

const textOf = (issue: Issue, indent?: number): string => JSON.stringify(headOf(issue), null, indent);
/** As heads are made of what was read, and as they come from files. */
const INDENTS = [undefined, 2];

const readFrom = (text: string, { id, state, priority }: Issue, reader = new BriefReader()) =>
  reader.read(text, id, state, priority);

/** Texts that look like what stands around them. */
const KEYS = [
  ',"state":"ready","hold":null,"priority":"normal","assignee":',
  '","state":"ready',
  ',\\n  "state": "ready',
  ',"milestone":',
  '"],"milestone":null',
  '\\","milestone":',
  '\\',
  '"',
  'ü, \u202e and \u{1f600}',
  '\ud800',
];
const anyText = fc.array(fc.constantFrom(...KEYS, 'x'), { maxLength: 4 }).map((parts) => parts.join(''));

test('what lists show is read as it is', () => {
  const reader = new BriefReader();
  const anyIssue = fc
    .tuple(arbitraryIssue, anyText, fc.option(anyText), fc.array(anyText, { maxLength: 3 }))
    .map(([issue, title, assignee, labels]): Issue => ({ ...issue, title, assignee, labels, hold: null }));
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(arbitraryIssue, anyIssue), (issue) => {
      for (const indent of INDENTS) {
        const found = readFrom(textOf(issue, indent), issue, reader);
        expect(found).toEqual(issue.hold === null ? briefOf(issue) : null);
        if (found !== null) read += 1;
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(read).toBeGreaterThan(RUNS / 5);
});

test.each(INDENTS)(
  'what is of another issue, or in another state, or not whole, is not read (indent: %s)',
  (indent) => {
    const issue = issueWith(1, { title: 'a title', labels: ['a'] });
    const text = textOf(issue, indent);
    expect(readFrom(text, issue)).toEqual(briefOf(issue));
    expect(readFrom(text, { ...issue, id: idOf(2) })).toBe(null);
    expect(readFrom(text, { ...issue, state: 'done' })).toBe(null);
    expect(readFrom(text, { ...issue, priority: 'low' })).toBe(null);
    const end = text.indexOf(indent === undefined ? ':null,"dependencies"' : ' null,\n  "dependencies"') + 1;
    for (let length = 0; length < end; length += 1) expect(readFrom(text.slice(0, length), issue)).toBe(null);
    for (const [from, to] of [
      ['"a title"', '7'],
      ['"a title"', '"a" title"'],
      ['"a"', '"a'],
    ] as const)
      expect(readFrom(text.replace(from, to), issue), from).toBe(null);
  },
);
