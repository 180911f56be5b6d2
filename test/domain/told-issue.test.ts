import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalIssue, formatEvent, formatIssue } from '../../src/domain/canonical-json.ts';
import { diagnoseClaims } from '../../src/domain/check/claims.ts';
import { diagnoseComments } from '../../src/domain/check/comments.ts';
import { diagnoseHistory } from '../../src/domain/check/log.ts';
import { diffImages } from '../../src/domain/event.ts';
import type { Event, Issue } from '../../src/domain/issue.ts';
import { readPlainIssue } from '../../src/domain/plain-issue.ts';
import { replayIssue } from '../../src/domain/replay.ts';
import { ruledPart, ruledPartOfPlain } from '../../src/domain/ruled-part.ts';
import { isToldBy } from '../../src/domain/told-issue.ts';
import { BEFORE, idOf, issueWith, NOW } from '../support/issues.ts';
import { size } from '../support/size.ts';
import { arbitraryEdit, arbitraryEdits, historyOf } from '../support/told.ts';

// Of what the log tells by its texts a close look finds nothing wrong.

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

test('what is told agrees with its events, and what agrees is told as a rule', () => {
  let [told, agreeing, other] = [0, 0, 0];
  const edits = fc.option(arbitraryEdit, { freq: 2, nil: {} });
  const losses = fc.option(fc.nat(), { freq: 3, nil: null });
  fc.assert(
    fc.property(arbitraryEdits, edits, losses, fc.boolean(), (changes, edit, lost, swapped) => {
      const { image, events } = historyOf(1, changes, false);
      const issue = canonicalIssue({ ...(image as Issue), ...edit });
      const plain = readPlainIssue(formatIssue(issue));
      const left = lost === null ? [...events] : events.filter((_, at) => at !== lost % events.length);
      if (swapped && lost !== null) left.reverse();
      const history = left.length === 0 ? undefined : replayIssue(issue.id, left);
      const problems = [
        ...diagnoseHistory(issue, history, digest),
        ...diagnoseComments(issue, history),
        ...(history === undefined ? [] : diagnoseClaims(issue, history)),
      ];
      if (plain === null) return;
      expect(ruledPartOfPlain(issue.id, plain)).toEqual(ruledPart(issue));
      const isTold = isToldBy(
        plain,
        left.map((event) => ({ text: formatEvent(event) })),
      );
      if (isTold) expect(problems).toEqual([]);
      if (isTold) told += 1;
      else if (problems.length === 0) agreeing += 1;
      else other += 1;
    }),
    { numRuns: size(4000, 200_000), seed: 20_261_122 },
  );
  expect(told).toBeGreaterThan(500);
  expect(other).toBeGreaterThan(500);
  expect(agreeing).toBeLessThan(told / 4);
});

test('elements that come and go are told, and a field that is told whole forgets what came before', () => {
  const made = issueWith(1, { labels: ['a', 'b'], gates_status: {}, context: {} });
  const linesOf = (...changes: readonly Event['changes'][]): readonly { readonly text: string }[] =>
    [diffImages(null, made), ...changes].map((change, at) => ({
      text: formatEvent({
        ...{ ts: NOW, event: 'issue.updated', id: idOf(1), eid: idOf(10 + at), by: 'agent:a' },
        ...{ prev: at === 0 ? null : idOf(9 + at), changes: change },
      }),
    }));
  const isTold = (fields: Partial<Issue>, ...changes: readonly Event['changes'][]): boolean =>
    isToldBy(readPlainIssue(formatIssue({ ...made, ...fields }))!, linesOf(...changes));
  const passed = { status: 'passed', updated_by: 'ci:x', updated_at: NOW } as const;
  expect(isTold({})).toBe(true);
  expect(isTold({ labels: ['b', 'c'] }, { 'labels.a': [true, false], 'labels.c': [false, true] })).toBe(true);
  expect(isTold({ labels: ['b'] }, { 'labels.c': [false, true], 'labels.a': [true, false] })).toBe(false);
  expect(isTold({ labels: ['b'] }, { 'labels.c': [false, true] }, { labels: [['a'], ['b']] })).toBe(true);
  expect(isTold({ labels: ['b', 'c'] }, { 'labels.c': [false, true] }, { labels: [['a'], ['b']] })).toBe(
    false,
  );
  expect(isTold({ context: { a: 'x' } }, { 'context.a': [null, 'y'] }, { 'context.a': ['y', 'x'] })).toBe(
    true,
  );
  expect(isTold({ context: {} }, { 'context.a': [null, 'y'] }, { 'context.a': ['y', null] })).toBe(true);
  expect(isTold({ gates_status: { a: passed } }, { 'gates_status.a': [null, passed] })).toBe(true);
  expect(
    isTold({ gates_status: { a: passed } }, { 'gates_status.a': [null, { ...passed, status: 'failed' }] }),
  ).toBe(false);
  expect(
    isTold({ completed_at: NOW }, { completed_at: [null, BEFORE], updated_at: [NOW, made.updated_at] }),
  ).toBe(false);
  // A list that has an element twice is not taken apart: what changes of it makes a new one.
  const twice: Event['changes'] = {
    labels: [
      ['a', 'b'],
      ['a', 'a'],
    ],
  };
  const added: Event['changes'] = { 'labels.b': [false, true] };
  expect(isTold({}, twice, added)).toBe(false);
  expect(isToldBy(readPlainIssue(formatIssue(made))!, [])).toBe(false);
});
