import fc from 'fast-check';
import { isTombstone } from '../../../src/domain/canonical-json.ts';
import { claim, release } from '../../../src/domain/claim.ts';
import { complete, settle } from '../../../src/domain/complete.ts';
import { addDependencies, removeDependencies } from '../../../src/domain/dependency.ts';
import { addComment, applyEdit } from '../../../src/domain/edit.ts';
import { JitError } from '../../../src/domain/errors.ts';
import { addGates, dropGates, judge } from '../../../src/domain/gate.ts';
import { buildGraph } from '../../../src/domain/graph.ts';
import type { Issue, Tombstone } from '../../../src/domain/issue.ts';
import { PRIORITIES, type Priority } from '../../../src/domain/issue.ts';
import { archive, liftHold, putOnHold, remove, reopen } from '../../../src/domain/lifecycle.ts';
import { deriveState } from '../../../src/domain/readiness.ts';
import { change, type Facts, type Step } from '../../../src/domain/transition.ts';
import { human } from '../../support/actors.ts';
import { factsWith, idOf, issueWith, leaseWith } from '../../support/issues.ts';

// Work on one issue as plain data, done by the rules of jit itself, so that what comes out is what jit would leave.

export type Edit =
  | { readonly verb: 'title'; readonly title: string }
  | {
      readonly verb: 'line';
      readonly at: number;
      readonly how: 'replace' | 'insert' | 'delete';
      readonly line: string;
    }
  | { readonly verb: 'label' | 'unlabel'; readonly label: string }
  | { readonly verb: 'milestone'; readonly milestone: string | null }
  | { readonly verb: 'priority'; readonly priority: Priority }
  | { readonly verb: 'context'; readonly key: string; readonly value: string }
  | { readonly verb: 'newer'; readonly key: string; readonly value: unknown }
  | { readonly verb: 'progress'; readonly stage: string; readonly fraction: number }
  | { readonly verb: 'comment'; readonly body: string }
  | { readonly verb: 'need' | 'need-not'; readonly on: number }
  | { readonly verb: 'claim'; readonly epoch: number | null }
  | { readonly verb: 'release'; readonly to: string | null }
  | { readonly verb: 'complete' | 'reopen' | 'unhold' | 'delete' }
  | { readonly verb: 'hold'; readonly reason: string; readonly until: boolean }
  | { readonly verb: 'archive'; readonly duplicate: boolean }
  | { readonly verb: 'require' | 'drop'; readonly gate: string }
  | { readonly verb: 'judge'; readonly gate: string; readonly passed: boolean };

const word = fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', '');
const gate = fc.constantFrom('tests', 'lint', 'review');
const dependency = fc.integer({ min: 51, max: 54 });

