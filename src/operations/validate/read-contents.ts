import type { Event, GateRegistry } from '../../domain/issue.ts';
import type { Contents } from '../../domain/repair/repair.ts';
import type { View } from '../../store/store.ts';
import { wholeRows } from '../rows.ts';
import type { Session } from '../session.ts';
import { readableGates } from './readable-gates.ts';

/** All of a store; `gates` null where they cannot be read. */
export type ReadContents = Omit<Contents, 'gates'> & { readonly gates: GateRegistry | null };

/** Reads all of a store. */
export async function readContents(
  view: View,
  { clock, digest }: Pick<Session, 'clock' | 'digest'>,
): Promise<ReadContents> {
  const { rows } = await view.select({ where: { op: 'all' }, sort: ['id'] });
  const events: Event[] = [];
  for await (const event of view.events({})) events.push(event);
  const errors = view.problems().filter(({ severity }) => severity === 'error');
  return {
    images: [...(await wholeRows(view, rows)).map(({ issue }) => issue), ...(await view.tombstones())],
    unreadable: new Set(errors.flatMap(({ id }) => (id === null ? [] : [id]))),
    gates: await readableGates(view),
    events,
    logIsWhole: !errors.some(({ file }) => file?.endsWith('events.jsonl') === true),
    now: clock.now(),
    digest,
  };
}
