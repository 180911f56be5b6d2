import type { Event, Issue, Tombstone } from './issue.ts';

export const EVENT_NAMES = [
  'issue.created',
  'issue.updated',
  'issue.ready',
  'issue.blocked',
  'issue.claimed',
  'issue.released',
  'issue.gated',
  'issue.completed',
  'issue.reopened',
  'issue.archived',
  'issue.deleted',
  'dependency.added',
  'dependency.removed',
  'gate.added',
  'gate.removed',
  'gate.passed',
  'gate.failed',
  'gate.defined',
  'gate.undefined',
  'comment.added',
  'lease.expired',
  'lease.lost',
  'lease.released',
  'issue.merged',
  'issue.restored',
  'issue.reconciled',
  'config.changed',
] as const;

export type EventName = (typeof EVENT_NAMES)[number];

/** What changed: `field` or `field.element` → before and after; null where absent. */
export type Changes = Event['changes'];

// How a field is taken apart, so that an event of a large issue stays small: a set by its elements
// ([false, true] is "added"), a map by its keys, a list of things with ids by those ids.
const SETS = new Set(['labels', 'dependencies', 'gates_required']);
const MAPS = new Set(['gates_status', 'context', 'sync']);
const LISTS_BY_ID = new Set(['comments']);

type Fields = Readonly<Record<string, unknown>>;

// A dot parts a field from its element. A field whose own name would be read so is written with a dot
// in front: `.labels.x` is the unknown field `labels.x`, and `labels.x` the label `x`.
/** How `changes` names a whole field. */
export const pathOf = (field: string): string =>
  field.startsWith('.') || elementField(field) !== null ? `.${field}` : field;

/** The field that a path takes apart; null where it means a whole field. */
function elementField(path: string): string | null {
  const dot = path.indexOf('.');
  if (dot <= 0) return null;
  const field = path.slice(0, dot);
  return SETS.has(field) || MAPS.has(field) || LISTS_BY_ID.has(field) ? field : null;
}

/**
 * The difference between two images of one thing, as an event records it.
 * `before` is null for what was created. Fields that are absent count as null.
 */
export function diffImages(before: Issue | Tombstone | null, after: Issue | Tombstone): Changes {
  const changes: [string, [unknown, unknown]][] = [];
  const old: Fields = (before ?? {}) as unknown as Fields;
  const young: Fields = after as unknown as Fields;
  for (const field of new Set([...Object.keys(old), ...Object.keys(young)])) {
    if (field === 'id') continue;
    const pair = [own(old, field), own(young, field)] as const;
    if (equal(pair[0], pair[1])) continue;
    if (isTakenApart(field, pair)) changes.push(...diffElements(field, pair));
    else changes.push([pathOf(field), [pair[0], pair[1]]]);
  }
  return Object.fromEntries(changes);
}

// A field that is there but empty must be told from one that is absent, so creation and removal of
// the field itself are recorded whole.
const isTakenApart = (field: string, [before, after]: readonly [unknown, unknown]): boolean =>
  (SETS.has(field) || MAPS.has(field) || LISTS_BY_ID.has(field)) &&
  elementsOf(field, before) !== null &&
  elementsOf(field, after) !== null;

/** The elements of a field by key; null when its value has not the shape that can be taken apart. */
function elementsOf(field: string, value: unknown): Map<string, unknown> | null {
  if (MAPS.has(field)) {
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? new Map(Object.entries(value))
      : null;
  }
  if (!Array.isArray(value)) return null;
  const entries = SETS.has(field)
    ? value.map((element): [unknown, unknown] => [element, true])
    : value.map((element): [unknown, unknown] => [(element as { id?: unknown } | null)?.id, element]);
  if (!entries.every(([key]) => typeof key === 'string')) return null;
  const elements = new Map(entries as [string, unknown][]);
  return elements.size === entries.length ? elements : null;
}

function diffElements(
  field: string,
  [before, after]: readonly [unknown, unknown],
): [string, [unknown, unknown]][] {
  const old = elementsOf(field, before)!;
  const young = elementsOf(field, after)!;
  const absent = SETS.has(field) ? false : null;
  const changes: [string, [unknown, unknown]][] = [];
  for (const key of new Set([...old.keys(), ...young.keys()])) {
    const pair: [unknown, unknown] = [old.get(key) ?? absent, young.get(key) ?? absent];
    if (!equal(pair[0], pair[1])) changes.push([`${field}.${key}`, pair]);
  }
  return changes;
}

