import type { Issue } from '../../domain/issue.ts';
import type { Row } from '../../domain/query.ts';
import { fullIssue } from '../documents.ts';
import { formatJson } from '../json-text.ts';
import { extract, inChunks } from './extract.ts';

/**
 * One JSON document with these issues in full, one issue a line, in chunks:
 * the same as `jit list --all --full --json` prints.
 */
export const exportJson = (rows: readonly Row<Issue>[], schemaVersion: number): Generator<string> =>
  inChunks(linesOf(extract(rows).rows, schemaVersion));

function* linesOf(rows: readonly Row<Issue>[], schemaVersion: number): Generator<string> {
  yield `{"schema_version":${schemaVersion},"kind":"issue-list","count":${rows.length},"total":${rows.length},"truncated":false,"issues":[`;
  let separator = '\n';
  for (const row of rows) {
    yield `${separator}${formatJson(fullIssue(row))}`;
    separator = ',\n';
  }
  yield rows.length === 0 ? ']}\n' : '\n]}\n';
}
