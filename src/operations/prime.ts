import type { Actor } from '../domain/identity.ts';
import { actorIs } from '../domain/identity.ts';
import type { Row } from '../domain/query.ts';
import type { Session } from './session.ts';
import { readStatus, type Status } from './status.ts';

/** What a worker needs to know at the start. */
export interface Primer {
  readonly actor: Actor;
  readonly status: Status;
  /** What the actor is working on. */
  readonly mine: readonly Row[];
}

/** Who I am here, what I hold, and what is waiting. */
export async function prime(session: Session): Promise<Primer> {
  const status = await readStatus(session);
  const { actor } = session;
  const mine = [...status.inProgress, ...status.gated].filter(
    ({ issue }) => issue.assignee !== null && actorIs(actor, issue.assignee),
  );
  return { actor, status, mine };
}
