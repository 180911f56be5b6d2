import type { Row } from '../domain/query.ts';
import { finishReasons, type Reason, startReasons } from '../domain/readiness.ts';
import { Draft } from './draft.ts';
import type { Session } from './session.ts';

/** An issue that cannot go on, and why. */
export interface Blocked {
  readonly row: Row;
  readonly reasons: readonly Reason[];
}

/** Every issue that cannot be started (dependencies, hold, prechecks), or was finished and waits for gates. */
export const listBlocked = (session: Session): Promise<readonly Blocked[]> =>
  session.store.read(async (view) => {
    const draft = await Draft.open(session, view);
    const { rows } = await view.select({ where: { op: 'state', in: ['backlog', 'ready', 'gated'] } });
    const blocked: Blocked[] = [];
    for (const row of rows) {
      const dependencyOf = await draft.dependencies(row.issue);
      const reasons =
        row.state === 'gated'
          ? finishReasons(row.issue, dependencyOf, draft.gates)
          : startReasons(row.issue, dependencyOf, draft.gates, draft.now);
      if (reasons.length > 0) blocked.push({ row, reasons });
    }
    return blocked;
  });
