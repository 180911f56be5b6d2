import { claimSettings } from '../domain/claim-settings.ts';
import { catchUp } from './catch-up.ts';
import type { Session } from './session.ts';

/**
 * Does work of several steps on issues in one turn, where all that decides is on this machine: what one step has read serves the next.
 * Where a remote decides, what other clones did is learned first, and each step has a turn of its own: nobody is to wait for somebody
 * else's contact. `work` uses the session that it is given.
 */
export async function inOneTurn<T>(
  session: Session,
  texts: readonly string[],
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const done = await session.store.inTurn(async (store) => {
    const { scope } = claimSettings(await store.read((view) => view.config()));
    return scope === 'repository' ? { result: await work({ ...session, store }) } : null;
  });
  if (done !== null) return done.result;
  await catchUp(session, texts);
  return work(session);
}
