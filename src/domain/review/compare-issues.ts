import { equal } from '../event.ts';
import type { Issue } from '../issue.ts';
import { gateVerdict } from '../readiness.ts';
import type { Telling } from './happening.ts';
import { diffWords } from './word-diff.ts';

/** Tells what happened to an issue that is there on both sides. */
export function compareIssues(before: Issue, after: Issue, telling: Telling): void {
  compareLife(before, after, telling);
  compareHolder(before, after, telling);
  compareGates(before, after, telling);
  compareSets(before.dependencies, after.dependencies, 'edge-added', 'edge-removed', telling);
  compareHold(before, after, telling);
  if (before.priority !== after.priority)
    telling.tell('priority', { before: before.priority, after: after.priority });
  for (const field of ['title', 'description'] as const) {
    if (before[field] !== after[field])
      telling.tell(field, { words: diffWords(before[field], after[field]) });
  }
  compareSets(before.labels, after.labels, 'label-added', 'label-removed', telling);
  if (before.milestone !== after.milestone)
    telling.tell('milestone', { before: before.milestone, after: after.milestone });
  compareLinks(before, after, telling);
  compareComments(before, after, telling);
  for (const key of union(Object.keys(before.context), Object.keys(after.context))) {
    const [old, young] = [own(before.context, key), own(after.context, key)];
    if (!equal(old, young)) telling.tell('context', { subject: `context.${key}`, before: old, after: young });
  }
  compareOthers(before, after, telling);
}

const isDone = ({ completed_at }: Issue): boolean => completed_at !== null;
const isWorkedOn = ({ state }: Issue): boolean => state === 'in_progress' || state === 'gated';

function compareLife(before: Issue, after: Issue, telling: Telling): void {
  const [from, to] = [before.state, after.state];
  const states = { before: from, after: to };
  if (!isDone(before) && isDone(after)) telling.tell('completed', states);
  if ((isDone(before) && !isDone(after)) || (from === 'archived' && to !== 'archived' && to !== 'done'))
    telling.tell('reopened', states);
  if (from !== 'archived' && to === 'archived')
    telling.tell('archived', { ...states, subject: after.resolution });
  if (from !== 'gated' && to === 'gated') telling.tell('gated', states);
  if (from === 'gated' && to === 'in_progress') telling.tell('sent-back', states);
  if (from === 'backlog' && to === 'ready') telling.tell('ready', states);
  if (from === 'ready' && to === 'backlog') telling.tell('waiting', states);
}

function compareHolder(before: Issue, after: Issue, telling: Telling): void {
  const who = { before: before.assignee, after: after.assignee };
  const [was, is] = [isWorkedOn(before), isWorkedOn(after)];
  if (was && is && who.before !== who.after) telling.tell('handed-over', who);
  else if (is && (!was || before.claim_epoch !== after.claim_epoch)) telling.tell('claimed', who);
  else if (was && (after.state === 'ready' || after.state === 'backlog')) telling.tell('released', who);
  else if (who.before !== who.after && !(isDone(after) && !isDone(before))) telling.tell('assigned', who);
}

function compareGates(before: Issue, after: Issue, telling: Telling): void {
  compareSets(before.gates_required, after.gates_required, 'gate-added', 'gate-dropped', telling);
  const keys = union(Object.keys(before.gates_status), Object.keys(after.gates_status));
  for (const key of keys) {
    const [old, young] = [own(before.gates_status, key), own(after.gates_status, key)];
    if (equal(old, young)) continue;
    const [from, to] = [gateVerdict(before, key), gateVerdict(after, key)];
    const status = after.gates_status[key];
    const given = { by: status?.updated_by ?? null, reason: status?.reason ?? null };
    const about = { subject: key, before: from, after: to };
    if (to === 'pending') {
      if (from !== to) telling.tell('gate-cleared', about);
    } else
      telling.tell(to === 'passed' ? 'gate-passed' : 'gate-failed', {
        ...about,
        ...given,
        at: status?.updated_at ?? null,
      });
  }
}

function compareHold({ hold: before }: Issue, { hold: after }: Issue, telling: Telling): void {
  if (equal(before, after)) return;
  if (after === null) telling.tell('unheld', { before });
  else telling.tell('held', { before, after, reason: after.reason });
}

function compareSets(
  before: readonly string[],
  after: readonly string[],
  added: Parameters<Telling['tell']>[0],
  removed: Parameters<Telling['tell']>[0],
  telling: Telling,
): void {
  for (const subject of after) if (!before.includes(subject)) telling.tell(added, { subject });
  for (const subject of before) if (!after.includes(subject)) telling.tell(removed, { subject });
}

function compareLinks(before: Issue, after: Issue, telling: Telling): void {
  const wordsOf = (issue: Issue): readonly string[] =>
    issue.links.map(({ type, target }) => `${type} ${target}`);
  compareSets(wordsOf(before), wordsOf(after), 'link-added', 'link-removed', telling);
}

function compareComments(before: Issue, after: Issue, telling: Telling): void {
  const old = new Map(before.comments.map((comment) => [comment.id, comment]));
  for (const comment of after.comments) {
    const { id: subject, author: by, at, body } = comment;
    const known = old.get(subject);
    old.delete(subject);
    if (known === undefined) telling.tell('comment-added', { subject, after: body, by, at });
    else if (!equal(known, comment))
      telling.tell('comment-changed', { subject, words: diffWords(known.body, body) });
  }
  for (const { id: subject, body } of old.values())
    telling.tell('comment-removed', { subject, before: body });
}

/** Fields of which something is told above, or that only say when. */
const TOLD = new Set([
  ...['id', 'title', 'description', 'state', 'hold', 'priority', 'assignee', 'claim_epoch', 'labels'],
  ...['milestone', 'dependencies', 'links', 'gates_required', 'gates_status', 'context', 'comments'],
  ...['resolution', 'created_by', 'updated_at', 'completed_at'],
]);

function compareOthers(before: Issue, after: Issue, telling: Telling): void {
  const [old, young] = [before, after] as unknown as readonly Readonly<Record<string, unknown>>[];
  for (const subject of union(Object.keys(before), Object.keys(after))) {
    if (TOLD.has(subject)) continue;
    const [from, to] = [own(old!, subject), own(young!, subject)];
    if (!equal(from, to)) telling.tell('other', { subject, before: from, after: to });
  }
}

const union = (a: readonly string[], b: readonly string[]): readonly string[] =>
  [...new Set([...a, ...b])].sort();

const own = (object: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(object, key) ? (object[key] ?? null) : null;
