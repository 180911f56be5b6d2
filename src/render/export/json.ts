import { fullIssue } from '../documents.ts';
import { formatJson } from '../json-text.ts';
import type { RowFormat } from './row-text.ts';

/** One JSON document with the issues in full, one issue a line: the same as `jit list --all --full --json` prints. */
export const jsonFormat = (schemaVersion: number): RowFormat => ({
  start: (count) =>
    `{"schema_version":${schemaVersion},"kind":"issue-list","count":${count},"total":${count},"truncated":false,"issues":[${count === 0 ? '' : '\n'}`,
  row: (row) => formatJson(fullIssue(row)),
  between: ',\n',
  end: (count) => (count === 0 ? ']}\n' : '\n]}\n'),
});
