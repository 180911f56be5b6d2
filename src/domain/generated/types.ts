// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * The content of `.jit/config.json`, tracked and shared by all workers.
 */
export interface Config {
  /**
   * full (default): every commit is fsynced; fast: that is left to the system.
   */
  readonly durability?: 'full' | 'fast';
  /**
   * `jit gc` removes tombstones older than this many days; default 90.
   */
  readonly tombstone_days?: number;
  readonly index?: IndexConfig;
  readonly claims?: ClaimConfig;
}
/**
 * How far the index of the issues is trusted.
 */
export interface IndexConfig {
  /**
   * files (default): every file is looked at; directory: only whether files came or went, and those that are answered or acted on.
   */
  readonly trust?: 'files' | 'directory';
}
/**
 * Where claims are kept, and how long they last.
 */
export interface ClaimConfig {
  /**
   * repository (default): claims hold in all work trees of a repository; remote: in all clones that reach the remote.
   */
  readonly scope?: 'repository' | 'remote';
  /**
   * The name of a remote of the repository; default origin. Never a URL: these settings come with the repository.
   */
  readonly remote?: string;
  /**
   * The beginning of the references on the remote; default `refs/jit/claims/`. Where a host takes nothing but branches: `refs/heads/jit-claims/`.
   */
  readonly refPrefix?: string;
  /**
   * How long a claim lasts after each renewal, for example `30m` (default); `0`: without end.
   */
  readonly ttl?: string;
}
/**
 * One line of `.jit/events.jsonl`.
 */
export interface Event {
  /**
   * UTC, RFC 3339.
   */
  readonly ts: string;
  /**
   * For example `issue.claimed`.
   */
  readonly event: string;
  /**
   * The issue; null for a change of the store itself, such as a gate definition.
   */
  readonly id: string | null;
  /**
   * Makes the event unique; readers keep the first of equal ones.
   */
  readonly eid: string;
  /**
   * eid of the previous event of the same issue; null at first. Replay follows it, not the order of lines.
   */
  readonly prev: string | null;
  /**
   * `{type}:{identifier}`.
   */
  readonly by: string;
  /**
   * How an inferred identity was found, when it acted for the holder.
   */
  readonly via?: string;
  readonly title?: string;
  readonly assignee?: string;
  readonly gate?: string;
  readonly dependency?: string;
  readonly reason?: string;
  readonly forced?: boolean;
  /**
   * `field` or `field.element` to `[before, after]`; null where absent. A text over the line limit stands as `{"$sha256", "$length"}`.
   */
  readonly changes: {
    /**
     * @minItems 2
     * @maxItems 2
     */
    readonly [k: string]: readonly [unknown, unknown];
  };
}
/**
 * The content of `.jit/gates.json`: gate key to definition.
 */
export interface GateRegistry {
  readonly [k: string]: GateDefinition;
}
export interface GateDefinition {
  readonly key: string;
  readonly title: string;
  readonly description: string;
  /**
   * true: automation may pass it; false: a person must.
   */
  readonly auto: boolean;
  /**
   * A precheck blocks the claim, a postcheck blocks done; absent: postcheck.
   */
  readonly stage?: 'precheck' | 'postcheck';
  /**
   * A command, or an artifact policy, that decides the gate; absent: decided by hand.
   */
  readonly checker?: {};
  /**
   * How automation might satisfy this gate.
   */
  readonly example_integration?: string;
}
/**
 * The content of `.jit/index.json`. It lists no ids: the directory is the list, and lists conflict in merges.
 */
export interface Index {
  readonly schema_version: number;
}
/**
 * One issue: the content of `.jit/issues/<ULID>.json`. Unknown keys are kept on rewrite.
 */
