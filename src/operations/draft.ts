import { checkLease } from '../domain/claim.ts';
import { settle } from '../domain/complete.ts';
import { JitError } from '../domain/errors.ts';
import { diffImages } from '../domain/event.ts';
import { type Graph, withChanges } from '../domain/graph.ts';
import type { HolderFacts } from '../domain/holder.ts';
import {
  type GateRegistry,
  type Issue,
  type IssueHead,
  isSatisfied,
  type Tombstone,
} from '../domain/issue.ts';
import type { Standing } from '../domain/lease.ts';
import type { DependencyOf } from '../domain/readiness.ts';
import type { Facts, Step } from '../domain/transition.ts';
import type { EventDraft, GraphPurpose, Plan, View } from '../store/store.ts';
import { inspectLeases } from './lease-damage.ts';
import { judgeLease } from './lost-claims.ts';
import { resolveIssue } from './resolve.ts';
import { dependenciesOf, type Lookup } from './rows.ts';
import type { Session } from './session.ts';

type Image = Issue | Tombstone;
const isIssue = (image: Image | undefined): image is Issue => image !== undefined && !('deleted_at' in image);

/**
 * What a transaction has decided so far, laid over the view it read: later decisions see earlier ones,
 * and at the end it is the plan to commit.
 */
export class Draft implements Lookup {
  readonly view: View;
  readonly now: string;
  readonly gates: GateRegistry;
  readonly #session: Session;
  readonly #force: boolean;
  readonly #images = new Map<string, Image>();
  readonly #originals = new Map<string, Issue | undefined>();
  readonly #damage = new Map<string, JitError>();
  #commit: { readonly head: string | null } | undefined;
  readonly #leases = new Map<string, Standing | null>();
  readonly #events: EventDraft[] = [];
  /** Ids of issues that were created, or whose neighbours changed: their derived state may be out of date. */
  readonly #unsettled = new Set<string>();

  private constructor(session: Session, view: View, gates: GateRegistry, force: boolean) {
    this.#session = session;
    this.view = view;
    this.gates = gates;
    this.now = session.clock.now();
    this.#force = force;
  }

  static async open(session: Session, view: View, force = false): Promise<Draft> {
    return new Draft(session, view, await view.gates(), force);
  }

  /** For reading edges and issues alone, which a damaged registry of gates must not prevent; no decisions on it. */
  static withoutGates(session: Session, view: View): Draft {
    return new Draft(session, view, {}, false);
  }

  /** Whether anything was decided that changes the store. */
  get changed(): boolean {
    return this.#events.length > 0;
  }

  /** The issue as it is after what was decided so far; undefined where there is none. */
  async get(id: string): Promise<Issue | undefined> {
    const image = this.#images.get(id);
    if (image === undefined) return this.view.get(id);
    return isIssue(image) ? image : undefined;
  }

  /** The issues that were created or changed so far. */
  issues(): readonly Issue[] {
    return [...this.#images.values()].filter(isIssue);
  }

  /** The issue that an argument means. Throws USAGE, ISSUE_NOT_FOUND, AMBIGUOUS_ID, CORRUPT_FILE. */
  async resolve(text: string): Promise<Issue> {
    const { id } = await resolveIssue(this.view, text);
    const issue = await this.get(id);
    if (issue === undefined)
      throw new JitError('ISSUE_NOT_FOUND', `no issue ${text}`, { details: { id: text } });
    return issue;
  }

  /** What a decision about this issue may look at. */
  async facts(issue: IssueHead): Promise<Facts> {
    const dependencyOf = await this.dependencies(issue);
    const { now, gates } = this;
    const headCommit = (): string | null => this.#headCommit();
    return {
      ...(await this.holderFacts(issue)),
      now,
      gates,
      dependencyOf,
      // Found out for those decisions only that record it.
      get commit() {
        return headCommit();
      },
    };
  }

  #headCommit(): string | null {
    this.#commit ??= { head: this.#session.headCommit() };
    return this.#commit.head;
  }

