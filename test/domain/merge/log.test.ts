import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { formatEvent } from '../../../src/domain/canonical-json.ts';
import type { Event } from '../../../src/domain/issue.ts';
import { deriveId } from '../../../src/domain/merge/derive-id.ts';
import { mergeEvents } from '../../../src/domain/merge/merge-log.ts';
import { cpuTimeOf } from '../../support/cpu-time.ts';
import { idOf } from '../../support/issues.ts';
import { size } from '../../support/size.ts';
import { digest } from './history.ts';

vi.setConfig({ testTimeout: 300_000 });

const SEED = 20260104;

const at = (ms: number): string => new Date(Date.UTC(2026, 0, 2) + ms).toISOString();

/** One line of a log: `name` makes its eid, `prev` names the event before. */
const line = (name: string, ms: number, prev: string | null = null, issue = 0): string => {
  const event: Event = {
    ts: at(ms),
    event: 'issue.updated',
    id: idOf(issue),
    eid: eid(name),
    prev: prev === null ? null : eid(prev),
    by: 'agent:a',
    changes: {},
  };
  return formatEvent(event);
};
const eid = (name: string): string => deriveId(at(0), digest(name));
const log = (...lines: readonly string[]): string => lines.map((text) => `${text}\n`).join('');

/** Merges, and sees to it that the order of the sides does not matter. */
function merge(ours: string, theirs: string): string {
  const merged = mergeEvents(ours, theirs);
  expect(mergeEvents(theirs, ours)).toBe(merged);
  return merged;
}

describe('a merge of logs', () => {
  const [o, a, b, c, d] = [
    line('o', 0),
    line('a', 10, 'o'),
    line('b', 20, 'o'),
    line('c', 30, 'a'),
    line('d', 40, 'b'),
  ];

  test('has the events of both, the earlier first', () => {
    expect(merge(log(o, a, c), log(o, b, d))).toBe(log(o, a, b, c, d));
    expect(merge(log(o, a), log(o, a, c))).toBe(log(o, a, c));
    expect(merge('', log(o))).toBe(log(o));
    expect(merge(log(o, a), log(o, a))).toBe(log(o, a));
  });

  test('keeps the lines of a side in their order, whatever its clock said', () => {
    const slow = line('slow', 5, 'b');
    expect(merge(log(o, b, slow), log(o, a))).toBe(log(o, a, b, slow));
    const after = line('after', 20, 'b');
    expect(merge(log(o, b, after), log(o, c))).toBe(log(o, b, after, c));
  });

  test('keeps lines that are no events, behind the line they followed', () => {
    expect(merge(log(o, b, 'torn {', d), log(o, a, c))).toBe(log(o, a, b, 'torn {', c, d));
    expect(merge(log(o, '<<<<<<<', a), log(o, '<<<<<<<', b))).toBe(log(o, '<<<<<<<', a, b));
    expect(merge(log('x', 'x', a), log('x', b))).toBe(log('x', 'x', a, b));
    expect(merge(log('null', '1', '{"eid":"x"}'), '')).toBe(log('null', '1', '{"eid":"x"}'));
  });

  test('ends the last line, and drops what ends lines elsewhere', () => {
    expect(merge(`${o}\n${a}`, log(o, b))).toBe(log(o, a, b));
    expect(merge(`${o}\r\n${a}\r\n`, log(o, b))).toBe(log(o, a, b));
    expect(merge(`\n\n${o}\n\n${a}\n`, log(o, b))).toBe(log(o, a, b));
    // What was cut off is another line than the whole of it.
    expect(
      merge(log(o, a), `${o}\n${a.slice(0, 30)}`)
        .split('\n')
        .sort(),
    ).toEqual(['', o, a, a.slice(0, 30)].sort());
  });

  test('has an event once, however it is written, and however often', () => {
    const spaced = JSON.stringify(JSON.parse(a), null, 1).replaceAll('\n', '');
    expect(merge(log(o, a), log(o, spaced))).toBe(log(o, [a, spaced].sort()[0]!));
    expect(merge(log(o, b, a, a), log(o, c))).toBe(log(o, b, a, c));
  });

  test('of two contents under one eid takes the same on every side', () => {
    const [one, other] = [line('x', 20, 'a'), line('x', 20, 'b')].sort();
    expect(merge(log(o, a, b, one!), log(o, a, b, other!))).toBe(log(o, a, b, one!));
    // As `merge=union` leaves them: on one clone ours first, on the other theirs.
    expect(merge(log(o, a, b, one!, other!), log(o, a, b, other!, one!))).toBe(log(o, a, b, one!));
  });

  test('puts no event before the one it follows, where the sides contradict each other', () => {
    // As git's `merge=union` leaves them: on one clone ours first, on the other theirs.
    const merged = merge(log(o, a, c, b, d), log(o, b, d, a, c)).split('\n');
    expect([...merged].sort()).toEqual(['', o, a, b, c, d].sort());
    expect(merged.indexOf(a)).toBeLessThan(merged.indexOf(c));
    expect(merged.indexOf(b)).toBeLessThan(merged.indexOf(d));
    const slow = line('slow', 5, 'a');
    const other = line('other', 30);
    expect(merge(log(o, slow, other), log(o, other, a, slow))).toBe(log(o, other, a, slow));
  });

  test('puts back in its place a line that one side lacks', () => {
    const slow = line('slow', 5, 'b');
    expect(merge(log(o, slow), log(o, b, slow))).toBe(log(o, b, slow));
  });

  test('does not look at what both begin with', () => {
    const long = log(...Array.from({ length: 50_000 }, (_, i) => line(`${i}`, i)));
    const spent = cpuTimeOf(() => mergeEvents(long + log(a), long + log(b)));
    expect(spent).toBeLessThan(cpuTimeOf(() => long.split('\n').map((text) => text && JSON.parse(text))));
  });
});

