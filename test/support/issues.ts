import type { Actor } from '../../src/domain/identity.ts';
import { type GateRegistry, type Issue, newIssue, type State } from '../../src/domain/issue.ts';
import type { Lease, Standing, Workplace } from '../../src/domain/lease.ts';
import type { Facts } from '../../src/domain/transition.ts';
import { agent } from './actors.ts';

export const NOW = '2026-01-02T03:04:05.000Z';
export const BEFORE = '2026-01-01T00:00:00.000Z';

/** The id with this number: `idOf(1) < idOf(2)`. */
export const idOf = (number: number): string => `01KDY${String(number).padStart(21, '0')}`;

/** An issue with the fields that matter to a test; `number` makes its id. */
export const issueWith = (number: number, fields: Partial<Issue> = {}): Issue => ({
  ...newIssue({ id: idOf(number), title: `issue ${number}`, created_by: 'agent:maker', now: BEFORE }),
  ...fields,
});

/** What an issue in this state has besides, as jit itself would leave it; held by agent:holder. */
export function inState(state: State): Partial<Issue> {
  switch (state) {
    case 'backlog':
      return { state, hold: { reason: 'not yet' } };
    case 'ready':
      return { state };
    case 'in_progress':
      return { state, assignee: 'agent:holder', claim_epoch: 1 };
    case 'gated':
      return { state, assignee: 'agent:holder', claim_epoch: 1, gates_required: ['review'] };
    case 'done':
      return { state, assignee: 'agent:holder', completed_at: BEFORE, resolution: 'completed' };
    case 'archived':
      return { state };
  }
}

/** Two automatic gates, a manual one, a precheck, and one that a command decides. */
export const GATES: GateRegistry = {
  tests: { key: 'tests', title: 'Tests', description: '', auto: true },
  lint: { key: 'lint', title: 'Lint', description: '', auto: true },
  review: { key: 'review', title: 'Review', description: '', auto: false },
  plan: { key: 'plan', title: 'Plan', description: '', auto: true, stage: 'precheck' },
  scan: { key: 'scan', title: 'Scan', description: '', auto: true, checker: { command: 'scan' } },
};

export interface FactsOptions {
  readonly actor?: Actor;
  /** Issues that can be looked up as dependencies. */
  readonly others?: readonly Issue[];
  readonly gates?: GateRegistry;
  readonly commit?: string | null;
  readonly force?: boolean;
  /** Default: none on record. */
  readonly lease?: Standing | null;
}

/** The main work tree. */
export const HERE: Workplace = { worktree: '.', path: '/repository', branch: 'main' };

/** A live lease of the issue under epoch 1, held by agent:holder in the main work tree, with these fields changed. */
export const leaseWith = (
  id: string,
  fields: Partial<Lease> = {},
  life: Standing['life'] = 'live',
): Standing => ({
  lease: {
    id,
    epoch: 1,
    status: 'held',
    holder: 'agent:holder',
    ...HERE,
    ttl: 1_800_000,
    renewals: 1,
    beat: { host: 'host', boot: 'boot', elapsed: 0, at: NOW },
    tie: null,
    writer: null,
    provisional: false,
    ended: null,
    ...fields,
  },
  life,
  remaining: null,
});

/** The lease that jit itself would leave of an issue in this state, held by agent:holder. */
export function leaseIn(state: State, id: string): Standing | null {
  if (state === 'in_progress') return leaseWith(id);
  if (state === 'gated') return leaseWith(id, { status: 'suspended' });
  return state === 'done' ? leaseWith(id, { status: 'done' }, 'over') : null;
}

/** What a decision may look at; who acts is agent:holder. */
export function factsWith(options: FactsOptions = {}): Facts {
  const byId = new Map((options.others ?? []).map((issue) => [issue.id, issue]));
  return {
    actor: options.actor ?? agent('holder'),
    now: NOW,
    gates: options.gates ?? GATES,
    dependencyOf: (id) => byId.get(id),
    commit: options.commit ?? null,
    here: HERE,
    lease: options.lease ?? null,
    ...(options.force === undefined ? {} : { force: options.force }),
  };
}
