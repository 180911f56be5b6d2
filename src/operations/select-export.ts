import { isTombstone } from '../domain/canonical-json.ts';
import { JitError } from '../domain/errors.ts';
import { reach } from '../domain/graph.ts';
import type { Issue } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import type { View } from '../store/store.ts';
import { resolveIssue } from './resolve.ts';
import type { Session } from './session.ts';

/** The issues to export, in the order of their ids: all, or one with everything it needs. */
export const selectForExport = (session: Session, id: string | null): Promise<readonly Row[]> =>
  session.store.read((view) => selectRows(view, id));

/** Takes issues one after another while the store is read. */
export interface RowSink {
  /** So many will come. What came before does not count: the reading has begun anew, because somebody changed the store. */
  start(count: number): void;
  /** What it returns is waited for. */
  row(row: Row<Issue>): Promise<void> | undefined;
}

/**
 * Hands the issues to export to a sink, whole, in the order of their ids; returns how many. Only their heads are kept. Throws
 * CORRUPT_FILE for a file that was damaged since it was listed.
 */
export const exportRows = (session: Session, id: string | null, sink: RowSink): Promise<number> =>
  session.store.read(async (view) => {
    const rows = await selectRows(view, id);
    sink.start(rows.length);
    let next = 0;
    for await (const image of view.images()) {
      const row = rows[next];
      if (row === undefined) break;
      if (row.issue.id > image.id) continue;
      if (row.issue.id !== image.id || isTombstone(image)) break;
      const pause = sink.row({ ...row, issue: image });
      if (pause !== undefined) await pause;
      next += 1;
    }
    const lost = rows[next];
    if (lost === undefined) return rows.length;
    // It says what is wrong with the file, if anything is.
    await view.get(lost.issue.id);
    throw new JitError('CORRUPT_FILE', `the file of ${lost.issue.id} was changed while it was exported`, {
      details: { id: lost.issue.id },
      hint: 'do it again',
    });
  });

async function selectRows(view: View, id: string | null): Promise<readonly Row[]> {
  const { rows } = await view.select({ where: { op: 'all' }, sort: ['id'] });
  if (id === null) return rows;
  const { id: start } = await resolveIssue(view, id);
  const wanted = new Set(reach(await view.graph(), start, 'needs').map((visit) => visit.id));
  return rows.filter(({ issue }) => wanted.has(issue.id));
}