describe('a merge of logs with a base', () => {
  const [o, a, b, c, d] = [
    line('o', 0),
    line('a', 10, 'o'),
    line('b', 20, 'a'),
    line('c', 30, 'b'),
    line('d', 40, 'o'),
  ];
  const three = (base: string, ours: string, theirs: string): string => {
    const merged = mergeEvents(ours, theirs, base);
    expect(mergeEvents(theirs, ours, base)).toBe(merged);
    return merged;
  };

  test('adds what a side added, and takes out what a side took away', () => {
    expect(three(log(o, a), log(o, a, b), log(o, a, d))).toBe(log(o, a, b, d));
    expect(three(log(o, a), log(o), log(o, a, d))).toBe(log(o, d));
    expect(three(log(o, a), log(o), log(o))).toBe(log(o));
    expect(three(log(o, a), log(), log(o, a, d))).toBe(log(d));
  });

  test('a cherry-pick brings its own events alone, a revert takes its own away', () => {
    // The base is the parent of the picked commit, and has what our branch has not.
    expect(three(log(o, a, b), log(o, d), log(o, a, b, c))).toBe(log(o, c, d));
    // The base is the commit that is taken back, theirs its parent.
    expect(three(log(o, a, b), log(o, a, b, c, d), log(o, a))).toBe(log(o, a, c, d));
  });

  test('is idempotent: what one side alone did is taken as it is, to the byte', () => {
    for (const odd of [log(b, a, o), `${log(o)}\n\ntorn`, `${log(a)}\r\n`]) {
      expect(three(log(o, a), log(o, a), odd)).toBe(odd);
      expect(three(odd, odd, log(o, a))).toBe(log(o, a));
    }
    expect(three(log(o), log(o, a), log(o, a))).toBe(log(o, a));
  });

  test('keeps what is no event, unless a side took it away', () => {
    expect(three(log(o, 'x', 'x'), log(o, 'x', a), log(o, 'x', 'x', d))).toBe(log(o, 'x', a, d));
    expect(three(log(o), log(o, 'x'), log(o, 'y'))).toBe(log(o, 'x', 'y'));
    expect(three(log(o, '<<<<<<<', a), log(o, a), log(o, '<<<<<<<', a, d))).toBe(log(o, a, d));
  });

  test('has an event that one side wrote anew as that side has it', () => {
    const spaced = a.replaceAll(',"', ', "');
    expect(three(log(o, a), log(o, spaced), log(o, a, d))).toBe(log(o, spaced, d));
    expect(three(log(o, spaced), log(o, a), log(o, spaced, d))).toBe(log(o, a, d));
  });

  test('has the whole of a line that was cut off where it looked whole', () => {
    const nested = a.replace('"changes":{}', '"changes":{"context.k":[null,{"x":{}}]}');
    const cut = nested.slice(0, nested.indexOf('}}') + 2);
    expect(nested.startsWith(cut) && cut.endsWith('}}')).toBe(true);
    expect(three(log(o), log(o, cut), log(o, nested))).toBe(log(o, nested));
    // Both stand in one log: the cut line is no event, the whole one is.
    expect(three(log(o), log(o, cut, nested), log(o, d))).toBe(log(o, cut, nested, d));
  });

  test('events of a merge of merge bases are of no log, and take nothing away', () => {
    expect(three(log(o, `@${a}`), log(o, a), log(o, d))).toBe(log(o, a, d));
    expect(three(log(o, `@${a}`), log(o, b), log(o, d))).toBe(log(o, b, d));
  });
});

