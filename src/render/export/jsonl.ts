import { canonicalIssue } from '../../domain/canonical-json.ts';
import { formatJson } from '../json-text.ts';
import type { RowFormat } from './row-text.ts';

/** The issues, one JSON object a line, as they are stored but with the derived state. */
export const JSONL: RowFormat = {
  start: () => '',
  row: ({ issue, state }) => `${formatJson(canonicalIssue({ ...issue, state }))}\n`,
  between: '',
  end: () => '',
};
