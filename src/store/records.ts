import type { Event, Issue, IssueHead, Tombstone } from '../domain/issue.ts';
import type { View } from './store.ts';

/** All that a store has of one issue; with an id of null, the events of none. */
export interface IssueRecord {
  readonly id: string | null;
  /** undefined where there is no file, or none that can be read. */
  readonly image: Issue | Tombstone | undefined;
  readonly events: readonly Event[];
}

/**
 * An issue of which the events tell, one after another and without a gap, what is stored, and nothing about it is wrong by itself. Nothing
 * else is kept of it.
 */
export interface ToldRecord {
  /** What the rules between issues look at (`ruledPart`). */
  readonly told: IssueHead;
  /** How many events there are of it. */
  readonly events: number;
}

/** Images and events side by side, issue by issue: `View.records` of a store that cannot tell more cheaply. */
export async function* recordsOf(
  view: Pick<View, 'images' | 'histories'>,
): AsyncIterable<readonly IssueRecord[]> {
  const images = view.images()[Symbol.asyncIterator]();
  const histories = view.histories()[Symbol.asyncIterator]();
  let [image, history] = await Promise.all([images.next(), histories.next()]);
  while (image.done !== true || history.done !== true) {
    const order = compareIds(
      image.done ? undefined : image.value.id,
      history.done ? undefined : history.value.id,
    );
    const [stored, told] = [image, history];
    if (order <= 0) image = await images.next();
    if (order >= 0) history = await histories.next();
    yield [
      {
        id: order <= 0 ? stored.value!.id : told.value!.id,
        image: order <= 0 ? stored.value : undefined,
        events: order >= 0 ? told.value!.events : NONE,
      },
    ];
  }
}

const NONE: readonly Event[] = [];

/** Which comes first, null before all; undefined: there is no more on this side. */
function compareIds(one: string | undefined, other: string | null | undefined): number {
  if (one === other) return 0;
  if (one === undefined || other === null) return 1;
  return other === undefined || one < other ? -1 : 1;
}
