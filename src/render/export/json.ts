import type { Row } from '../../domain/query.ts';
import { fullIssue } from '../documents.ts';
import { formatJson } from '../json-text.ts';
import { extract, inChunks } from './extract.ts';

/**
 * One JSON document with these issues in full, one issue a line, in chunks:
 * `{"schema_version", "kind": "export", "issues", "count"}`.
 */
export const exportJson = (rows: readonly Row[], schemaVersion: number): Generator<string> =>
  inChunks(linesOf(extract(rows).rows, schemaVersion));

function* linesOf(rows: readonly Row[], schemaVersion: number): Generator<string> {
  yield `{"schema_version":${schemaVersion},"kind":"export","count":${rows.length},"issues":[`;
  let separator = '\n';
  for (const row of rows) {
    yield `${separator}${formatJson(fullIssue(row))}`;
    separator = ',\n';
  }
  yield rows.length === 0 ? ']}\n' : '\n]}\n';
}
