import {
  canonicalConfig,
  canonicalGates,
  canonicalIssue,
  canonicalTombstone,
  isTombstone,
} from '../../domain/canonical-json.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Config, Event, GateRegistry, Issue, Tombstone } from '../../domain/issue.ts';
import { explained } from '../../domain/violations.ts';
import { chainEvents, issuesOf } from '../chain-events.ts';
import { checkPlan } from '../check-plan.ts';
import { selectEvents } from '../event-range.ts';
import { recordsOf } from '../records.ts';
import { Snapshot } from '../snapshot-view.ts';
import type { History, Plan, Store, View } from '../store.ts';

/** What a memory store starts with. */
export interface MemoryContent {
  readonly issues?: readonly (Issue | Tombstone)[];
  readonly gates?: GateRegistry;
  readonly config?: Config;
  readonly events?: readonly Event[];
}

/** One committed state; a commit makes a new one, so that a view stays what it was. */
interface Content {
  readonly snapshot: Snapshot;
  readonly tombstones: ReadonlyMap<string, Tombstone>;
  readonly gates: GateRegistry;
  readonly config: Config;
  readonly events: readonly Event[];
}

/**
 * A store that lives in this process: the same rules as the files store, nothing kept. What it returns is frozen.
 * Two transactions that overlap are settled as the files store does it: the second decides again.
 */
export function createMemoryStore({ clock, initial = {} }: { clock: Clock; initial?: MemoryContent }): Store {
  let content = startWith(initial);
  const watchers = new Set<() => void>();
  let turns: Promise<unknown> = Promise.resolve();
  const store: Store = {
    read: (use) => use(viewOf(content, clock)),
    transact: (decide) =>
      explained(async () => {
        for (;;) {
          const before = content;
          const plan = await decide(viewOf(before, clock));
          const after = applyPlan(before, plan);
          if (before !== content) continue;
          content = after;
          if (after !== before) for (const onChange of watchers) onChange();
          return plan.result;
        }
      }),
    inTurn: (work) => {
      const within: Store = { ...store, inTurn: (nested) => nested(within) };
      const turn = turns.then(() => work(within));
      turns = turn.catch(() => {});
      return turn;
    },
    inspect: async (use) => {
      await use?.(viewOf(content, clock));
      return [];
    },
    repair: async () => [],
    sweep: async () => [],
    async watch(onChange) {
      const watcher = (): void => onChange();
      watchers.add(watcher);
      return async () => {
        watchers.delete(watcher);
      };
    },
  };
  return store;
}

function startWith({ issues = [], gates = {}, config = {}, events = [] }: MemoryContent): Content {
  return freeze({
    snapshot: new Snapshot(
      issues.flatMap((stored) => (isTombstone(stored) ? [] : [freeze(canonicalIssue(stored))])),
    ),
    tombstones: new Map(
      issues.flatMap((stored) => (isTombstone(stored) ? [[stored.id, stored] as const] : [])),
    ),
    gates: canonicalGates(gates),
    config: canonicalConfig(config),
    events: [...events],
  });
}

function applyPlan(before: Content, plan: Plan<unknown>): Content {
  const events = chainEvents(plan.events, lastEids(before, issuesOf(plan.events)));
  checkPlan(plan, events);
  const purged = (plan.purge ?? []).filter((id) => before.tombstones.has(id));
  const nothing = plan.issues.length === 0 && purged.length === 0 && events.length === 0;
  if (nothing && plan.gates === undefined && plan.config === undefined) return before;
  const issues = new Map(before.snapshot.issues);
  const tombstones = new Map(before.tombstones);
  for (const stored of structuredClone(plan.issues) as readonly (Issue | Tombstone)[]) {
    if (isTombstone(stored)) {
      issues.delete(stored.id);
      tombstones.set(stored.id, freeze(canonicalTombstone(stored)));
    } else {
      tombstones.delete(stored.id);
      issues.set(stored.id, freeze(canonicalIssue(stored)));
    }
  }
  for (const id of purged) tombstones.delete(id);
  return {
    snapshot: new Snapshot(issues.values()),
    tombstones,
    gates: plan.gates === undefined ? before.gates : freeze(canonicalGates(structuredClone(plan.gates))),
    config: plan.config === undefined ? before.config : freeze(canonicalConfig(structuredClone(plan.config))),
    events: [...before.events, ...freeze(structuredClone(events) as Event[])],
  };
}

// As in the files store, what is not there has no past.
function lastEids(
  { snapshot, tombstones, events }: Content,
  ids: readonly string[],
): ReadonlyMap<string, string | null> {
  const known = ids.filter((id) => snapshot.issues.has(id) || tombstones.has(id));
  return new Map(known.map((id) => [id, events.findLast((event) => event.id === id)?.eid ?? null]));
}

function viewOf(content: Content, clock: Clock): View {
  const { snapshot, tombstones } = content;
  const histories = (): AsyncIterable<History> => historiesOf(content);
  const images = (): AsyncIterable<Issue | Tombstone> => imagesOf(content);
  return {
    ids: async () => [...snapshot.issues.keys(), ...tombstones.keys()].sort(),
    get: async (id) => snapshot.issues.get(id),
    select: async (query) => snapshot.select(query, clock.now()),
    list: async (query) => snapshot.select(query, clock.now()),
    dependents: async (id) => snapshot.dependents(id),
    graph: async () => snapshot.graph(),
    images,
    tombstones: async () => [...tombstones.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    gates: async () => content.gates,
    config: async () => content.config,
    events: (range) => selectEvents(content.events, range),
    histories,
    records: () => recordsOf({ images, histories }),
    problems: () => [],
  };
}

async function* imagesOf({ snapshot, tombstones }: Content): AsyncIterable<Issue | Tombstone> {
  const ids = [...snapshot.issues.keys(), ...tombstones.keys()].sort();
  for (const id of ids) yield snapshot.issues.get(id) ?? tombstones.get(id)!;
}

async function* historiesOf({ events }: Content): AsyncIterable<History> {
  const byIssue = new Map<string | null, Event[]>();
  for await (const event of selectEvents(events, {})) {
    const known = byIssue.get(event.id);
    if (known === undefined) byIssue.set(event.id, [event]);
    else known.push(event);
  }
  const ids = [...byIssue.keys()].sort((a, b) => (a === null || (b !== null && a < b) ? -1 : 1));
  for (const id of ids) yield { id, events: byIssue.get(id)! };
}

function freeze<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  if (value instanceof Map || value instanceof Snapshot) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
}
