import { ref } from '../../domain/issue.ts';
import { joinLines, type Page, stateTone, type Tone } from '../style.ts';
import { safeLine } from '../terminal-text.ts';
import type { Part } from './sentences.ts';
import { countHeadings, rulesOf, sectionsOf, sideName, type ToldReview } from './tell.ts';

/** A review for people. What was taken out of a text stands in `[-…-]`, what was put in in `{+…+}`. */
export function renderReview(review: ToldReview, { style }: Page): string {
  const line = (parts: readonly Part[]): string => parts.map((part) => paint(part, style)).join('');
  const lines = [
    `${style.paint('strong', countHeadings(review))}  ${style.paint('faint', safeLine(`${sideName(review.before)} → ${sideName(review.after)}`))}`,
  ];
  for (const { title, entries } of sectionsOf(review)) {
    lines.push('', `${title}:`);
    for (const { review: of, sentences } of entries) {
      lines.push(
        `  ${style.paint('strong', ref(of.id))}  ${style.paint(stateTone(of.after ?? 'archived'), of.after ?? 'gone')}  ${safeLine(of.title)}`,
        ...sentences.map((parts) => `    - ${line(parts)}`),
      );
    }
  }
  const rules = rulesOf(review);
  if (rules.length > 0) lines.push('', 'Rules:', ...rules.map((parts) => `  - ${line(parts)}`));
  if (review.unread.length > 0) {
    lines.push('', 'Cannot be read:');
    for (const { side, message } of review.unread) lines.push(`  - ${side}: ${safeLine(message)}`);
  }
  return joinLines(lines);
}

const TONES: Readonly<Record<Part['as'], Tone | null>> = {
  word: null,
  quote: null,
  removed: 'bad',
  added: 'good',
};

function paint({ as, text }: Part, style: Page['style']): string {
  const safe = safeLine(text);
  const marked = as === 'removed' ? `[-${safe}-]` : as === 'added' ? `{+${safe}+}` : safe;
  return style.paint(TONES[as], marked);
}