describe('logs that grew by appending and merging', () => {
  type Act =
    | { readonly who: number; readonly issue: number; readonly after: number }
    | { readonly who: number; readonly from: number };
  const who = fc.nat({ max: 2 });
  const acts = fc.array(
    fc.oneof<fc.WeightedArbitrary<Act>[]>(
      {
        weight: 3,
        arbitrary: fc.record({ who, issue: fc.nat({ max: 2 }), after: fc.constantFrom(0, 0, 1, 5, -3) }),
      },
      { weight: 1, arbitrary: fc.record({ who, from: fc.nat({ max: 2 }) }) },
    ),
    { maxLength: 40, size: 'max' },
  );

  function grow(history: readonly Act[]): readonly string[] {
    const logs = ['', '', ''];
    const clocks = [0, 3, 6];
    history.forEach((act, i) => {
      if ('from' in act) logs[act.who] = merge(logs[act.who]!, logs[act.from]!);
      else {
        clocks[act.who]! += act.after;
        logs[act.who] += log(
          line(`${i}`, 100 + clocks[act.who]!, lastOf(logs[act.who]!, act.issue), act.issue),
        );
      }
    });
    return logs;
  }

  const eventsOf = (text: string): readonly Event[] =>
    text.split('\n').flatMap((one) => (one === '' ? [] : [JSON.parse(one) as Event]));
  const names = new Map(Array.from({ length: 40 }, (_, i) => [eid(`${i}`), `${i}`]));
  const lastOf = (text: string, issue: number): string | null => {
    const last = eventsOf(text).findLast(({ id }) => id === idOf(issue));
    return last === undefined ? null : names.get(last.eid)!;
  };

  test('come out the same, byte for byte, whoever merges whom first', () => {
    fc.assert(
      fc.property(acts, (history) => {
        const [a, b, c] = grow(history) as [string, string, string];
        const merged = merge(merge(a, b), c);
        expect(merge(merge(b, c), a)).toBe(merged);
        expect(merge(merge(c, a), b)).toBe(merged);
        expect(merge(merged, a)).toBe(merged);
      }),
      { numRuns: size(150, 10_000), seed: SEED },
    );
  });

  test('lose nothing, and no event comes before the one it follows', () => {
    fc.assert(
      fc.property(acts, (history) => {
        const logs = grow(history);
        const merged = eventsOf(logs.reduce(merge));
        const eids = merged.map((event) => event.eid);
        expect([...eids].sort()).toEqual(
          [...new Set(logs.flatMap(eventsOf).map((event) => event.eid))].sort(),
        );
        for (const [i, { prev }] of merged.entries())
          if (prev !== null) expect(eids.slice(0, i)).toContain(prev);
        for (const side of logs) {
          const own = eventsOf(side).map((event) => event.eid);
          expect(eids.filter((one) => own.includes(one))).toEqual(own);
        }
      }),
      { numRuns: size(150, 10_000), seed: SEED },
    );
  });
});
