import fc from 'fast-check';
import { diffImages } from '../../src/domain/event.ts';
import type { Event, Issue, Tombstone } from '../../src/domain/issue.ts';
import { BEFORE, idOf, issueWith, NOW } from './issues.ts';

/** Fields of an issue, as they are after a change. */
export type Edit = Partial<Issue>;

const text = fc.constantFrom(
  'x',
  'a "b" \\ c',
  '',
  'ä \u{1f600}',
  'as in "a":[1]',
  '["a"]',
  'line\nline',
  'null',
);
const ids = fc
  .uniqueArray(fc.integer({ min: 1, max: 6 }).map(idOf), { maxLength: 3 })
  .map((all) => all.sort());
const words = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'area:x', 'ä'), { maxLength: 3 })
  .map((all) => all.sort());
const status = fc.record(
  {
    status: fc.constantFrom('passed' as const, 'failed' as const, 'pending' as const),
    updated_by: fc.constantFrom('ci:x', null),
    updated_at: fc.constantFrom(NOW, BEFORE),
    commit: text,
    override: fc.boolean(),
  },
  { requiredKeys: ['status', 'updated_by', 'updated_at'] },
);
const comment = fc.record({ author: fc.constant('agent:b'), at: fc.constantFrom(NOW, BEFORE), body: text });

const ALL = fc.record({
  title: fc.constantFrom('A title', 'Another', 'ä "title" \\'),
  description: fc.oneof(text, fc.constant('y'.repeat(70_000))),
  state: fc.constantFrom('backlog', 'ready', 'in_progress', 'gated', 'done', 'archived'),
  hold: fc.constantFrom(null, { reason: 'later' }, { reason: 'a "b"', until: NOW }),
  priority: fc.constantFrom('low', 'normal', 'high', 'critical'),
  assignee: fc.constantFrom(null, 'agent:a', 'human:b'),
  claim_epoch: fc.constantFrom(null, 1, 12),
  labels: words,
  milestone: fc.constantFrom(null, 'v1', 'null'),
  dependencies: ids,
  links: fc.constantFrom(
    [],
    [{ type: 'relates', target: idOf(2) }],
    [
      { type: 'parent', target: idOf(3) },
      { type: 'relates', target: 'https://example.org/?a=[1]' },
    ],
  ),
  gates_required: fc.constantFrom([], ['review'], ['review', 'tests']),
  gates_status: fc.dictionary(fc.constantFrom('review', 'tests'), status, { maxKeys: 2 }),
  context: fc.dictionary(fc.constantFrom('branch', 'note'), text, { maxKeys: 2 }),
  comments: fc
    .dictionary(fc.constantFrom(idOf(91), idOf(92)), comment, { maxKeys: 2 })
    .map((all) => Object.entries(all).map(([id, rest]) => ({ id, ...rest }))),
  resolution: fc.constantFrom(null, 'completed', 'not-planned'),
  updated_at: fc.constantFrom(NOW, BEFORE),
  completed_at: fc.constantFrom(null, NOW),
  later: text,
}) as unknown as fc.Arbitrary<Edit>;

const FIELDS = [
  ...['title', 'description', 'state', 'hold', 'priority', 'assignee', 'claim_epoch', 'labels', 'milestone'],
  ...['dependencies', 'links', 'gates_required', 'gates_status', 'context', 'comments', 'resolution'],
  ...['updated_at', 'completed_at', 'later'],
];
const fieldsOf = (most: number): fc.Arbitrary<Edit> =>
  fc.tuple(ALL, fc.shuffledSubarray(FIELDS, { minLength: 1, maxLength: most })).map(([all, keys]) => {
    const some = Object.entries(all).filter(([key]) => keys.includes(key));
    return Object.fromEntries(some) as Edit;
  });

/** New values of a field or two. */
export const arbitraryEdit: fc.Arbitrary<Edit> = fieldsOf(2);

const claim = fc
  .constantFrom('agent:a', 'human:b')
  .map((assignee): Edit => ({ state: 'in_progress', assignee, updated_at: NOW }));

/** Small changes more often than large ones, so that the log still agrees with the file when a line of it is lost. */
export const arbitraryEdits = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(
        arbitraryEdit,
        fc.constantFrom('issue.updated', 'issue.completed', 'issue.reconciled'),
      ),
    },
    { weight: 3, arbitrary: fc.tuple(claim, fc.constant('issue.claimed')) },
    { weight: 1, arbitrary: fc.tuple(fieldsOf(9), fc.constant('issue.updated')) },
  ),
  { maxLength: 4 },
);

/** What became of an issue. */
export interface Told {
  readonly image: Issue | Tombstone;
  readonly events: readonly Event[];
}

/** An issue with the events that made it. */
export function historyOf(
  number: number,
  changes: readonly (readonly [Edit, string])[],
  deleted: boolean,
): Told {
  const events: Event[] = [];
  let image: Issue | Tombstone | null = null;
  const turnTo = (next: Issue | Tombstone, event: string): void => {
    const eid = idOf(1000 * number + events.length);
    const prev: string | null = events.at(-1)?.eid ?? null;
    const line = { ts: NOW, event, id: next.id, eid, prev, by: 'agent:a', changes: diffImages(image, next) };
    events.push(line as Event);
    image = next;
  };
  turnTo(issueWith(number), 'issue.created');
  for (const [change, event] of changes) turnTo({ ...(image as unknown as Issue), ...change }, event);
  if (deleted)
    turnTo(
      { id: idOf(number), deleted_by: 'agent:a', deleted_at: NOW, title: 'gone' } as Tombstone,
      'issue.deleted',
    );
  return { image: image!, events };
}
