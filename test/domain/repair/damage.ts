import fc from 'fast-check';
import { diffImages } from '../../../src/domain/event.ts';
import type { Event, GateRegistry, GateStatus, Issue, Tombstone } from '../../../src/domain/issue.ts';
import { STATES } from '../../../src/domain/issue.ts';
import { idOf, issueWith } from '../../support/issues.ts';

/** What a store holds that jit did not leave so. */
export interface Damaged {
  readonly images: readonly (Issue | Tombstone)[];
  readonly gates: GateRegistry;
  readonly events: readonly Event[];
}

const ISSUES = 5;
const GATE_KEYS = ['review', 'tests', 'constructor'];

const anyTime = fc.nat({ max: 5 }).map((day) => `2026-01-0${day + 1}T00:00:00.000Z`);
const anyNumber = fc.nat({ max: ISSUES });
const anyName = fc.constantFrom('agent:a', 'agent:b', 'human:c');

const anyStatus: fc.Arbitrary<GateStatus> = fc.record({
  status: fc.constantFrom('pending' as const, 'passed' as const, 'failed' as const),
  updated_by: anyName,
  updated_at: anyTime,
});

const commentOf = (number: number, author: string) => ({
  id: idOf(500 + number),
  author,
  at: '2026-01-01T00:00:00.000Z',
  body: `comment ${number}`,
});
const COMMENTS = [commentOf(1, 'agent:a'), commentOf(2, 'human:c')] as const;

/** The fields in which the rules are interested, put together without regard to any of them. */
const anyFields: fc.Arbitrary<Partial<Issue>> = fc.record(
  {
    title: fc.constantFrom('a title', 'another'),
    description: fc.constantFrom('', 'some', 'x'.repeat(70_000)),
    state: fc.constantFrom(...STATES),
    assignee: fc.option(anyName),
    claim_epoch: fc.option(fc.integer({ min: 1, max: 2 })),
    dependencies: fc.uniqueArray(anyNumber.map(idOf), { maxLength: 3 }).map((ids) => ids.sort()),
    links: fc
      .array(anyNumber.map(idOf), { maxLength: 1 })
      .map((ids) => ids.map((target) => ({ type: 'relates' as const, target }))),
    gates_required: fc
      .uniqueArray(fc.constantFrom(...GATE_KEYS), { maxLength: 2 })
      .map((keys) => keys.sort()),
    gates_status: fc.dictionary(fc.constantFrom('review', 'tests'), anyStatus, {
      maxKeys: 2,
      noNullPrototype: true,
    }),
    comments: fc.constantFrom<Issue['comments']>([], [COMMENTS[0]], [COMMENTS[1]], COMMENTS),
    context: fc.constantFrom<Record<string, string>>({}, { k: 'v' }, { long: 'y'.repeat(70_000), k: 'w' }),
    completed_at: fc.option(anyTime),
    updated_at: anyTime,
    hold: fc.constantFrom(null, { reason: 'x' }, { reason: 'x', until: '2026-01-01T12:00:00Z' }),
  },
  { noNullPrototype: true, requiredKeys: ['state', 'updated_at'] },
);

/** How the log of an issue is damaged, line by line. */
type Fault = 'none' | 'lost' | 'fork' | 'gap' | 'beginning' | 'ring';
const anyFault = fc.constantFrom<Fault>('none', 'none', 'none', 'lost', 'fork', 'gap', 'beginning', 'ring');

const anyHistory = fc.record({
  versions: fc.array(anyFields, { minLength: 1, maxLength: 4 }),
  faults: fc.array(anyFault, { minLength: 4, maxLength: 4 }),
  names: fc.array(
    fc.constantFrom('issue.updated', 'issue.claimed', 'issue.completed', 'issue.reconciled', 'issue.merged'),
    { minLength: 4, maxLength: 4 },
  ),
  /** What the file holds: the last version, an earlier one, nothing, a tombstone. */
  file: fc.constantFrom('last', 'last', 'first', 'gone', 'deleted', 'claimed', 'claimed'),
  /** Who has it in the file, where it was claimed on two branches. */
  holder: fc.constantFrom(null, 'agent:a', 'agent:b', 'human:c'),
});

