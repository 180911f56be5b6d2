import type { GateDefinition, GateRegistry, IssueHead, State } from './issue.ts';
import { isHeld, isSatisfied, ref } from './issue.ts';
import type { Lease, Life } from './lease.ts';
import { shellWord } from './shell-word.ts';

/** Finds a dependency; undefined where the id names nothing. */
export type DependencyOf<T extends IssueHead = IssueHead> = (id: string) => T | undefined;

/** One thing that stands in the way, with the command that would clear it away. */
export type Reason = { readonly resolve: string } & (
  | {
      readonly type: 'dependency';
      readonly id: string;
      readonly title: string | null;
      readonly state: State | 'missing';
    }
  | { readonly type: 'gate'; readonly key: string; readonly status: GateVerdict; readonly auto: boolean }
  | { readonly type: 'hold'; readonly reason: string; readonly until: string | null }
  | { readonly type: 'assignee'; readonly assignee: string }
  | ({ readonly type: 'lease' } & Pick<
      Lease,
      'holder' | 'worktree' | 'path' | 'branch' | 'epoch' | 'status'
    > & {
        readonly life: Life;
      })
  | { readonly type: 'state'; readonly state: State }
);

export type GateVerdict = 'pending' | 'passed' | 'failed';

/** Ids of the dependencies that are not satisfied, missing ones included, in order. */
export const openDependencies = (issue: IssueHead, dependencyOf: DependencyOf): readonly string[] =>
  issue.dependencies.filter(isOpenIn(dependencyOf));

const isOpenIn =
  (dependencyOf: DependencyOf) =>
  (id: string): boolean => {
    const dependency = dependencyOf(id);
    return dependency === undefined || !isSatisfied(dependency);
  };

/** `backlog` and `ready` are derived from dependencies and hold; every other state is what is stored. */
export function deriveState(issue: IssueHead, dependencyOf: DependencyOf, now: string): State {
  if (issue.state !== 'backlog' && issue.state !== 'ready') return issue.state;
  return isHeld(issue, now) || issue.dependencies.some(isOpenIn(dependencyOf)) ? 'backlog' : 'ready';
}

/** What is known of a required gate; one without an entry is pending. */
export const gateVerdict = (issue: IssueHead, key: string): GateVerdict =>
  (Object.hasOwn(issue.gates_status, key) ? issue.gates_status[key]?.status : undefined) ?? 'pending';

/** The definition of a gate; undefined where nobody defined it. */
export const gateDefinition = (gates: GateRegistry, key: string): GateDefinition | undefined =>
  Object.hasOwn(gates, key) ? gates[key] : undefined;

export const isPrecheck = (gates: GateRegistry, key: string): boolean =>
  gateDefinition(gates, key)?.stage === 'precheck';

/** Required gates that have not passed, in order. */
export const pendingGates = (issue: IssueHead): readonly string[] =>
  issue.gates_required.filter((key) => gateVerdict(issue, key) !== 'passed');

/** Sent back by a gate: ranked before new work. */
export const isRework = (issue: IssueHead): boolean =>
  // The verdicts first: most issues have none, and then nothing else of them need be read.
  Object.keys(issue.gates_status).some(
    (key) => gateVerdict(issue, key) === 'failed' && issue.gates_required.includes(key),
  );

/** The open dependencies as reasons. */
export function dependencyReasons(issue: IssueHead, dependencyOf: DependencyOf): readonly Reason[] {
  return openDependencies(issue, dependencyOf).map((id) => {
    const dependency = dependencyOf(id);
    return {
      type: 'dependency',
      id,
      title: dependency?.title ?? null,
      state: dependency?.state ?? 'missing',
      // It may be a file that cannot be read, or that git can bring back: not to be removed on a guess.
      resolve: dependency === undefined ? 'jit validate' : resolveDependency(dependency),
    };
  });
}

function resolveDependency(dependency: IssueHead): string {
  const id = ref(dependency.id);
  switch (dependency.state) {
    case 'ready':
      return `jit issue claim ${id}`;
    case 'in_progress':
      return `jit issue show ${id}`;
    case 'archived':
      return `jit issue reopen ${id}`;
    default:
      return `jit why ${id}`;
  }
}

/** The gates that have not passed, as reasons; only those of one stage when `stage` is given. */
export function gateReasons(issue: IssueHead, gates: GateRegistry, stage?: 'precheck'): readonly Reason[] {
  return pendingGates(issue)
    .filter((key) => stage === undefined || isPrecheck(gates, key))
    .map((key) => {
      const definition = gateDefinition(gates, key);
      const auto = definition?.auto ?? false;
      const by = auto ? byAssignee(issue) : ' --by human:NAME';
      const pass = `jit gate pass ${ref(issue.id)} ${key}${by}`;
      return {
        type: 'gate',
        key,
        status: gateVerdict(issue, key),
        auto,
        resolve: definition === undefined ? `jit gate define ${key}` : pass,
      };
    });
}

// Whoever runs the command as it stands must attest as who works on the issue, not as whom git knows.
const byAssignee = ({ assignee }: IssueHead): string =>
  assignee === null ? '' : ` --by ${shellWord(assignee)}`;

/** The hold as a reason; empty when there is none now. */
export function holdReasons(issue: IssueHead, now: string): readonly Reason[] {
  if (issue.hold === null || !isHeld(issue, now)) return [];
  return [
    {
      type: 'hold',
      reason: issue.hold.reason,
      until: issue.hold.until ?? null,
      resolve: `jit issue unhold ${ref(issue.id)}`,
    },
  ];
}

/** Everything that keeps an issue that was not started from being started: dependencies, hold, prechecks. */
export const startReasons = (
  issue: IssueHead,
  dependencyOf: DependencyOf,
  gates: GateRegistry,
  now: string,
): readonly Reason[] => [
  ...dependencyReasons(issue, dependencyOf),
  ...holdReasons(issue, now),
  ...gateReasons(issue, gates, 'precheck'),
];

/** Everything that keeps an issue from `done`: dependencies and gates. */
export const finishReasons = (
  issue: IssueHead,
  dependencyOf: DependencyOf,
  gates: GateRegistry,
): readonly Reason[] => [...dependencyReasons(issue, dependencyOf), ...gateReasons(issue, gates)];
