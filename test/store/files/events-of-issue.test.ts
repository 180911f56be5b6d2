import { expect, test } from 'vitest';
import { explained } from '../../../src/domain/violations.ts';
import { eventsOfIssue } from '../../../src/store/files/read-events.ts';
import { idOf, NOW } from '../../support/issues.ts';

const [A, B] = [idOf(1), idOf(2)];

const line = (number: number, id: string, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    ts: NOW,
    event: 'issue.updated',
    id,
    eid: idOf(100 + number),
    prev: null,
    by: 'agent:a',
    changes: {},
    ...more,
  });

const eidsIn = (...lines: readonly string[]): Promise<readonly string[]> =>
  explained(() => eventsOfIssue(Buffer.from(lines.join('\n')), A).map(({ eid }) => eid));

test('the events of one issue, in the order of the lines', async () => {
  expect(await eidsIn(line(2, A), line(1, B), line(0, A), '')).toEqual([idOf(102), idOf(100)]);
  expect(await eidsIn(line(0, B))).toEqual([]);
  expect(await eidsIn('')).toEqual([]);
});

test('a line with spaces counts, one that only names the issue, is torn or no event does not', async () => {
  const spaced = line(0, A).replaceAll('":"', '": "');
  const naming = line(1, B, { changes: { dependencies: [[], [A]] } });
  expect(await eidsIn(spaced, naming, line(2, A).slice(0, -3), `{"id":"${A}"}`, line(3, A))).toEqual([
    idOf(100),
    idOf(103),
  ]);
});
