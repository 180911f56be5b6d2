import {
  type Config,
  type Event,
  type GateRegistry,
  type Index,
  type Issue,
  type IssueHead,
  LONG_KEYS,
  type Tombstone,
} from './issue.ts';

// The one form in which jit writes a file: keys in the order of the schema, unknown keys after them in
// the order they came, sets sorted, maps sorted by key, two spaces, one element a line, a newline at the
// end. A diff then shows what changed and nothing else.

type Fields = Readonly<Record<string, unknown>>;

/** The keys of an issue, in the order in which they are written. */
export const ISSUE_KEYS = [
  'id',
  'title',
  'description',
  'state',
  'hold',
  'priority',
  'assignee',
  'claim_epoch',
  'labels',
  'milestone',
  'dependencies',
  'links',
  'gates_required',
  'gates_status',
  'context',
  'progress',
  'comments',
  'resolution',
  'created_by',
  'updated_at',
  'completed_at',
  'sync',
] as const satisfies readonly (keyof Issue)[];

/** Those of a head. */
export const HEAD_KEYS = ISSUE_KEYS.filter(
  (key): key is keyof IssueHead => !(LONG_KEYS as readonly string[]).includes(key),
);

/** The keys of an event, in the order in which they are written. */
export const EVENT_KEYS = [
  'ts',
  'event',
  'id',
  'eid',
  'prev',
  'by',
  'via',
  'title',
  'assignee',
  'gate',
  'dependency',
  'reason',
  'forced',
  'changes',
] as const satisfies readonly (keyof Event)[];

const TOMBSTONE_KEYS = ['id', 'deleted_by', 'deleted_at', 'title'];
const GATE_KEYS = ['key', 'title', 'description', 'auto', 'stage', 'checker', 'example_integration'];
const CONFIG_KEYS = ['durability', 'tombstone_days', 'index', 'claims'];
const INDEX_CONFIG_KEYS = ['trust'];
const CLAIM_CONFIG_KEYS = ['scope', 'remote', 'refPrefix', 'ttl'];
const HOLD_KEYS = ['reason', 'until'];
const LINK_KEYS = ['type', 'target'];
const STATUS_KEYS = ['status', 'updated_by', 'updated_at', 'commit', 'run', 'reason', 'override'];
const PROGRESS_KEYS = ['fraction', 'stage', 'checkpoints', 'next'];
const COMMENT_KEYS = ['id', 'author', 'at', 'body', 'kind', 'data'];
const SYNC_KEYS = ['id', 'url', 'base'];

/** Fields of an issue that are sets of strings: sorted, each element once. */
export const SET_FIELDS: readonly string[] = ['labels', 'dependencies', 'gates_required'];

const isObject = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

