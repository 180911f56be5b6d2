import { isTombstone } from '../../domain/canonical-json.ts';
import { diagnose } from '../../domain/diagnose.ts';
import { buildGraph } from '../../domain/graph.ts';
import type { IssueHead } from '../../domain/issue.ts';
import type { Problem } from '../../domain/problem.ts';
import { ruledPart } from '../../domain/ruled-part.ts';
import type { IssueRecord, ToldRecord, View } from '../../store/store.ts';
import type { Session } from '../session.ts';
import { readableGates } from './readable-gates.ts';

/** What looks at issues of which their texts do not tell that nothing is wrong: as a rule there are none. */
type CloseLook = typeof import('./look-closely.ts');

/** What a check of the contents came to. */
export interface CheckedContents {
  readonly problems: readonly Problem[];
  /** Issues whose files tell of a later change than the log. */
  readonly behind: readonly string[];
  readonly issues: number;
  readonly events: number;
}

/**
 * Everything in which what a store holds contradicts itself, the rules, or its log. Files and events are looked at issue by issue;
 * what is kept of each is what others must know of it. `tell` hears how many issues were looked at, of how many.
 */
export async function checkContents(
  view: View,
  { clock, digest }: Pick<Session, 'clock' | 'digest'>,
  tell: (done: number, total: number) => Promise<void> | undefined,
): Promise<CheckedContents> {
  const found = new Findings(digest);
  let close: CloseLook | undefined;
  let total: number | null = null;
  for await (const records of view.records()) {
    for (const record of records) {
      if ('told' in record) found.addTold(record);
      else {
        close ??= await import('./look-closely.ts');
        found.add(record, close);
      }
    }
    total ??= (await view.ids()).length;
    const pause = tell(found.images, total);
    if (pause !== undefined) await pause;
  }
  // Files that cannot be read were looked at, too.
  if (total !== null && found.images < total) await tell(total, total);
  const errors = view.problems().filter(({ severity }) => severity === 'error');
  const unreadable = new Set(errors.flatMap(({ id }) => (id === null ? [] : [id])));
  const { heads } = found;
  const graph = buildGraph(heads);
  const rules = diagnose({
    issues: heads,
    graph,
    gates: await readableGates(view),
    // Both are in the order of the ids.
    dependencyOf: (id) => {
      const node = graph.numberOf(id);
      return node === undefined ? undefined : heads[node];
    },
    now: clock.now(),
    unreadable,
  });
  const logIsWhole = !errors.some(({ file }) => file?.endsWith('events.jsonl') === true);
  const problems = [...rules, ...found.ofTheLog(logIsWhole, unreadable, close)];
  return { problems, behind: found.behind, issues: heads.length, events: found.events };
}

/** What is found while the issues go by. */
class Findings {
  readonly heads: IssueHead[] = [];
  readonly behind: string[] = [];
  events = 0;
  images = 0;
  #histories = 0;
  readonly #digest: Session['digest'];
  readonly #claims: Problem[] = [];
  readonly #comments: Problem[] = [];
  readonly #untold: Problem[] = [];
  readonly #gone: Problem[] = [];

  constructor(digest: Session['digest']) {
    this.#digest = digest;
  }

  /** Nothing is wrong with it: only others may find fault with it. */
  addTold({ told, events }: ToldRecord): void {
    this.events += events;
    this.#histories += 1;
    this.images += 1;
    this.heads.push(told);
  }

  add(record: IssueRecord, close: CloseLook): void {
    const { id, image, events } = record;
    this.events += events.length;
    if (id === null) return;
    if (events.length > 0) this.#histories += 1;
    const found = close.lookClosely(id, record, this.#digest);
    this.#claims.push(...found.claims);
    this.#comments.push(...found.comments);
    this.#untold.push(...found.untold);
    this.#gone.push(...found.gone);
    if (found.isBehind) this.behind.push(id);
    if (image === undefined) return;
    this.images += 1;
    if (!isTombstone(image)) this.heads.push(ruledPart(image));
  }

  /** Where the log and the files differ, and what the log alone tells. */
  ofTheLog(
    logIsWhole: boolean,
    unreadable: ReadonlySet<string>,
    close: CloseLook | undefined,
  ): readonly Problem[] {
    if (close === undefined) return [];
    const isEmpty = this.#histories === 0 && this.images > 0;
    const log = [...this.#comments, ...(isEmpty ? [close.EMPTY_LOG] : this.#untold)];
    // A line that cannot be read may tell what the others do not: nothing is concluded from its absence.
    if (!logIsWhole) return log.map((problem) => ({ ...problem, fix: null }));
    return [...this.#claims, ...log, ...this.#gone.filter(({ id }) => !unreadable.has(id!))];
  }
}
