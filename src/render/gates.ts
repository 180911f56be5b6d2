import type { GateDefinition, GateRegistry, IssueHead } from '../domain/issue.ts';
import { gateDefinition, gateVerdict } from '../domain/readiness.ts';
import { ago } from './ago.ts';
import { joinLines, type Page, verdictTone } from './style.ts';
import { type Column, layOutTable } from './table.ts';
import { safeLine, safeText } from './terminal-text.ts';

const COLUMNS: readonly Column[] = [
  { name: 'KEY' },
  { name: 'STAGE' },
  { name: 'BY' },
  { name: 'TITLE', flexible: true },
];

/** The gates that are defined, by key: a table on a terminal, elsewhere `KEY  stage  auto|manual  title`. */
export function renderGates(gates: GateRegistry, page: Page): string {
  const rows = Object.keys(gates)
    .sort()
    .map((key) => {
      const gate = gates[key]!;
      return [key, gate.stage ?? 'postcheck', passedBy(gate), gate.title].map((text) => ({
        text: safeLine(text),
      }));
    });
  if (rows.length === 0) return '';
  if (page.columns === null) return joinLines(rows.map((row) => row.map(({ text }) => text).join('  ')));
  return joinLines(layOutTable(COLUMNS, rows, page));
}

/** One gate in full. */
export function renderGate(gate: GateDefinition, { style }: Page): string {
  const lines = [
    `${style.paint('strong', safeLine(gate.key))}  ${safeLine(gate.title)}`,
    `stage: ${gate.stage ?? 'postcheck'}`,
    `passed by: ${passedBy(gate)}`,
  ];
  if (gate.checker !== undefined) lines.push(`checker: ${safeLine(JSON.stringify(gate.checker))}`);
  if (gate.example_integration !== undefined) lines.push(`example: ${safeLine(gate.example_integration)}`);
  if (gate.description !== '') lines.push('', safeText(gate.description));
  return joinLines(lines);
}

const passedBy = (gate: GateDefinition): string => (gate.auto ? 'auto' : 'manual');

/** How each required gate of an issue stands: `key  status  title  (who, when: why)`. Empty where none is required. */
export const renderGateStatus = (issue: IssueHead, gates: GateRegistry, now: string, page: Page): string =>
  joinLines(gateLines(issue, gates, now, page));

/** How many characters of a commit are shown. */
const SHORT_COMMIT = 10;

/** The lines of `renderGateStatus`. */
export function gateLines(
  issue: IssueHead,
  gates: GateRegistry,
  now: string,
  { style }: Page,
): readonly string[] {
  const longest = issue.gates_required.reduce((most, key) => Math.max(most, key.length), 0);
  return issue.gates_required.map((key) => {
    const verdict = gateVerdict(issue, key);
    const definition = gateDefinition(gates, key);
    const words = [
      safeLine(key).padEnd(longest),
      style.paint(verdictTone(verdict), verdict.padEnd('pending'.length)),
      definition === undefined ? 'not defined' : `${safeLine(definition.title)} (${passedBy(definition)})`,
    ];
    const status = Object.hasOwn(issue.gates_status, key) ? issue.gates_status[key] : undefined;
    if (status !== undefined) {
      const who = status.updated_by === null ? '' : `${safeLine(status.updated_by)}, `;
      const at = status.commit === undefined ? '' : `, at ${safeLine(status.commit.slice(0, SHORT_COMMIT))}`;
      words.push(style.paint('faint', `${who}${ago(status.updated_at, now)}${at}`));
      if (status.reason !== undefined) words.push(safeLine(status.reason));
    }
    return words.join('  ');
  });
}