// Object.fromEntries defines own properties, so that a key called __proto__ stays a key.
function inOrder(value: unknown, keys: readonly string[]): unknown {
  if (!isObject(value)) return value;
  const known = keys.filter((key) => Object.hasOwn(value, key) && value[key] !== undefined);
  const unknown = Object.keys(value).filter((key) => !keys.includes(key) && value[key] !== undefined);
  return Object.fromEntries([...known, ...unknown].map((key) => [key, value[key]]));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function sortedMap(value: unknown, form: (item: unknown) => unknown = (item) => item): unknown {
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort(compareText);
  return Object.fromEntries(keys.map((key) => [key, form(value[key])]));
}

const sortedSet = (value: unknown): unknown =>
  Array.isArray(value) ? [...new Set(value)].sort((a, b) => compareText(String(a), String(b))) : value;

const textOf = (value: unknown, key: string): string =>
  isObject(value) && typeof value[key] === 'string' ? value[key] : '';

function sortedLinks(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const links = value
    .map((link) => inOrder(link, LINK_KEYS))
    .sort(
      (a, b) =>
        compareText(textOf(a, 'type'), textOf(b, 'type')) ||
        compareText(textOf(a, 'target'), textOf(b, 'target')),
    );
  return links.filter((link, i) => i === 0 || JSON.stringify(link) !== JSON.stringify(links[i - 1]));
}

function sortedComments(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value
    .map((comment) => inOrder(comment, COMMENT_KEYS))
    .sort((a, b) => compareText(textOf(a, 'id'), textOf(b, 'id')));
}

const FORMS: Readonly<Record<string, (value: unknown) => unknown>> = {
  hold: (value) => inOrder(value, HOLD_KEYS),
  labels: sortedSet,
  dependencies: sortedSet,
  links: sortedLinks,
  gates_required: sortedSet,
  gates_status: (value) => sortedMap(value, (status) => inOrder(status, STATUS_KEYS)),
  context: (value) => sortedMap(value),
  progress: (value) => inOrder(value, PROGRESS_KEYS),
  comments: sortedComments,
  sync: (value) => sortedMap(value, (record) => inOrder(record, SYNC_KEYS)),
};

/** The same issue with its keys in order and its sets and maps sorted. Values of a wrong shape are left as they are. */
export function canonicalIssue(issue: Issue): Issue {
  const ordered = inOrder(issue, ISSUE_KEYS) as Fields;
  return Object.fromEntries(
    Object.entries(ordered).map(([key, value]) => [
      key,
      Object.hasOwn(FORMS, key) ? FORMS[key]!(value) : value,
    ]),
  ) as unknown as Issue;
}

/**
 * Whether the keys, sets and maps of an issue stand in the order in which they are written, so that `canonicalIssue` would change
 * nothing. Cheaper than that. It may say no where it would be yes: of keys that are numbers.
 */
export function isOrderedIssue(issue: Issue): boolean {
  return (
    hasOrder(issue, ISSUE_KEYS) &&
    hasOrder(issue.hold, HOLD_KEYS) &&
    isAscending(issue.labels) &&
    isAscending(issue.dependencies) &&
    areOrdered(
      issue.links,
      LINK_KEYS,
      (a, b) => a.type < b.type || (a.type === b.type && a.target < b.target),
    ) &&
    isAscending(issue.gates_required) &&
    isOrderedMap(issue.gates_status, STATUS_KEYS) &&
    isOrderedMap(issue.context, []) &&
    (issue.progress === undefined || hasOrder(issue.progress, PROGRESS_KEYS)) &&
    areOrdered(issue.comments, COMMENT_KEYS, (a, b) => a.id <= b.id) &&
    isOrderedMap(issue.sync, SYNC_KEYS)
  );
}

/** The same of a tombstone. */
export const isOrderedTombstone = (tombstone: Tombstone): boolean => hasOrder(tombstone, TOMBSTONE_KEYS);

/** Known keys in their order, and only then others. What is no object has no order. */
function hasOrder(value: unknown, keys: readonly string[]): boolean {
  if (!isObject(value)) return true;
  let at = 0;
  for (const key of Object.keys(value)) {
    while (at < keys.length && keys[at] !== key) at += 1;
    if (at < keys.length) at += 1;
    else if (keys.includes(key)) return false;
  }
  return true;
}

function isAscending(items: readonly string[]): boolean {
  for (let i = 1; i < items.length; i += 1) if (!(items[i - 1]! < items[i]!)) return false;
  return true;
}

function areOrdered<T>(
  items: readonly T[],
  keys: readonly string[],
  inOrder: (a: T, b: T) => boolean,
): boolean {
  for (let i = 0; i < items.length; i += 1) {
    if (!hasOrder(items[i], keys) || (i > 0 && !inOrder(items[i - 1]!, items[i]!))) return false;
  }
  return true;
}

const isOrderedMap = (map: Fields, keys: readonly string[]): boolean =>
  isAscending(Object.keys(map)) && Object.values(map).every((item) => hasOrder(item, keys));

/** The same tombstone with its keys in order. */
export const canonicalTombstone = (tombstone: Tombstone): Tombstone =>
  inOrder(tombstone, TOMBSTONE_KEYS) as Tombstone;

/** The same registry, sorted by gate key. */
export const canonicalGates = (gates: GateRegistry): GateRegistry =>
  sortedMap(gates, (gate) => inOrder(gate, GATE_KEYS)) as GateRegistry;

/** The same configuration with its keys in order. */
export const canonicalConfig = (config: Config): Config =>
  inOrder(
    {
      ...config,
      index: inOrder(config.index, INDEX_CONFIG_KEYS),
      claims: inOrder(config.claims, CLAIM_CONFIG_KEYS),
    },
    CONFIG_KEYS,
  ) as Config;

const format = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The text of an issue's file. */
export const formatIssue = (issue: Issue): string => format(canonicalIssue(issue));

/** The text of a tombstone's file. */
export const formatTombstone = (tombstone: Tombstone): string => format(canonicalTombstone(tombstone));

/** The text of gates.json. */
export const formatGates = (gates: GateRegistry): string => format(canonicalGates(gates));

/** The text of config.json. */
export const formatConfig = (config: Config): string => format(canonicalConfig(config));

/** The text of index.json. */
export const formatIndex = (index: Index): string => format(inOrder(index, ['schema_version']));

/** One line of events.jsonl, without the newline. */
export const formatEvent = (event: Event): string => JSON.stringify(inOrder(event, EVENT_KEYS));

/** What an issue's file holds where the issue was deleted. */
export const isTombstone = (stored: Issue | Tombstone): stored is Tombstone =>
  Object.hasOwn(stored, 'deleted_at');
