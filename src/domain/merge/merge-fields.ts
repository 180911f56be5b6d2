import { ISSUE_KEYS } from '../canonical-json.ts';
import { type Comment, type Issue, LIMITS, type Link } from '../issue.ts';
import type { Judge } from './decision.ts';
import type { Digest } from './derive-id.ts';
import { holdBack } from './hold-back.ts';
import { keepLostText, keepsSame } from './keep-lost-text.ts';
import { mergeComments } from './merge-comments.ts';
import { mergeGates } from './merge-gates.ts';
import { mergeText } from './merge-text.ts';
import { mergeValue, mergeWhole } from './merge-value.ts';
import { mergeWork } from './merge-work.ts';
import { compareText, laterOf, stableText } from './order.ts';
import { mergeMap, mergeSet, otherSide, pick, type Side, type Three } from './three-way.ts';

type Sides = Three<Issue> & Readonly<Record<Side, Issue>>;

interface Lost {
  readonly field: string;
  readonly text: string;
  readonly side: Side;
}

/** Merges two issues field by field. Fields that this jit does not know are merged by their shape. */
export function mergeFields(sides: Sides, judge: Judge, digest: Digest): Issue {
  const lost: Lost[] = [];
  const lose = (one: Lost): void => {
    lost.push(one);
  };
  const whole = <K extends keyof Issue>(field: K): Issue[K] =>
    mergeWhole(field, pick(sides, field), judge) as Issue[K];
  const title = mergeLines(sides, 'title', judge, lose);
  const description = mergeLines(sides, 'description', judge, lose);
  const work = mergeWork(sides, judge);
  const hold = whole('hold');
  const gates = mergeGates(sides, judge);
  const fields = {
    ...mergeOthers(sides, judge),
    id: sides.ours.id,
    title,
    description,
    ...holdBack({ ...work, ...gates, hold }, sides, judge),
    priority: whole('priority'),
    labels: mergeSet(pick(sides, 'labels')),
    milestone: whole('milestone'),
    dependencies: mergeDependencies(pick(sides, 'dependencies'), judge),
    links: mergeLinks(pick(sides, 'links')),
    context: mergeByKey(sides, 'context', judge),
    sync: mergeByKey(sides, 'sync', judge),
    created_by: whole('created_by'),
    updated_at: laterOf(sides.ours.updated_at, sides.theirs.updated_at),
  };
  const comments = mergeComments(pick(sides, 'comments'), judge, (comment, side) => {
    lose({ field: `comments.${comment.id}`, text: comment.body, side });
  });
  return { ...fields, comments: withLost(comments, lost, sides, digest) };
}

/** A text, line by line; what was lost on the way goes to `lose`. */
function mergeLines(
  sides: Sides,
  field: 'title' | 'description',
  judge: Judge,
  lose: (lost: Lost) => void,
): string {
  const three = pick(sides, field);
  const { text, conflict } = mergeText({ ...three, base: three.base ?? '' }, judge.prefer);
  if (Buffer.byteLength(text) > LIMITS.textBytes) {
    const winner = judge.prefer(three.ours, three.theirs);
    const [kept, dropped] = [sides[winner][field], sides[otherSide(winner)][field]];
    judge.decide({ field, rule: 'limit', kept, dropped });
    lose({ field, text: dropped, side: otherSide(winner) });
    return kept;
  }
  if (conflict !== null) {
    judge.decide({ field, rule: 'lines', kept: conflict.kept, dropped: conflict.lost });
    lose({ field, text: conflict.lost, side: otherSide(conflict.winner) });
  }
  return text;
}

function mergeDependencies(three: Three<readonly string[]>, judge: Judge): readonly string[] {
  const merged = mergeSet(three);
  if (merged.length <= LIMITS.dependencies) return merged;
  const winner = judge.prefer(three.ours, three.theirs);
  const [kept, dropped] = [three[winner] ?? [], three[otherSide(winner)] ?? []];
  judge.decide({ field: 'dependencies', rule: 'limit', kept, dropped });
  return kept;
}

/** Links are a set: one that an editor changed is another one. */
function mergeLinks(three: Three<readonly Link[]>): readonly Link[] {
  const links = [three.base, three.ours, three.theirs].flatMap((list) => list ?? []);
  const byText = new Map(links.map((link) => [stableText(link), link]));
  const texts = (list: readonly Link[] | undefined): readonly string[] | undefined => list?.map(stableText);
  const merged = mergeSet({
    base: texts(three.base),
    ours: texts(three.ours),
    theirs: texts(three.theirs),
  });
  return merged.map((text) => byText.get(text)!);
}

function mergeByKey<K extends 'context' | 'sync'>(sides: Sides, field: K, judge: Judge): Issue[K] {
  const maps = pick(sides, field) as Three<Readonly<Record<string, unknown>>>;
  return mergeMap(maps, (key, item) => mergeWhole(`${field}.${key}`, item, judge)) as Issue[K];
}

/** What a newer jit wrote, and `progress`. */
function mergeOthers({ base, ours, theirs }: Sides, judge: Judge): Readonly<Record<string, unknown>> {
  const others = (issue: Issue | undefined): Readonly<Record<string, unknown>> =>
    Object.fromEntries(Object.entries(issue ?? {}).filter(([key]) => key === 'progress' || !KNOWN.has(key)));
  const maps = { base: others(base), ours: others(ours), theirs: others(theirs) };
  return mergeMap(maps, (key, item) => mergeValue(key, item, judge));
}

const KNOWN: ReadonlySet<string> = new Set(ISSUE_KEYS);

function withLost(
  comments: readonly Comment[],
  lost: readonly Lost[],
  sides: Sides,
  digest: Digest,
): readonly Comment[] {
  const all = [...comments];
  for (const { field, text, side } of lost) {
    if (text.trim() === '') continue;
    const { id, updated_at: at } = sides[side];
    const comment = keepLostText({ issue: id, field, text, at }, digest);
    if (!all.some((one) => one.id === comment.id || keepsSame(one, comment))) all.push(comment);
  }
  return all.sort((a, b) => compareText(a.id, b.id) || compareText(stableText(a), stableText(b)));
}
