import { type Check, needsAction } from '../domain/health/check.ts';
import { joinLines, type Page, type Tone } from './style.ts';
import { safeLine } from './terminal-text.ts';

const TONES: Readonly<Record<Check['status'], Tone>> = {
  ok: 'good',
  warning: 'waiting',
  error: 'bad',
  skipped: 'faint',
};

const WIDTHS = { status: 'skipped'.length, check: 'filesystem'.length };

/** One line a check, below it what was found and the command that mends it, and at the end what needs action. */
export function renderChecks(checks: readonly Check[], { style }: Page): string {
  const lines: string[] = [];
  for (const { check, status, message, findings } of checks) {
    const sign = style.paint(TONES[status], status.padEnd(WIDTHS.status));
    lines.push(`${sign}  ${check.padEnd(WIDTHS.check)}  ${safeLine(message)}`);
    for (const finding of findings) {
      lines.push(`${INDENT}- ${safeLine(finding.message)}`);
      if (finding.fix !== null) lines.push(`${INDENT}  run: ${safeLine(finding.fix)}`);
    }
  }
  const acute = checks.filter(needsAction).map(({ check }) => check);
  lines.push('', acute.length === 0 ? 'nothing needs action' : `needs action: ${acute.join(', ')}`);
  return joinLines(lines);
}

const INDENT = ' '.repeat(WIDTHS.status + 2);

/** A check as it stands in a document. */
export const checkDocument = (check: Check) => ({ ...check, needs_action: needsAction(check) });
