import { describe, expect, test } from 'vitest';
import { findDoubleClaim } from '../../../src/domain/check/claims.ts';
import type { Event, Issue } from '../../../src/domain/issue.ts';
import { replayIssue } from '../../../src/domain/replay.ts';
import { idOf, issueWith } from '../../support/issues.ts';

let day = 0;

/** An event with this number that follows another one. */
function event(number: number, prev: number | null, name: string, fields: Partial<Event> = {}): Event {
  day += 1;
  return {
    ts: `2026-01-01T00:${String(day % 60).padStart(2, '0')}:00.000Z`,
    event: name,
    id: idOf(0),
    eid: idOf(100 + number),
    prev: prev === null ? null : idOf(100 + prev),
    by: 'agent:x',
    changes: {},
    ...fields,
  };
}

const created = event(0, null, 'issue.created');

const claim = (number: number, prev: number, who: string, epoch: number, before: string | null = null) =>
  event(number, prev, 'issue.claimed', {
    assignee: who,
    changes: { state: ['ready', 'in_progress'], assignee: [before, who], claim_epoch: [null, epoch] },
  });

const release = (number: number, prev: number, who: string) =>
  event(number, prev, 'issue.released', {
    changes: { state: ['in_progress', 'ready'], assignee: [who, null] },
  });

const held = (assignee: string | null, claim_epoch = 1, state: Issue['state'] = 'in_progress'): Issue =>
  issueWith(0, { state, assignee, claim_epoch });

/** Who has it, and who lost it. */
function settled(issue: Issue, ...lines: readonly Event[]) {
  const found = findDoubleClaim(issue, replayIssue(idOf(0), [created, ...lines]));
  return found && [found.standing?.assignee ?? null, found.lost.map(({ assignee }) => assignee)];
}

describe('claimed on several branches', () => {
  const [a, b] = [claim(1, 0, 'agent:a', 1), claim(2, 0, 'agent:b', 1)];

  test('the claim that the file holds stands', () => {
    expect(settled(held('agent:a'), a, b)).toEqual(['agent:a', ['agent:b']]);
    expect(settled(held('agent:b'), a, b)).toEqual(['agent:b', ['agent:a']]);
    expect(settled(held('agent:b', 1, 'gated'), a, b)).toEqual(['agent:b', ['agent:a']]);
  });

  test('where the file holds none of them the higher epoch does, then the later; somebody else keeps it', () => {
    expect(settled(held(null), claim(3, 0, 'agent:c', 2), a, b)).toEqual(['agent:c', ['agent:a', 'agent:b']]);
    expect(settled(held(null), b, a)).toEqual(['agent:b', ['agent:a']]);
    expect(settled(held('human:z'), a, b)).toEqual([null, ['agent:a', 'agent:b']]);
  });

  test('also under one name: then the epoch in the file tells them apart', () => {
    const again = claim(2, 0, 'agent:a', 4);
    const found = findDoubleClaim(held('agent:a', 4), replayIssue(idOf(0), [created, again, a]))!;
    expect([found.standing?.epoch, found.lost.map(({ epoch }) => epoch)]).toEqual([4, [1]]);
  });

  test.each<[string, readonly Event[]]>([
    ['one claim', [a]],
    ['a claim that knows of the other', [a, claim(3, 1, 'agent:c', 2, 'agent:a')]],
    ['one that was given back on its branch', [a, b, release(3, 2, 'agent:b')]],
    ['one that was given back after the merge', [a, b, release(3, 1, 'agent:b')]],
    ['one of which an event tells that it lost', [a, b, event(3, 2, 'lease.lost', { assignee: 'agent:b' })]],
    [
      'claims that a merge settled',
      [a, b, event(3, 2, 'issue.merged', { changes: { assignee: ['agent:b', 'agent:a'] } })],
    ],
    ['a claim behind a gap in the log', [a, claim(9, 8, 'agent:b', 2)]],
  ])('not: %s', (_, lines) => {
    expect(settled(held('agent:a'), ...lines)).toBeNull();
  });

  test('not where nobody works on it any more', () => {
    for (const state of ['ready', 'backlog', 'done', 'archived'] as const)
      expect(settled(held('agent:a', 1, state), a, b)).toBeNull();
  });

  test('a merge of something else settles nothing', () => {
    const merged = event(3, 2, 'issue.merged', { changes: { title: ['x', 'y'] } });
    expect(settled(held('agent:a'), a, b, merged)).toEqual(['agent:a', ['agent:b']]);
  });
});
