import fc from 'fast-check';
import { type Issue, newIssue, STATES, type State } from '../../src/domain/issue.ts';
import type { Row } from '../../src/domain/query.ts';
import { type RowFormat, RowText } from '../../src/render/export/row-text.ts';

export const NOW = '2025-12-01T12:00:00.000Z';

/** A full id with this number in its last characters. */
export const idOf = (number: number): string => `01JDXSAMPLE0000000${String(number).padStart(8, '0')}`;

/** A row of an issue with these fields; unsatisfied dependencies are those that are given as blocking. */
export function rowOf(
  number: number,
  fields: Partial<Issue> = {},
  blockedBy: readonly string[] = [],
): Row<Issue> {
  const issue = newIssue({ id: idOf(number), title: `Issue ${number}`, created_by: 'human:alice', now: NOW });
  const whole = { ...issue, ...fields };
  return { issue: whole, state: whole.state, blockedBy };
}

/** What is written of these rows, in the pieces in which it is. */
export function writtenAs(format: RowFormat, rows: readonly Row<Issue>[]): readonly string[] {
  let pieces: string[] = [];
  const sink = {
    write: (text: string) => void pieces.push(text),
    clear: () => {
      pieces = [];
    },
  };
  const text = new RowText(format, sink);
  // As where the store was changed while it was read.
  text.start(7);
  for (const row of rows) text.row(row);
  text.start(rows.length);
  for (const row of rows) text.row(row);
  text.end();
  return pieces;
}

/** Texts that try to be something else than text: in a terminal, Mermaid, DOT, CSV, HTML, Markdown. */
const PAYLOADS = [
  '"',
  '"]',
  '"]; click iX href "javascript:alert(1)"',
  "click A callback '",
  'end',
  'subgraph x',
  '--> B',
  ';',
  ';;',
  '%%',
  '%%{init: {"theme":"dark"}}%%',
  '%% comment',
  '---\ntitle: x\n---',
  '#quot;',
  '#35;',
  '&quot;',
  '&amp;#34;',
  'ﬂ°°34¶ß',
  'ﬂ°quot¶ß',
  '`markdown`',
  '**bold**',
  '$$x^2$$',
  'fa:fa-car',
  'style x fill:#fff;',
  'classDef ready fill:#f00;',
  ':::done',
  '@{ shape: circle }',
  '<script>alert(1)</script>',
  '<b x="y">',
  '<br/>',
  '<!--',
  '\\',
  '\\"',
  '\\N\\G\\l',
  '\\\\"',
  '];}\n',
  '//',
  '/* */',
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '=HYPERLINK("x")',
  ',',
  '\r\n',
  '\t',
  '|',
  '[x](javascript:alert(1))',
  '![x](y)',
  'https://example.com/?a=b&c=d',
  'www.example.com',
  'a@example.com',
  '# heading',
  '1. list',
  '2) list',
  '- list',
  '+ list',
  '> quote',
  '```',
  '~~~',
  '~~gone~~',
  '_em_',
  '[^1]',
  '- [ ] task',
  '&lt;',
  '\x1b[31m',
  '\u009b2J',
  '\u202e',
  '\u200b',
  '\ud800',
  '漢字',
  'ß°¶',
  '👩‍💻',
  '__proto__',
  'constructor',
  '    four',
  '====',
  '| --- |',
];

/** Titles made of payloads and of anything else that a string can hold; never empty. */
export const hostileTitle: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...PAYLOADS) },
      { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
      { weight: 1, arbitrary: fc.constantFrom(' ', 'a', 'word', '1') },
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.join('').slice(0, 200))
  .filter((title) => title !== '');

/** Graphs of up to `most` issues with hostile titles, each depending only on later ones, and sometimes on one that is not there. */
export const hostileRows = (most: number): fc.Arbitrary<readonly Row<Issue>[]> =>
  fc
    .array(
      fc.record({
        title: hostileTitle,
        state: fc.constantFrom<State>(...STATES),
        needs: fc.array(fc.integer({ min: 1, max: most + 1 }), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: most, size: 'max' },
    )
    .map((drafts) =>
      drafts.map(({ title, state, needs }, number) => {
        const dependencies = [...new Set(needs.map((step) => idOf(number + step)))].sort();
        return rowOf(number, { title, state, dependencies });
      }),
    );

/** The edges between the rows themselves, as `needed>dependent` by title-free ids. */
export function edgesWithin(rows: readonly Row[]): readonly string[] {
  const ids = new Set(rows.map(({ issue }) => issue.id));
  return rows
    .flatMap(({ issue }) => issue.dependencies.filter((id) => ids.has(id)).map((id) => `${id}>${issue.id}`))
    .sort();
}

/** A chain of issues: each needs the one before. */
export const chainOf = (length: number): readonly Row<Issue>[] =>
  Array.from({ length }, (_, i) => rowOf(i, i === 0 ? {} : { dependencies: [idOf(i - 1)] }));
