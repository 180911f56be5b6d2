import { canonicalIssue } from '../../domain/canonical-json.ts';
import type { Issue } from '../../domain/issue.ts';
import type { Row } from '../../domain/query.ts';
import { formatJson } from '../json-text.ts';
import { extract, inChunks } from './extract.ts';

/** These issues, one JSON object a line, as they are stored but with the derived state, in chunks. */
export const exportJsonl = (rows: readonly Row<Issue>[]): Generator<string> =>
  inChunks(linesOf(extract(rows).rows));

function* linesOf(rows: readonly Row<Issue>[]): Generator<string> {
  for (const { issue, state } of rows) yield `${formatJson(canonicalIssue({ ...issue, state }))}\n`;
}