const of = <V extends Edit['verb']>(
  verb: V,
  fields: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<Edit> => fc.record({ verb: fc.constant(verb), ...fields }) as unknown as fc.Arbitrary<Edit>;

const weighted = (weight: number, arbitrary: fc.Arbitrary<Edit>): fc.WeightedArbitrary<Edit> => ({
  weight,
  arbitrary,
});

/** One edit; what can contradict another comes more often than it would. */
export const arbitraryEdit: fc.Arbitrary<Edit> = fc.oneof(
  weighted(2, of('title', { title: fc.constantFrom('One', 'Two', 'Three', 'Four') })),
  weighted(
    4,
    of('line', { at: fc.nat({ max: 9 }), how: fc.constantFrom('replace', 'insert', 'delete'), line: word }),
  ),
  weighted(2, of('label', { label: fc.constantFrom('a', 'b', 'c') })),
  weighted(1, of('unlabel', { label: fc.constantFrom('a', 'b', 'c') })),
  weighted(1, of('milestone', { milestone: fc.constantFrom('m1', 'm2', null) })),
  weighted(1, of('priority', { priority: fc.constantFrom(...PRIORITIES) })),
  weighted(2, of('context', { key: fc.constantFrom('k', '__proto__', 'a.b'), value: word })),
  weighted(
    1,
    of('newer', {
      key: fc.constantFrom('estimate', 'labels.x'),
      value: fc.constantFrom(1, 2, { a: 1 }, { a: 2, b: 1 }, ['x'], ['x', 'y'], undefined),
    }),
  ),
  weighted(1, of('progress', { stage: word, fraction: fc.constantFrom(0, 0.5, 1) })),
  weighted(3, of('comment', { body: fc.constantFrom('hello', 'there', 'more') })),
  weighted(1, of('need', { on: dependency })),
  weighted(2, of('need-not', { on: dependency })),
  weighted(6, of('claim', { epoch: fc.option(fc.integer({ min: 1, max: 4 })) })),
  weighted(2, of('release', { to: fc.constantFrom(null, null, 'agent:x') })),
  weighted(6, of('complete')),
  weighted(3, of('reopen')),
  weighted(1, of('hold', { reason: word, until: fc.boolean() })),
  weighted(1, of('unhold')),
  weighted(2, of('archive', { duplicate: fc.boolean() })),
  weighted(1, of('delete')),
  weighted(3, of('require', { gate })),
  weighted(1, of('drop', { gate })),
  weighted(6, of('judge', { gate, passed: fc.boolean() })),
);

/** A few edits, each with the milliseconds that passed before it. */
export const arbitraryWork: fc.Arbitrary<readonly (readonly [Edit, number])[]> = fc.array(
  fc.tuple(arbitraryEdit, fc.constantFrom(0, 1, 1000, 60_000)),
  { maxLength: 8, size: 'max' },
);

const OTHERS: readonly Issue[] = [
  issueWith(51, { state: 'done', completed_at: '2026-01-01T00:00:00.000Z' }),
  issueWith(52, { state: 'done', completed_at: '2026-01-01T00:00:00.000Z' }),
  issueWith(53),
  issueWith(54, { state: 'archived', completed_at: '2026-01-01T00:00:00.000Z' }),
];

export interface Doing {
  /** Who does it: `human:NAME`, so that every gate may be judged. */
  readonly name: string;
  readonly now: string;
  /** Id of a comment. */
  readonly id: string;
}

/** The steps of an edit; none where the rules refuse it, or where there is nothing to change. */
export function doEdit(stored: Issue | Tombstone, edit: Edit, doing: Doing): readonly Step[] {
  if (isTombstone(stored)) return [];
  const facts = factsFor(stored, edit, doing);
  try {
    const steps = stepsOf(stored, edit, facts, doing);
    const last = steps.at(-1)?.after;
    if (last === undefined || isTombstone(last)) return steps;
    const state = deriveState(last, facts.dependencyOf, facts.now);
    const derived = state === last.state ? last : { ...last, state };
    const settled = settle(derived, facts);
    const lasting = [...steps.slice(0, -1), { ...steps.at(-1)!, after: derived }];
    return [...lasting, ...settled];
  } catch (error) {
    if (error instanceof JitError) return [];
    throw error;
  }
}

function factsFor(issue: Issue, edit: Edit, { name, now }: Doing): Facts {
  const epoch = edit.verb === 'claim' ? edit.epoch : issue.claim_epoch;
  const lease = epoch === null ? null : leaseWith(issue.id, { holder: `human:${name}`, epoch });
  return { ...factsWith({ actor: human(name), others: OTHERS, lease, force: true }), now };
}

function stepsOf(issue: Issue, edit: Edit, facts: Facts, { id }: Doing): readonly Step[] {
  const updated = (after: Issue): readonly Step[] => [
    { event: 'issue.updated', after: change(after, {}, facts.now) },
  ];
  switch (edit.verb) {
    case 'title':
      return edit.title === issue.title ? [] : updated(applyEdit(issue, { title: edit.title }));
    case 'line':
      return updated(applyEdit(issue, { description: editLine(issue.description, edit) }));
    case 'label':
      return updated(applyEdit(issue, { addLabels: [edit.label] }));
    case 'unlabel':
      return updated(applyEdit(issue, { removeLabels: [edit.label] }));
    case 'milestone':
      return updated(applyEdit(issue, { milestone: edit.milestone }));
    case 'priority':
      return updated(applyEdit(issue, { priority: edit.priority }));
    case 'context':
      return updated(applyEdit(issue, { context: { [edit.key]: edit.value } }));
    case 'newer': {
      const { [edit.key]: _, ...rest } = issue as unknown as Record<string, unknown>;
      const added = edit.value === undefined ? {} : { [edit.key]: edit.value };
      return updated({ ...rest, ...added } as unknown as Issue);
    }
    case 'progress':
      return updated({ ...issue, progress: { stage: edit.stage, fraction: edit.fraction } });
    case 'comment':
      return addComment(issue, id, edit.body, facts);
    case 'need':
      return addDependencies(issue, [OTHERS[edit.on - 51]!], buildGraph([issue, ...OTHERS]), facts);
    case 'need-not':
      return removeDependencies(issue, [idOf(edit.on)], facts);
    case 'claim':
      return claim(issue, facts, { reason: 'a try' }).steps;
    case 'release':
      return release(issue, facts, edit.to);
    case 'complete':
      return complete(issue, facts).steps;
    case 'reopen':
      return reopen(issue, facts);
    case 'hold':
      return putOnHold(
        issue,
        { reason: edit.reason, ...(edit.until ? { until: '2026-01-02T03:30:00Z' } : {}) },
        facts,
      );
    case 'unhold':
      return liftHold(issue, facts);
    case 'archive':
      return archive(issue, facts, {
        resolution: edit.duplicate ? 'duplicate' : 'not-planned',
        duplicateOf: edit.duplicate ? idOf(51) : null,
        neededBy: [],
      });
    case 'delete':
      return remove(issue, facts, []);
    case 'require':
      return addGates(issue, [edit.gate], facts);
    case 'drop':
      return dropGates(issue, [edit.gate], facts);
    case 'judge':
      return judge(
        issue,
        { key: edit.gate, status: edit.passed ? 'passed' : 'failed', reason: null, override: false },
        facts,
      );
  }
}

function editLine(text: string, { at, how, line }: Edit & { readonly verb: 'line' }): string {
  const lines = text.split('\n');
  const place = at % (lines.length + (how === 'insert' ? 1 : 0));
  lines.splice(place, how === 'insert' ? 0 : 1, ...(how === 'delete' ? [] : [line]));
  return lines.join('\n');
}
