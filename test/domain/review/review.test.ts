import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event, Issue } from '../../../src/domain/issue.ts';
import { addedEvents } from '../../../src/domain/review/added-events.ts';
import { HAPPENINGS } from '../../../src/domain/review/happening.ts';
import { reviewConfig, reviewGates, reviewIssues, type Side } from '../../../src/domain/review/review.ts';
import { diffWords } from '../../../src/domain/review/word-diff.ts';
import { arbitraryIssue } from '../../support/arbitrary-issue.ts';
import { BEFORE, GATES, idOf, inState, issueWith, NOW } from '../../support/issues.ts';

let eids = 0;
const eventOf = (event: string, fields: Partial<Event> = {}): Event => ({
  ts: NOW,
  event,
  id: idOf(1),
  eid: idOf(1000 + eids++),
  prev: null,
  by: 'agent:a',
  changes: {},
  ...fields,
});

const reviewOf = (before: Side, after: Side, events: readonly Event[] = []) =>
  reviewIssues([{ id: idOf(1), before, after }], events)[0];

const told = (before: Side, after: Side, events: readonly Event[] = []) =>
  (reviewOf(before, after, events)?.happenings ?? []).map(
    ({ type, subject, before: from, after: to, by }) => [type, subject, from, to, by],
  );

const plain = issueWith(1);
const passed = { status: 'passed', updated_by: 'ci:x', updated_at: NOW } as const;
const failed = { status: 'failed', updated_by: 'ci:x', updated_at: NOW, reason: 'red' } as const;
const comment = { id: idOf(9), author: 'human:h', at: NOW, body: 'one two' };
const held = issueWith(1, inState('in_progress'));
const done = issueWith(1, inState('done'));

