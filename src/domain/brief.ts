import { type Comment, type GateRegistry, type Issue, ref } from './issue.ts';
import { type DependencyOf, gateDefinition, gateReasons, gateVerdict, isRework } from './readiness.ts';
import { shellWord } from './shell-word.ts';

/** Enough to start on an issue without another call. */
export interface Brief {
  readonly description: string;
  /** A gate failed on earlier work. */
  readonly rework: boolean;
  /** Required gates, with the command that passes each; null when it has passed. */
  readonly gates: readonly {
    readonly key: string;
    readonly title: string;
    readonly status: 'pending' | 'passed' | 'failed';
    readonly auto: boolean;
    readonly reason: string | null;
    readonly command: string | null;
  }[];
  /** What it builds on, with what was said there last. */
  readonly dependencies: readonly {
    readonly id: string;
    readonly ref: string;
    readonly title: string;
    readonly state: string;
    readonly last_comment: string | null;
  }[];
  /** The last three, oldest first. */
  readonly comments: readonly Comment[];
  /** Branch of an earlier attempt; null where none is known. */
  readonly branch: string | null;
  /** Epoch of the lease; null where there is none. */
  readonly epoch: number | null;
  /** The command that finishes the work. */
  readonly finish: string;
}

/** How many comments a brief repeats. */
const LAST_COMMENTS = 3;

/** What somebody who starts on an issue needs to know. `claim`: what its lease says. */
export function briefOf(
  issue: Issue,
  dependencyOf: DependencyOf<Issue>,
  gates: GateRegistry,
  claim: Pick<Brief, 'epoch' | 'branch'>,
): Brief {
  const by = issue.assignee === null ? '' : ` --by ${shellWord(issue.assignee)}`;
  const under = claim.epoch === null ? '' : ` --epoch ${claim.epoch}`;
  const commands = new Map(
    gateReasons(issue, gates).map((reason) => [reason.type === 'gate' ? reason.key : '', reason.resolve]),
  );
  return {
    description: issue.description,
    rework: isRework(issue),
    gates: issue.gates_required.map((key) => ({
      key,
      title: gateDefinition(gates, key)?.title ?? key,
      status: gateVerdict(issue, key),
      auto: gateDefinition(gates, key)?.auto ?? false,
      reason: issue.gates_status[key]?.reason ?? null,
      command: commands.get(key) ?? null,
    })),
    dependencies: issue.dependencies.flatMap((id) => {
      const dependency = dependencyOf(id);
      if (dependency === undefined) return [];
      const { title, state, comments } = dependency;
      return [{ id, ref: ref(id), title, state, last_comment: comments.at(-1)?.body ?? null }];
    }),
    comments: issue.comments.slice(-LAST_COMMENTS),
    ...claim,
    finish: `jit issue complete ${ref(issue.id)}${by}${under}`,
  };
}