const own = (object: Fields, field: string): unknown =>
  Object.hasOwn(object, field) ? (object[field] ?? null) : null;

/** Whether two JSON values are the same; the order of keys does not matter. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal((a as Fields)[key], (b as Fields)[key]))
  );
}

/** Whether a value stands for a text that was too long for the log. */
export const isHashed = (value: unknown): value is { $sha256: string; $length: number } =>
  value !== null &&
  typeof value === 'object' &&
  typeof (value as Fields).$sha256 === 'string' &&
  typeof (value as Fields).$length === 'number';

/**
 * An image that is rebuilt by applying the changes of events: the inverse of `diffImages`, for which null and absent are the same. A
 * text that an event holds only as a hash cannot be restored: the hash stands for it, and its path is named in `unknown`.
 */
export class Rebuilding {
  readonly #image: Record<string, unknown>;
  #unknown: readonly string[] = [];
  #started = false;

  /** `before`: what it starts from, which stays as it is; null: nothing. */
  constructor(before: Fields | null, id: string) {
    this.#image = before === null ? { id } : { ...before };
  }

  /** As it is by now. More changes may change it. */
  get image(): Fields {
    return this.#image;
  }

  /** Paths of texts of which only the hash is known. */
  get unknown(): readonly string[] {
    return this.#unknown;
  }

  apply(changes: Changes): void {
    if (this.#unknown.length > 0)
      this.#unknown = this.#unknown.filter((path) => !Object.hasOwn(changes, path));
    const wasDeleted = this.#has('deleted_at');
    // What an issue always has, a tombstone never has: looked at where that can have changed.
    let unsettled = !this.#started || wasDeleted;
    this.#started = true;
    for (const path in changes) {
      const after = changes[path]![1];
      if (isHashed(after)) this.#unknown = [...this.#unknown, path];
      const taken = elementField(path);
      const field = taken ?? (path.startsWith('.') ? path.slice(1) : path);
      if (field === 'deleted_at') unsettled = true;
      if (taken !== null) {
        const value = this.#has(field) ? this.#image[field] : undefined;
        this.#set(field, applyElement(field, value, path.slice(field.length + 1), after));
      } else if (after !== null) this.#set(field, after);
      else if (NULLABLE.has(field)) this.#image[field] = null;
      else delete this.#image[field];
    }
    if (unsettled) this.#settle();
  }

  #settle(): void {
    const deleted = this.#has('deleted_at');
    for (const field of NULLABLE) {
      if (deleted) delete this.#image[field];
      else if (!this.#has(field)) this.#image[field] = null;
    }
  }

  #has(field: string): boolean {
    return Object.hasOwn(this.#image, field);
  }

  #set(field: string, value: unknown): void {
    if (field !== '__proto__') this.#image[field] = value;
    else
      Object.defineProperty(this.#image, field, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
  }
}

// Fields of an issue where null is a value; anywhere else null in an event means "absent".
const NULLABLE: ReadonlySet<string> = new Set([
  'hold',
  'assignee',
  'claim_epoch',
  'milestone',
  'resolution',
  'created_by',
  'completed_at',
]);

function applyElement(field: string, value: unknown, key: string, after: unknown): unknown {
  if (isHashed(value)) return UNKNOWN;
  const elements = elementsOf(field, value) ?? new Map<string, unknown>();
  if (after === null || after === false) elements.delete(key);
  else elements.set(key, LISTS_BY_ID.has(field) && isHashed(after) ? { id: key, ...after } : after);
  const sorted = [...elements].sort(([a], [b]) => (a < b ? -1 : 1));
  if (MAPS.has(field)) return Object.fromEntries(sorted);
  return sorted.map(([element, data]) => (SETS.has(field) ? element : data));
}

/** Stands for a text of which only a part is known to have changed: it can be neither restored nor verified. */
export const UNKNOWN = { $sha256: '', $length: 0 } as const;
