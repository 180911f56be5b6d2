import type { GateStatus, Issue } from '../issue.ts';
import type { Judge } from './decision.ts';
import { compareContent, compareTimes } from './order.ts';
import { mergeMap, mergeSet, pick, type Three } from './three-way.ts';

export type Gates = Pick<Issue, 'gates_required' | 'gates_status'>;

/**
 * What an issue requires, and what was found of it. The later verdict stands, whatever side was updated later. What was
 * found of a gate goes with the requirement.
 */
export function mergeGates(three: Three<Issue>, judge: Judge): Gates {
  const gates_required = mergeSet(pick(three, 'gates_required'));
  const wereRequired = new Set(
    [three.base, three.ours, three.theirs].flatMap((issue) => issue?.gates_required ?? []),
  );
  const statuses = mergeMap(pick(three, 'gates_status'), (key, item) => mergeVerdict(key, item, judge));
  const stays = (key: string): boolean => gates_required.includes(key) || !wereRequired.has(key);
  return {
    gates_required,
    gates_status: Object.fromEntries(Object.entries(statuses).filter(([key]) => stays(key))),
  };
}

function mergeVerdict(
  key: string,
  { ours, theirs }: Three<GateStatus>,
  judge: Judge,
): GateStatus | undefined {
  const field = `gates_status.${key}`;
  if (ours === undefined || theirs === undefined) {
    judge.decide({ field, rule: 'change', kept: ours ?? theirs, dropped: null });
    return ours ?? theirs;
  }
  const [kept, dropped] = compareVerdicts(ours, theirs) > 0 ? [ours, theirs] : [theirs, ours];
  judge.decide({ field, rule: 'verdict', kept, dropped });
  return kept;
}

const WEIGHT = { pending: 0, passed: 1, failed: 2 } as const;

const compareVerdicts = (a: GateStatus, b: GateStatus): number =>
  compareTimes(a.updated_at, b.updated_at) || WEIGHT[a.status] - WEIGHT[b.status] || compareContent(a, b);
