import { type Issue, ref } from '../../domain/issue.ts';
import type { Row } from '../../domain/query.ts';
import { gateVerdict } from '../../domain/readiness.ts';
import { safeLine, safeText } from '../terminal-text.ts';
import type { RowFormat } from './row-text.ts';

/** The columns, in order. Several values stand in one field: labels by commas, ids and gates by spaces. */
const COLUMNS: Readonly<Record<string, (row: Row<Issue>) => string | null>> = {
  id: ({ issue }) => issue.id,
  ref: ({ issue }) => ref(issue.id),
  title: ({ issue }) => safeLine(issue.title),
  state: ({ state }) => state,
  priority: ({ issue }) => issue.priority,
  assignee: ({ issue }) => issue.assignee,
  labels: ({ issue }) => issue.labels.join(','),
  milestone: ({ issue }) => issue.milestone,
  dependencies: ({ issue }) => issue.dependencies.join(' '),
  blocked_by: ({ blockedBy }) => blockedBy.join(' '),
  gates: ({ issue }) => gatesText(issue),
  hold: ({ issue }) => issue.hold?.reason ?? null,
  resolution: ({ issue }) => issue.resolution,
  created_by: ({ issue }) => issue.created_by,
  updated_at: ({ issue }) => issue.updated_at,
  completed_at: ({ issue }) => issue.completed_at,
  description: ({ issue }) => issue.description,
};

const NAMES = Object.keys(COLUMNS).join(',');
const FIELDS = Object.values(COLUMNS);

/** The issues as CSV (RFC 4180, with a header, lines end with CRLF). Null is an empty field. */
export const CSV: RowFormat = {
  start: () => `${NAMES}\r\n`,
  row: (row) => `${FIELDS.map((column) => formatField(column(row) ?? '')).join(',')}\r\n`,
  between: '',
  end: () => '',
};

const gatesText = (issue: Issue): string =>
  issue.gates_required.map((key) => `${key}:${gateVerdict(issue, key)}`).join(' ');

// A spreadsheet takes a field for a formula when it begins with one of these (OWASP, CSV injection);
// the wide forms count too. A quote in front makes it text.
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/** A text as a field: safe to print, no formula, quoted where it must be. */
export function formatField(text: string): string {
  const harmless = FORMULA.test(text) ? `'${safeText(text)}` : safeText(text);
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