  /** What decides who has this issue: all of the facts for which no other issue is read. */
  async holderFacts(issue: IssueHead): Promise<HolderFacts> {
    const { actor, here } = this.#session;
    const standing = await this.lease(issue.id);
    const judged = await judgeLease(this.#session, this.view, issue, standing);
    return { actor, here, ...judged, force: this.#force };
  }

  /**
   * The lease of an issue as it was when this draft first looked; null where none is on record. Throws CORRUPT_FILE where
   * the record cannot be understood: nothing can be decided then.
   */
  async lease(id: string): Promise<Standing | null> {
    if (!this.#leases.has(id)) await this.lookAtLeases([id]);
    const damage = this.#damage.get(id);
    if (damage !== undefined) throw damage;
    return this.#leases.get(id) ?? null;
  }

  /** Looks at many leases at once, for those who will ask for each. Records that cannot be understood are told. */
  async lookAtLeases(ids: readonly string[]): Promise<void> {
    const { leases, damaged } = await inspectLeases(this.#session, ids);
    for (const id of ids) this.#leases.set(id, leases.get(id) ?? null);
    for (const [id, error] of damaged) this.#damage.set(id, error);
  }

  /** Whether the record of its lease was looked at, and cannot be understood: somebody may have the issue. */
  hasDamagedLease(id: string): boolean {
    return this.#damage.has(id);
  }

  /** What was changed so far: as it was read, undefined where it was not there, and as it is to be. */
  changes(): readonly { readonly before: Issue | undefined; readonly after: Image }[] {
    return [...this.#images].map(([id, after]) => ({ before: this.#originals.get(id), after }));
  }

  /** The dependencies of an issue, to be looked up without waiting. */
  dependencies(issue: IssueHead): Promise<DependencyOf<Issue>> {
    return dependenciesOf(this, issue);
  }

  /**
   * A neighbour, or undefined where there is none or its file cannot be read: then it counts as not satisfied, and the
   * view reports the file.
   */
  async readable(id: string): Promise<Issue | undefined> {
    try {
      return await this.get(id);
    } catch (error) {
      if (error instanceof JitError && error.code === 'CORRUPT_FILE') return undefined;
      throw error;
    }
  }

  /** The issues that depend directly on one, by what was decided so far, in the order of their ids. */
  async dependents(id: string): Promise<readonly Issue[]> {
    const ids = new Set(await this.view.dependents(id));
    for (const image of this.#images.values()) {
      if (isIssue(image) && image.dependencies.includes(id)) ids.add(image.id);
    }
    const issues = await Promise.all([...ids].sort().map((dependent) => this.get(dependent)));
    return issues.filter((issue): issue is Issue => issue?.dependencies.includes(id) === true);
  }

  /**
   * The same for a decision that nobody may depend on what is to go: where the directory alone is trusted, every file is looked at first. So is
   * then what links to it.
   */
  async allDependents(id: string): Promise<readonly Issue[]> {
    await this.view.graph();
    return this.dependents(id);
  }

  /** The graph with what was decided so far. `purpose`: as of a view. */
  async graph(purpose?: GraphPurpose): Promise<Graph> {
    const graph = await this.view.graph(purpose);
    const changed = this.issues();
    return changed.length === 0 ? graph : withChanges(graph, changed);
  }

  /**
   * Takes steps over, each with its event. Returns the issue afterwards, as it was given when there are none. Throws
   * ALREADY_CLAIMED where a claim is no longer under the lease that it was decided on.
   */
  async apply(issue: Issue, steps: readonly Step[]): Promise<Issue> {
    let current: Image = issue;
    // What is created is not there: nothing is looked for under an id that was made just now.
    const before = steps[0]?.event === 'issue.created' ? undefined : await this.get(issue.id);
    let image: Image | null = before ?? null;
    for (const { event, after, note } of steps) {
      if (event === 'issue.claimed' && isIssue(after)) checkLease(after, await this.facts(after));
      const { actor } = this.#session;
      this.#events.push({
        ts: this.now,
        event,
        id: after.id,
        eid: this.#session.newId(),
        by: actor.id,
        ...(actor.explicit ? {} : { via: actor.source }),
        ...note,
        changes: diffImages(image, after),
      });
      image = after;
      current = after;
    }
    if (steps.length > 0) await this.#replace(issue.id, before, current);
    return isIssue(current) ? current : issue;
  }

  async #replace(id: string, before: Issue | undefined, after: Image): Promise<void> {
    if (!this.#images.has(id)) this.#originals.set(id, before);
    this.#images.set(id, after);
    this.#unsettled.add(id);
    // Nothing depends on what was not there.
    if (before === undefined) return;
    if (isSatisfied(before) === (isIssue(after) && isSatisfied(after))) return;
    for (const dependent of await this.dependents(id)) this.#unsettled.add(dependent.id);
  }

  /** Has the derived state of an issue brought up to date, although nothing else changed. */
  touch(id: string): void {
    this.#unsettled.add(id);
  }

  /** Adds an event about the store itself. */
  log(event: string, note: Partial<EventDraft>): void {
    const { actor } = this.#session;
    this.#events.push({
      ts: this.now,
      event,
      id: null,
      eid: this.#session.newId(),
      by: actor.id,
      ...(actor.explicit ? {} : { via: actor.source }),
      changes: {},
      ...note,
    });
  }

  /**
   * Brings the derived states of all that was touched up to date, and of all that follows from it: what
   * became free is ready, what waited for nothing else is done. Returns the ids that became ready.
   */
  async settle(): Promise<readonly string[]> {
    const becameReady: string[] = [];
    for (const id of this.#unsettled) {
      this.#unsettled.delete(id);
      const issue = await this.get(id);
      if (issue === undefined) continue;
      const { gates, now } = this;
      const steps = settle(issue, { dependencyOf: await this.dependencies(issue), gates, now });
      if (steps.some(({ event }) => event === 'issue.ready')) becameReady.push(id);
      if (steps.length > 0) await this.apply(issue, steps);
    }
    return becameReady;
  }

  /** What to commit. Call `settle` first. */
  plan<T>(result: T, store: Pick<Plan<T>, 'gates' | 'config' | 'purge'> = {}): Plan<T> {
    return { issues: [...this.#images.values()], events: this.#events, ...store, result };
  }
}
