import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RULES } from '../../../src/domain/merge/decision.ts';
import { STAGES, STATE_TABLE, type Stage, standing } from '../../../src/domain/merge/state-table.ts';
import { REPAIRS } from '../../../src/domain/repair/mend-store.ts';

const page = readFileSync(new URL('../../../docs/merge.md', import.meta.url), 'utf8');

/** What the page has between the marks of this name. */
function drawn(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\n([^]*?)<!-- /${name} -->`).exec(page);
  return found?.[1] ?? `no <!-- ${name} --> in docs/merge.md`;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('');

const shown = (stage: Stage): string => {
  if (stage === 'as_before') return 'as before';
  return stage === 'unstarted' ? 'not started' : `\`${stage}\``;
};

test('docs/merge.md has the rules as the code has them', () => {
  const rules = Object.entries(RULES).map(([rule, says]) => [`\`${rule}\``, says]);
  expect(drawn('rules')).toBe(table(['rule', ''], rules));
});

test('docs/merge.md draws the states as the code decides them', () => {
  const matrix = STAGES.map((one) => [
    `**${shown(one)}**`,
    ...STAGES.map((other) => (one === other ? '·' : shown(standing(one, other)))),
  ]);
  const reasons = STATE_TABLE.map(({ between: [one, other], stands, because }) => [
    shown(one),
    shown(other),
    shown(stands),
    because,
  ]);
  expect(drawn('states')).toBe(
    [
      table(['one side / the other', ...STAGES.map(shown)], matrix),
      table(['one side', 'the other', 'stands', 'because'], reasons),
    ].join('\n'),
  );
});

test('docs/merge.md has what a repair does as the code has it', () => {
  const repairs = Object.entries(REPAIRS).map(([code, says]) => [`\`${code}\``, says]);
  expect(drawn('repairs')).toBe(table(['problem', 'what `validate --fix --yes` does'], repairs));
});
