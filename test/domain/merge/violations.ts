import { isTombstone } from '../../../src/domain/canonical-json.ts';
import { diffImages, equal, Rebuilding } from '../../../src/domain/event.ts';
import { validateEvent, validateIssue, validateTombstone } from '../../../src/domain/generated/validators.js';
import type { Comment, Issue } from '../../../src/domain/issue.ts';
import { diffLines } from '../../../src/domain/merge/diff-lines.ts';
import { MERGE_CONFLICT } from '../../../src/domain/merge/keep-lost-text.ts';
import { type MergedIssue, mergeIssue, type Stored } from '../../../src/domain/merge/merge-issue.ts';
import { stableText } from '../../../src/domain/merge/order.ts';
import { pendingGates } from '../../../src/domain/readiness.ts';
import { bytesOf, digest } from './history.ts';

type Triple = readonly [base: Stored, ours: Stored, theirs: Stored];

const merge = (base: Stored, ours: Stored, theirs: Stored): MergedIssue =>
  mergeIssue(base, ours, theirs, digest);
const isIssue = (stored: Stored): stored is Issue => stored !== undefined && !isTombstone(stored);

/** Everything that every merge must hold to, and that this one does not. */
export function violations([base, ours, theirs]: Triple): readonly string[] {
  const merged = merge(base, ours, theirs);
  const swapped = merge(base, theirs, ours);
  const found: string[] = [];
  const hold = (what: string, holds: boolean): void => {
    if (!holds) found.push(what);
  };
  hold('the same with the sides swapped', bytesOf(merged.stored) === bytesOf(swapped.stored));
  hold('decides the same with the sides swapped', stableText(merged.decided) === stableText(swapped.decided));
  hold('tells the same with the sides swapped', stableText(merged.events) === stableText(swapped.events));
  hold('merge(base, x, x) = x', bytesOf(merge(base, ours, ours).stored) === bytesOf(ours));
  hold('merge(base, base, x) = x', bytesOf(merge(base, base, ours).stored) === bytesOf(ours));
  hold('merge(base, x, base) = x', bytesOf(merge(base, theirs, base).stored) === bytesOf(theirs));
  hold('schema', isValid(merged.stored));
  hold(
    'schema of events',
    merged.events.every((event) => validateEvent(plain({ ...event, eid: event.id, prev: null }))),
  );
  hold('something is left', merged.stored !== undefined || ours === undefined || theirs === undefined);
  if (!isIssue(ours) || !isIssue(theirs) || !isIssue(merged.stored)) {
    hold(
      'an edit goes before a deletion',
      !(isIssue(ours) || isIssue(theirs)) || survives(base, ours, theirs, merged),
    );
    return found;
  }
  const before = isIssue(base) ? base : undefined;
  if (equal(ours, theirs) || equal(base, ours) || equal(base, theirs)) return found;
  return [...found, ...violationsOfEdits(before, ours, theirs, { ...merged, stored: merged.stored })];
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function isValid(stored: Stored): boolean {
  if (stored === undefined) return true;
  return isTombstone(stored) ? validateTombstone(plain(stored)) : validateIssue(plain(stored));
}

function survives(base: Stored, ours: Stored, theirs: Stored, { stored }: MergedIssue): boolean {
  const [issue, other] = isIssue(ours) ? [ours, theirs] : [theirs as Issue, ours];
  if (equal(base, issue)) return equal(stored, other);
  return equal(stored, issue);
}

function violationsOfEdits(
  base: Issue | undefined,
  ours: Issue,
  theirs: Issue,
  { stored: merged, decided, events }: MergedIssue & { readonly stored: Issue },
): readonly string[] {
  const kept = merged.comments.filter(({ kind }) => kind === MERGE_CONFLICT);
  const isKept = (text: string): boolean =>
    text.trim() === '' || kept.some(({ body }) => body.includes(text));
  const rules = new Set(decided.map(({ rule }) => rule));
  const found = [
    ...lostComments(base, ours, theirs, merged),
    ...untold(base, ours, theirs, merged, events).map((path) => `no event tells of ${path}`),
    ...strangers(ours, theirs, merged, rules).map((path) => `a value from neither side: ${path}`),
  ];
  for (const { title } of [ours, theirs]) {
    if (title !== base?.title && title !== merged.title && !isKept(title))
      found.push(`lost the title ${title}`);
  }
  for (const { description } of [ours, theirs]) {
    const lost = lostLines(base?.description ?? '', description, merged.description);
    for (const line of lost) if (!isKept(line)) found.push(`lost the line ${JSON.stringify(line)}`);
  }
  return found;
}

/** Paths in which the result differs from what the changes of both sides, and then those of the merge, come to. */
function untold(
  base: Issue | undefined,
  ours: Issue,
  theirs: Issue,
  merged: Issue,
  events: MergedIssue['events'],
): readonly string[] {
  // An event names a comment by its id: where an editor left two with one id, no event can.
  const unique = [base, ours, theirs, merged].every((issue) => {
    const ids = issue?.comments.map(({ id }) => id) ?? [];
    return new Set(ids).size === ids.length;
  });
  if (!unique) return [];
  const changes = [
    ...[ours, theirs].map((side) => diffImages(base ?? null, side)),
    ...events.filter(({ event }) => event === 'issue.merged').map((event) => event.changes),
  ];
  const rebuilding = new Rebuilding((base ?? null) as Readonly<Record<string, unknown>> | null, merged.id);
  for (const change of changes) rebuilding.apply(change);
  const differing = Object.keys(diffImages(rebuilding.image as unknown as Issue, merged));
  return differing.filter((path) => path !== 'updated_at' || events.length > 0);
}

const linesOf = (text: string): readonly string[] => text.split(/\r?\n/);

/** Lines that a side wrote, and of which the result has fewer than it would with those of the base alone. */
function lostLines(base: string, side: string, merged: string): readonly string[] {
  if (base === side) return [];
  const written = diffLines(linesOf(base), linesOf(side)).flatMap(({ lines }) => lines);
  const there = new Set(linesOf(merged));
  return written.filter((line) => !there.has(line));
}

function lostComments(base: Issue | undefined, ours: Issue, theirs: Issue, merged: Issue): readonly string[] {
  const has = (issue: Issue | undefined, comment: Comment): boolean =>
    issue?.comments.some((one) => equal(one, comment)) ?? false;
  const isThere = ({ id, body }: Comment): boolean =>
    merged.comments.some((one) => one.id === id || one.body.includes(body));
  return [...ours.comments, ...theirs.comments]
    .filter((comment) => {
      if (has(ours, comment) && has(theirs, comment)) return !has(merged, comment);
      // What the base had, a side changed, or took away.
      if (has(base, comment)) return comment.kind === MERGE_CONFLICT && !isThere(comment);
      return !has(merged, comment) && !isThere(comment);
    })
    .map(({ id }) => `lost the comment ${id}`);
}

/** Paths of the result whose value no side has there, beyond what the rules of docs/merge.md put there. */
function strangers(ours: Issue, theirs: Issue, merged: Issue, rules: ReadonlySet<string>): readonly string[] {
  const sides = new Set([...leavesOf(ours), ...leavesOf(theirs)]);
  const comments = new Set([...ours.comments, ...theirs.comments].map(({ id }) => id));
  const heldBack = rules.has('gates') || rules.has('rework');
  return leavesOf({
    ...merged,
    description: ours.description,
    comments: merged.comments.filter(({ id, kind }) => comments.has(id) || kind !== MERGE_CONFLICT),
  }).filter((leaf) => {
    if (sides.has(leaf)) return false;
    if (/^\/(completed_at|resolution) null$/.test(leaf)) return !heldBack;
    if (leaf.startsWith('/state ')) return !heldBack && merged.state !== 'backlog';
    // A set or a map of which each side took away another part.
    return !/ (\[\]|\{\})$/.test(leaf);
  });
}

/** Each value that holds no others, with the path to it; elements of lists are named by their id, or by what they are. */
function leavesOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${path} []`];
    return value.flatMap((item) => {
      const id = (item as { id?: unknown } | null)?.id;
      return typeof id === 'string' ? leavesOf(item, `${path}/${id}`) : [`${path}/ ${stableText(item)}`];
    });
  }
  if (value === null || typeof value !== 'object') return [`${path} ${JSON.stringify(value)}`];
  const entries = Object.entries(value);
  if (entries.length === 0) return [`${path} {}`];
  return entries.flatMap(([key, item]) => leavesOf(item, `${path}/${key}`));
}

/** What jit itself never leaves behind in an issue, whatever the others are like. */
export function contradictions(issue: Issue): readonly string[] {
  const { state, completed_at, resolution, assignee, hold } = issue;
  const finished = state === 'done' || state === 'archived';
  const found: string[] = [];
  if (state === 'done' && (completed_at === null || resolution !== 'completed'))
    found.push('done, not completed');
  if (!finished && completed_at !== null) found.push('completed, not done');
  if (completed_at !== null && pendingGates(issue).length > 0) found.push('completed with open gates');
  if (!finished && resolution !== null) found.push('resolved, but open');
  if (state === 'in_progress' && assignee === null) found.push('in progress for nobody');
  if (state === 'ready' && hold !== null && hold.until === undefined) found.push('ready, but on hold');
  for (const key of Object.keys(issue.gates_status)) {
    if (!issue.gates_required.includes(key)) found.push(`a verdict of ${key}, which is not required`);
  }
  return found;
}
