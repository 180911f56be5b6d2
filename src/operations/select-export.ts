import { reach } from '../domain/graph.ts';
import type { Issue } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { resolveIssue } from './resolve.ts';
import { wholeRows } from './rows.ts';
import type { Session } from './session.ts';

/** The issues to export, in the order of their ids: all, or one with everything it needs. */
export const selectForExport = (session: Session, id: string | null): Promise<readonly Row<Issue>[]> =>
  session.store.read(async (view) => {
    const { rows } = await view.select({ where: { op: 'all' }, sort: ['id'] });
    if (id === null) return wholeRows(view, rows);
    const { id: start } = await resolveIssue(view, id);
    const wanted = new Set(reach(await view.graph(), start, 'needs').map((visit) => visit.id));
    return wholeRows(
      view,
      rows.filter(({ issue }) => wanted.has(issue.id)),
    );
  });
