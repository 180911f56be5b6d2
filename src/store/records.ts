import type { Event } from '../domain/issue.ts';
import type { IssueRecord, View } from './store.ts';

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
