import { ref } from '../../domain/issue.ts';
import type { Row } from '../../domain/query.ts';
import { escapeMarkdown } from '../export/markdown.ts';
import { exportMermaid } from '../export/mermaid.ts';
import { safeLine } from '../terminal-text.ts';
import type { Part } from './sentences.ts';
import { countHeadings, rulesOf, sectionsOf, sideName, type ToldReview } from './tell.ts';

/** GitHub takes 65,536 characters in a comment; GitLab more. What is beyond is counted, not shown. */
const MOST_CHARACTERS = 60_000;
/** A drawing of more issues is no help, and renderers refuse it. */
const MOST_DRAWN = 60;

/** A review as a comment on a pull request: what happened, and a drawing of the issues concerned with what they need. */
export function renderReviewMarkdown(review: ToldReview): string {
  const drawing = drawingOf(review);
  const writer = new Writer(MOST_CHARACTERS - drawing.length);
  writer.add(`## Issues: ${countHeadings(review)}\n`);
  writer.add(`\n${between(review)}\n`);
  for (const { title, entries } of sectionsOf(review)) {
    const heading = `\n### ${title}\n\n`;
    let first = true;
    for (const { review: of, sentences } of entries) {
      const items = sentences.map((parts) => `  - ${parts.map(escapePart).join('')}\n`).join('');
      const entry = `- **${ref(of.id)}** ${escapeMarkdown(of.title)} (${state(of)})\n${items}`;
      if (writer.addOrCount(first ? heading + entry : entry)) first = false;
    }
  }
  if (writer.left > 0) writer.close(`\n${writer.left} more issues are not shown; \`jit diff\` shows all.\n`);
  const rules = rulesOf(review).map((parts) => `- ${parts.map(escapePart).join('')}\n`);
  if (rules.length > 0) writer.close(`\n### Rules\n\n${cut(rules)}`);
  const unread = review.unread.map(({ side, message }) => `- ${side}: ${escapeMarkdown(message)}\n`);
  if (unread.length > 0) writer.close(`\n### Cannot be read\n\n${cut(unread)}`);
  return writer.text + drawing;
}

const between = ({ before, after }: ToldReview): string =>
  `From ${escapeMarkdown(sideName(before))} to ${escapeMarkdown(sideName(after))}.`;

const state = ({
  before,
  after,
}: {
  readonly before: string | null;
  readonly after: string | null;
}): string => {
  const [from, to] = [before ?? 'new', after ?? 'gone'].map(escapeMarkdown);
  return from === to ? to! : `${from} → ${to}`;
};

/** Most lines of a list that is not of issues. */
const MOST_LINES = 20;

const cut = (lines: readonly string[]): string =>
  lines.slice(0, MOST_LINES).join('') +
  (lines.length > MOST_LINES ? `- and ${lines.length - MOST_LINES} more\n` : '');

/** Whatever stands in a text, it is text; HTML marks what was taken out and put in, whatever blanks are at its ends. */
function escapePart({ as, text }: Part): string {
  if (as === 'word') return text;
  const [, start, middle, end] = /^(\s*)(.*?)(\s*)$/su.exec(text) as unknown as readonly string[];
  const spaced = `${blanks(start!)}${escapeMarkdown(middle!)}${blanks(end!)}`;
  if (as === 'quote') return spaced;
  return as === 'removed' ? `<del>${spaced}</del>` : `<ins>${spaced}</ins>`;
}

// A line break would end the list: it is spelled out.
const blanks = (text: string): string => safeLine(text).replaceAll('\\', '\\\\');

function drawingOf({ issues, neighbours }: ToldReview): string {
  const shown = issues.flatMap(({ after, issue }) => (after === null ? [] : [issue]));
  const all = [...shown, ...neighbours.values()];
  const drawn = new Set(all.map(({ id }) => id));
  // Without an arrow it would only repeat the list.
  if (!all.some(({ dependencies }) => dependencies.some((id) => drawn.has(id)))) return '';
  if (all.length > MOST_DRAWN) return `\n${all.length} issues are too many to draw.\n`;
  const rows = all.map((issue): Row => ({ issue, state: issue.state, blockedBy: [] }));
  const diagram = [...exportMermaid(rows)].join('');
  return `\n<details><summary>What needs what</summary>\n\n\`\`\`mermaid\n${diagram}\`\`\`\n\n</details>\n`;
}

/** Puts text together up to a length. */
class Writer {
  text = '';
  /** Entries that had no room. */
  left = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(text: string): void {
    this.text += text;
  }

  /** false: there was no room. */
  addOrCount(text: string): boolean {
    if (this.left > 0 || this.text.length + text.length > this.#most) {
      this.left += 1;
      return false;
    }
    this.text += text;
    return true;
  }

  /** What is said in any case: it is short. */
  close(text: string): void {
    this.text += text;
  }
}