type History = typeof anyHistory extends fc.Arbitrary<infer T> ? T : never;

function imagesOf(number: number, { versions }: History): readonly Issue[] {
  let fields: Partial<Issue> = {};
  return versions.map((version) => {
    fields = { ...fields, ...version };
    return issueWith(number, fields);
  });
}

function eventsOf(number: number, history: History): readonly Event[] {
  const images = imagesOf(number, history);
  const eidOf = (version: number): string => idOf(1000 + number * 10 + version);
  const claims = history.file === 'claimed' ? ['agent:a', 'agent:b'] : [];
  const claimed = claims.map((assignee, branch): Event => {
    const last = images.at(-1)!;
    const after = { ...last, state: 'in_progress' as const, assignee, claim_epoch: branch + 1 };
    return {
      ts: last.updated_at,
      event: 'issue.claimed',
      id: last.id,
      eid: eidOf(8 + branch),
      prev: eidOf(images.length - 1),
      by: assignee,
      assignee,
      changes: diffImages(last, after),
    };
  });
  const told = images.flatMap((image, version): Event[] => {
    const fault = history.faults[version]!;
    if (fault === 'lost') return [];
    const follows: Readonly<Record<Fault, string | null>> = {
      none: version === 0 ? null : eidOf(version - 1),
      lost: null,
      fork: version < 2 ? null : eidOf(version - 2),
      gap: idOf(9000),
      beginning: null,
      ring: eidOf(version + 1),
    };
    return [
      {
        ts: image.updated_at,
        event: version === 0 ? 'issue.created' : history.names[version]!,
        id: image.id,
        eid: eidOf(version),
        prev: follows[fault],
        by: 'agent:a',
        ...(image.assignee === null ? {} : { assignee: image.assignee }),
        changes: diffImages(version === 0 ? null : images[version - 1]!, image),
      },
    ];
  });
  return [...told, ...claimed];
}

function fileOf(number: number, history: History): readonly (Issue | Tombstone)[] {
  const images = imagesOf(number, history);
  const last = images.at(-1)!;
  if (history.file === 'gone') return [];
  if (history.file === 'deleted')
    return [{ id: last.id, title: last.title, deleted_by: 'human:c', deleted_at: last.updated_at }];
  if (history.file === 'claimed') return [{ ...last, state: 'in_progress', assignee: history.holder }];
  return [history.file === 'first' ? images[0]! : last];
}

const REVIEW = { key: 'review', title: 'Review', description: '', auto: false };

const gateEvent = (eid: number, changes: Event['changes']): Event => ({
  ts: '2026-01-03T00:00:00.000Z',
  event: 'gate.undefined',
  id: null,
  eid: idOf(eid),
  prev: null,
  by: 'human:c',
  gate: 'review',
  changes,
});

/** A small store in which nothing is sure: contradictory issues, cycles, forks and gaps in the log, files that are gone. */
export const arbitraryDamage: fc.Arbitrary<Damaged> = fc
  .record({
    histories: fc.array(anyHistory, { maxLength: ISSUES }),
    gates: fc.constantFrom<GateRegistry>({}, { review: REVIEW }),
    undefined: fc.boolean(),
    /** Now and then nothing is left of it. */
    log: fc.nat({ max: 15 }).map((chance) => chance > 0),
    /** The order in which the lines of the issues are mixed. */
    order: fc.array(fc.nat({ max: ISSUES }), { maxLength: 20 }),
  })
  .map(({ histories, gates, undefined: removed, log, order }) => {
    const queues = histories.map((history, number) => [...eventsOf(number, history)]);
    const mixed = order.flatMap((number) => queues[number]?.splice(0, 1) ?? []);
    return {
      images: histories.flatMap((history, number) => fileOf(number, history)),
      gates,
      events: !log
        ? []
        : [
            ...mixed,
            ...queues.flat(),
            ...(removed ? [gateEvent(8000, { review: [{ ...REVIEW, title: 'As it was' }, null] })] : []),
          ],
    };
  });
