import type { Comment } from '../issue.ts';
import type { Judge } from './decision.ts';
import { MERGE_CONFLICT } from './keep-lost-text.ts';
import { mergeWhole } from './merge-value.ts';
import { compareText, stableText } from './order.ts';
import { mergeMap, type Side, type Three } from './three-way.ts';

type List = readonly Comment[];

/**
 * Comments by their ids. One that both sides changed, which only an editor can do, stands as one side has it; `lose` is
 * handed the other. What a merge has kept goes only when neither side has it.
 */
export function mergeComments(
  three: Three<List>,
  judge: Judge,
  lose: (lost: Comment, side: Side) => void,
): List {
  const keyOf = keyByIdWhereUnique(three);
  const kept = new Map<string, Comment>();
  for (const comment of [...(three.ours ?? []), ...(three.theirs ?? [])]) {
    if (comment.kind === MERGE_CONFLICT) kept.set(keyOf(comment), comment);
  }
  const byKey = (list: List | undefined): Readonly<Record<string, Comment>> =>
    Object.fromEntries((list ?? []).map((comment) => [keyOf(comment), comment]));
  const maps = { base: byKey(three.base), ours: byKey(three.ours), theirs: byKey(three.theirs) };
  const merged = mergeMap(maps, (_, item) => {
    const { ours, theirs } = item;
    const comment = mergeWhole(`comments.${(ours ?? theirs)!.id}`, item, judge);
    const loser = comment === ours ? 'theirs' : 'ours';
    const other = item[loser];
    if (other !== undefined && other.body !== comment?.body) lose(other, loser);
    return comment;
  });
  return Object.values({ ...Object.fromEntries(kept), ...merged }).sort(
    (a, b) => compareText(a.id, b.id) || compareText(stableText(a), stableText(b)),
  );
}

// A list that an editor, or git's own merge, left with one id twice: then both are kept, told apart by what they say.
function keyByIdWhereUnique({ base, ours, theirs }: Three<List>): (comment: Comment) => string {
  const twice = new Set<string>();
  for (const list of [base, ours, theirs]) {
    const seen = new Set<string>();
    for (const { id } of list ?? []) {
      if (seen.has(id)) twice.add(id);
      seen.add(id);
    }
  }
  return (comment) => (twice.has(comment.id) ? `${comment.id} ${stableText(comment)}` : comment.id);
}