describe('what happened to an issue', () => {
  test.each<[string, Side, Side, string, readonly unknown[][]]>([
    ['nobody knew it', 'gone', plain, 'created', [['created', null, null, 'ready', 'agent:maker']]],
    ['it is gone', plain, 'gone', 'deleted', [['deleted', null, 'ready', null, null]]],
    ['it was finished', held, done, 'completed', [['completed', null, 'in_progress', 'done', null]]],
    [
      'it is open again',
      done,
      plain,
      'reopened',
      [
        ['reopened', null, 'done', 'ready', null],
        ['assigned', null, 'agent:holder', null, null],
      ],
    ],
    [
      'it was archived',
      plain,
      issueWith(1, { state: 'archived', resolution: 'duplicate' }),
      'archived',
      [['archived', 'duplicate', 'ready', 'archived', null]],
    ],
    [
      'it was done, and archived since',
      done,
      { ...done, state: 'archived' },
      'archived',
      [['archived', 'completed', 'done', 'archived', null]],
    ],
    ['somebody took it', plain, held, 'claimed', [['claimed', null, null, 'agent:holder', null]]],
    [
      'somebody else has it',
      held,
      { ...held, assignee: 'agent:b', claim_epoch: 2 },
      'claimed',
      [['handed-over', null, 'agent:holder', 'agent:b', null]],
    ],
    [
      'the same took it anew',
      held,
      { ...held, claim_epoch: 2 },
      'claimed',
      [['claimed', null, 'agent:holder', 'agent:holder', null]],
    ],
    ['it was given back', held, plain, 'released', [['released', null, 'agent:holder', null, null]]],
    [
      'it was only promised',
      plain,
      { ...plain, assignee: 'human:h' },
      'changed',
      [['assigned', null, null, 'human:h', null]],
    ],
    [
      'it waits for gates',
      held,
      { ...held, state: 'gated' },
      'gated',
      [['gated', null, 'in_progress', 'gated', null]],
    ],
    [
      'a gate sent it back',
      { ...held, state: 'gated' },
      held,
      'changed',
      [['sent-back', null, 'gated', 'in_progress', null]],
    ],
    [
      'it waits',
      plain,
      { ...plain, state: 'backlog', dependencies: [idOf(2)] },
      'changed',
      [
        ['waiting', null, 'ready', 'backlog', null],
        ['edge-added', idOf(2), null, null, null],
      ],
    ],
    [
      'it is free',
      { ...plain, state: 'backlog', dependencies: [idOf(2)] },
      plain,
      'changed',
      [
        ['ready', null, 'backlog', 'ready', null],
        ['edge-removed', idOf(2), null, null, null],
      ],
    ],
    [
      'its gates',
      { ...plain, gates_required: ['a', 'b', 'c'], gates_status: { c: passed } },
      { ...plain, gates_required: ['b', 'c', 'd'], gates_status: { b: passed, d: failed } },
      'changed',
      [
        ['gate-added', 'd', null, null, null],
        ['gate-dropped', 'a', null, null, null],
        ['gate-passed', 'b', 'pending', 'passed', 'ci:x'],
        ['gate-failed', 'd', 'pending', 'failed', 'ci:x'],
        ['gate-cleared', 'c', 'passed', 'pending', null],
      ],
    ],
    [
      'its fields',
      { ...plain, labels: ['x'], context: { k: '1' }, links: [{ type: 'relates', target: idOf(3) }] },
      { ...plain, labels: ['y'], priority: 'high', milestone: 'v1', progress: { stage: 's' } },
      'changed',
      [
        ['priority', null, 'normal', 'high', null],
        ['label-added', 'y', null, null, null],
        ['label-removed', 'x', null, null, null],
        ['milestone', null, null, 'v1', null],
        ['link-removed', `relates ${idOf(3)}`, null, null, null],
        ['context', 'context.k', '1', null, null],
        ['other', 'progress', null, { stage: 's' }, null],
      ],
    ],
    [
      'its comments',
      { ...plain, comments: [comment, { ...comment, id: idOf(8), body: 'gone' }] },
      {
        ...plain,
        comments: [
          { ...comment, body: 'one three' },
          { ...comment, id: idOf(10), body: 'new' },
        ],
      },
      'changed',
      [
        ['comment-added', idOf(10), null, 'new', 'human:h'],
        ['comment-changed', idOf(9), null, null, null],
        ['comment-removed', idOf(8), 'gone', null, null],
      ],
    ],
    [
      'its hold',
      plain,
      { ...plain, state: 'backlog', hold: { reason: 'r' } },
      'changed',
      [
        ['waiting', null, 'ready', 'backlog', null],
        ['held', null, null, { reason: 'r' }, null],
      ],
    ],
  ])('%s', (_, before, after, heading, expected) => {
    expect(reviewOf(before, after)?.heading).toBe(heading);
    expect(told(before, after)).toEqual(expected);
  });

  test('when it is new, is told with all that it has from the start', () => {
    const born = issueWith(1, {
      ...inState('done'),
      labels: ['x'],
      comments: [comment],
      dependencies: [idOf(2)],
    });
    expect(told('gone', born).map(([type]) => type)).toEqual([
      'created',
      'completed',
      'edge-added',
      'label-added',
      'comment-added',
    ]);
  });

  test('is nothing where only times and counters differ', () => {
    expect(reviewOf(plain, { ...plain, updated_at: NOW })).toBeUndefined();
    expect(reviewOf('gone', 'gone')).toBeUndefined();
    expect(reviewOf(plain, plain)).toBeUndefined();
  });

  test('is signed by the last event that brought it about', () => {
    const events = [
      eventOf('issue.completed', { by: 'agent:early' }),
      eventOf('issue.completed', { by: 'agent:late', reason: 'because' }),
      eventOf('issue.completed', { by: 'agent:other', id: idOf(2) }),
    ];
    expect(reviewOf(held, done, events)?.happenings).toMatchObject([
      { by: 'agent:late', at: NOW, reason: 'because' },
    ]);
  });

  test('of a field is signed by whatever event changed that field', () => {
    const events = [
      eventOf('issue.updated', { by: 'agent:p', changes: { priority: ['normal', 'high'] } }),
      eventOf('issue.updated', { by: 'agent:l', changes: { 'labels.x': [false, true] } }),
      eventOf('issue.updated', { by: 'agent:z', changes: { milestone: [null, 'v'] } }),
    ];
    expect(
      told(plain, { ...plain, priority: 'high', labels: ['x'] }, events).map(([type, , , , by]) => [
        type,
        by,
      ]),
    ).toEqual([
      ['priority', 'agent:p'],
      ['label-added', 'agent:l'],
    ]);
  });

  test('includes steps that left no trace, and not those that every completion has', () => {
    const claim = eventOf('issue.claimed', { by: 'agent:first' });
    const back = eventOf('issue.released', { by: 'agent:first' });
    const red = eventOf('gate.failed', { gate: 'b' });
    const green = eventOf('gate.passed', { gate: 'b' });
    const again = eventOf('issue.claimed', { by: 'agent:second' });
    const after = { ...done, gates_required: ['b'], gates_status: { b: passed } };
    const events = [claim, back, red, again, green, eventOf('issue.gated'), eventOf('issue.completed')];
    expect(reviewOf({ ...plain, gates_required: ['b'] }, after, events)?.passing).toEqual([claim, back, red]);
    expect(reviewOf(plain, plain, [claim, back])).toMatchObject({
      heading: 'changed',
      passing: [claim, back],
    });
  });

  test('comes in the same order, in whatever order it is given', () => {
    const pairs = [1, 2, 3, 4].map((number) => ({
      id: idOf(number),
      before: number % 2 === 0 ? ('gone' as const) : issueWith(number),
      after: issueWith(number, inState(number > 2 ? 'done' : 'in_progress')),
    }));
    const ids = reviewIssues(pairs, []).map(({ id }) => id);
    expect(ids).toEqual([idOf(3), idOf(4), idOf(2), idOf(1)]);
    expect(reviewIssues([...pairs].reverse(), []).map(({ id }) => id)).toEqual(ids);
  });

  test('is found for any two issues, in the order of the types, and only where they differ in what counts', () => {
    fc.assert(
      fc.property(arbitraryIssue, arbitraryIssue, (one, two) => {
        const [before, after] = [one, { ...two, id: one.id } as Issue];
        const types = told(before, after).map(([type]) => HAPPENINGS.indexOf(type as 'created'));
        expect(types).toEqual([...types].sort((a, b) => a - b));
        expect(types).not.toContain(-1);
        expect(told(before, { ...before, updated_at: BEFORE })).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the words of a changed text', () => {
  const marked = (before: string, after: string): string =>
    diffWords(before, after)
      .map(({ op, text }) => (op === 'removed' ? `[-${text}-]` : op === 'added' ? `{+${text}+}` : text))
      .join('');

  test.each([
    ['a b c', 'a x c', 'a [-b-]{+x+} c'],
    ['', 'new', '{+new+}'],
    ['old\n', '', '[-old\n-]'],
    ['one\ntwo\n', 'one\ntwo!\n', 'one\ntwo{+!+}\n'],
    ['same', 'same', ''],
    ['naïve café', 'naïve cafés', 'naïve [-café-]{+cafés+}'],
  ])('%j to %j', (before, after, expected) => {
    expect(marked(before, after)).toBe(expected);
  });

  test('leave out what is long and the same, but not near a change', () => {
    const filler = 'x '.repeat(500);
    const shown = marked(`${filler}old ${filler}`, `${filler}new ${filler}`);
    expect(shown).toContain('x [-old-]{+new+} x');
    expect(shown.length).toBeLessThan(150);
  });

  test('lead from the one text to the other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', ' ', '\n', 'word', '…', '😀'), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (one, two) => {
        const [before, after] = [one.join(''), two.join('')];
        const pieces = diffWords(before, after);
        const without = (op: string): string =>
          pieces.flatMap((piece) => (piece.op === op ? [] : [piece.text])).join('');
        if (before !== after && !pieces.some(({ op }) => op === 'skipped'))
          expect([without('added'), without('removed')]).toEqual([before, after]);
      }),
    );
  });

  test('take no time to speak of, whatever the texts', () => {
    const text = (seed: number): string =>
      Array.from({ length: 40_000 }, (_, i) => `w${(i * seed) % 9973}`).join(i40(seed));
    expect(diffWords(text(7), text(11)).length).toBeGreaterThan(0);
  });
});

const i40 = (seed: number): string => (seed % 2 === 0 ? '\n' : ' ');

describe('the events between', () => {
  const line = (event: Event): string => JSON.stringify(event);

  test('are the lines that a diff adds, without those that only moved', () => {
    const [moved, fresh, twice] = [
      eventOf('issue.created'),
      eventOf('issue.updated'),
      eventOf('issue.updated'),
    ];
    const diff = [
      'diff --git a/.jit/events.jsonl b/.jit/events.jsonl',
      `+++ ${line(eventOf('issue.updated'))}`,
      '@@ -1 +0,0 @@',
      `-${line(moved)}`,
      '@@ -3,0 +3,4 @@',
      `+${line(fresh)}`,
      `+${line(moved)}`,
      `+${line(twice)}`,
      `+${line(twice)}`,
      '+{"ts": broken',
      '+{"event":"x"}',
      '+null',
      '\\ No newline at end of file',
    ].join('\n');
    expect(addedEvents(diff)).toEqual([fresh, twice]);
    expect(addedEvents('')).toEqual([]);
  });
});

test('rules that differ are named by key', () => {
  const { tests, ...others } = GATES;
  expect(reviewGates(GATES, { ...others, lint: { ...GATES.lint!, auto: false } })).toEqual([
    { key: 'lint', before: GATES.lint, after: { ...GATES.lint, auto: false } },
    { key: 'tests', before: tests, after: null },
  ]);
  expect(reviewConfig({ claims: { ttl: '30m' } }, { claims: { ttl: '1h' }, tombstone_days: 3 })).toEqual([
    { key: 'claims.ttl', before: '30m', after: '1h' },
    { key: 'tombstone_days', before: null, after: 3 },
  ]);
});