export interface Issue {
  /**
   * Canonical upper case; the file is named after it.
   */
  readonly id: string;
  /**
   * One line, 1 to 200 characters.
   */
  readonly title: string;
  /**
   * Markdown, at most 256 KB.
   */
  readonly description: string;
  /**
   * `backlog` and `ready` are derived from dependencies and hold, and stored for people who read the files.
   */
  readonly state: 'backlog' | 'ready' | 'in_progress' | 'gated' | 'done' | 'archived';
  /**
   * Not to be started yet, whatever the dependencies say.
   */
  readonly hold: Hold | null;
  readonly priority: 'low' | 'normal' | 'high' | 'critical';
  /**
   * Who works on it, `{type}:{identifier}`.
   */
  readonly assignee: string | null;
  /**
   * Epoch of the lease under which the last claim was made.
   */
  readonly claim_epoch: number | null;
  /**
   * Sorted set.
   */
  readonly labels: readonly string[];
  readonly milestone: string | null;
  /**
   * Sorted set of the ids of the issues that this one needs.
   *
   * @maxItems 1000
   */
  readonly dependencies: readonly string[];
  /**
   * Sorted by type, then target.
   */
  readonly links: readonly Link[];
  /**
   * Sorted set of gate keys; every key is defined in gates.json.
   */
  readonly gates_required: readonly string[];
  /**
   * What is known of each gate; a required gate without an entry is pending.
   */
  readonly gates_status: {
    readonly [k: string]: GateStatus;
  };
  /**
   * Free for agents.
   */
  readonly context: {
    readonly [k: string]: string;
  };
  readonly progress?: Progress;
  /**
   * Sorted by id.
   */
  readonly comments: readonly Comment[];
  readonly resolution: 'completed' | 'not-planned' | 'duplicate' | null;
  readonly created_by: string | null;
  /**
   * UTC, RFC 3339.
   */
  readonly updated_at: string;
  /**
   * Stays when a done issue is archived; an issue that has it satisfies its dependents.
   */
  readonly completed_at: string | null;
  /**
   * Per backend; written only by bridges.
   */
  readonly sync: {
    readonly [k: string]: SyncRecord;
  };
}
export interface Hold {
  readonly reason: string;
  /**
   * The hold lapses by itself at this time; absent: never.
   */
  readonly until?: string;
}
export interface Link {
  readonly type: 'relates' | 'duplicate-of' | 'discovered-from' | 'parent';
  /**
   * An issue id, or a URL.
   */
  readonly target: string;
}
export interface GateStatus {
  readonly status: 'pending' | 'passed' | 'failed';
  readonly updated_by: string | null;
  /**
   * UTC, RFC 3339.
   */
  readonly updated_at: string;
  /**
   * HEAD when the verdict was given; absent without git or commits.
   */
  readonly commit?: string;
  /**
   * Id of the checker's run; absent when passed by hand.
   */
  readonly run?: string;
  /**
   * Why, as given with the verdict.
   */
  readonly reason?: string;
  /**
   * A person passed a gate that has a checker.
   */
  readonly override?: boolean;
}
export interface Progress {
  readonly fraction?: number;
  readonly stage?: string;
  readonly checkpoints?: readonly string[];
  readonly next?: string;
}
export interface Comment {
  readonly id: string;
  /**
   * `{type}:{identifier}`.
   */
  readonly author: string;
  /**
   * UTC, RFC 3339.
   */
  readonly at: string;
  /**
   * Markdown, at most 256 KB.
   */
  readonly body: string;
  /**
   * Kind of a message between agents.
   */
  readonly kind?: string;
  /**
   * Data of a message between agents.
   */
  readonly data?: {};
}
export interface SyncRecord {
  readonly id?: string;
  readonly url?: string;
  readonly base?: unknown;
}
/**
 * Who may work on an issue: one line of JSON in `leases/<ULID>/<number>`; the highest number counts. Unknown keys are kept as long as the epoch lasts.
 */
export interface LeaseRecord {
  readonly schema_version: number;
  /**
   * The last number, up to this one, whose record was on the disk before it counted. It is kept: what came after may be lost when the power goes.
   */
  readonly synced?: number;
  /**
   * Random marks of the records that led to this one, its own last: so a process that was stopped sees whether its record was built on, or came too late.
   *
   * @maxItems 64
   */
  readonly trail?: readonly string[];
  /**
   * The issue; the directory is named after it.
   */
  readonly id: string;
  /**
   * Grows with every grant.
   */
  readonly epoch: number;
  readonly status: 'claiming' | 'held' | 'finishing' | 'suspended' | 'done' | 'released';
  /**
   * `{type}:{identifier}`.
   */
  readonly holder: string;
  /**
   * git's name of the work tree: `.` is the main one.
   */
  readonly worktree: string;
  /**
   * The top of the work tree, for people.
   */
  readonly path: string;
  readonly branch: string | null;
  /**
   * Milliseconds from a renewal until somebody else may take it; null: never by time.
   */
  readonly ttl: number | null;
  /**
   * Changes under this epoch.
   */
  readonly renewals: number;
  readonly beat: LeaseBeat;
  /**
   * The process whose end ends the lease.
   */
  readonly tie: string | null;
  /**
   * The process that is claiming or finishing.
   */
  readonly writer: string | null;
  /**
   * Granted while the remote could not be reached.
   */
  readonly provisional: boolean;
  readonly ended: 'released' | 'expired' | 'lost' | null;
  /**
   * Who gave it back, where that is known.
   */
  readonly endedBy?: string;
}
/**
 * The last renewal.
 */
export interface LeaseBeat {
  readonly host: string;
  readonly boot: string | null;
  /**
   * Milliseconds on the monotonic clock of that boot.
   */
  readonly elapsed: number;
  /**
   * Wall clock, for people: nothing is decided by it.
   */
  readonly at: string;
}
/**
 * The content of `.jit/config.local.json`: this worktree's own settings, never tracked.
 */
export interface LocalConfig {
  readonly agent?: {
    /**
     * Who acts in this worktree: a name, or `{type}:{identifier}`.
     */
    readonly id?: string;
    /**
     * Type of the identity when `id` has no colon; default `agent`.
     */
    readonly type?: string;
  };
}
/**
 * What `delete` leaves in an issue's file, so that a concurrent edit on another branch meets a merge. `jit gc` removes old ones.
 */
export interface Tombstone {
  readonly id: string;
  /**
   * `{type}:{identifier}`.
   */
  readonly deleted_by: string;
  /**
   * UTC, RFC 3339.
   */
  readonly deleted_at: string;
  /**
   * Title of the issue that was deleted.
   */
  readonly title: string;
}
