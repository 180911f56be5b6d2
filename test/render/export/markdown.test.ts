import fc from 'fast-check';
import { lexer, type Token, type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../../src/domain/query.ts';
import { escapeMarkdown, exportMarkdown } from '../../../src/render/export/markdown.ts';
import { safeLine } from '../../../src/render/terminal-text.ts';
import { hostileRows, idOf, rowOf } from '../rows.ts';

const textOf = (rows: readonly Row[]): string => [...exportMarkdown(rows)].join('');

/** The text of inline tokens; throws at anything but text, so that no markup hides in it. */
function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'text' || token.type === 'escape') {
        const nested = (token as Tokens.Text).tokens;
        return nested === undefined ? (token as Tokens.Text).text : plain(nested);
      }
      throw new Error(`${token.type} in ${JSON.stringify(token.raw)}`);
    })
    .join('');
}

const collapsed = (text: string): string => text.replace(/\s+/g, ' ').trim();

describe('exportMarkdown', () => {
  it('reports counts, a table for each state that occurs, and dependencies', () => {
    const text = textOf([
      rowOf(1, { title: 'Login | page', state: 'done' }),
      rowOf(2, {
        state: 'in_progress',
        assignee: 'agent:a_1',
        labels: ['area:cli'],
        dependencies: [idOf(1), idOf(7)],
      }),
    ]);
    expect(text).toBe(`# Issues

2 issues.

| State | Count |
| --- | ---: |
| In progress | 1 |
| Gated | 0 |
| Ready | 0 |
| Backlog | 0 |
| Done | 1 |
| Archived | 0 |

## In progress

| Ref | Priority | Assignee | Title | Labels |
| --- | --- | --- | --- | --- |
| 00000002 | normal | agent\\:a\\_1 | Issue 2 | area\\:cli |

## Done

| Ref | Priority | Assignee | Title | Labels |
| --- | --- | --- | --- | --- |
| 00000001 | normal |  | Login \\| page |  |

## Dependencies

- 00000002 Issue 2 needs
  - 00000001 Login \\| page (done)
`);
  });

  it.each([
    '# not a heading',
    '1. not a list',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    'https://example.com and www.example.com and a@example.com',
    '&lt;b&gt; &copy;',
    '`code` ~~gone~~ **bold** _em_ \\',
  ])('shows %j as it is', (title) => {
    const [paragraph, ...rest] = lexer(`x ${escapeMarkdown(title)}`) as Tokens.Paragraph[];
    expect(rest).toEqual([]);
    expect(plain(paragraph!.tokens)).toBe(`x ${title}`);
    const [start] = lexer(escapeMarkdown(title)) as Tokens.Paragraph[];
    expect([start!.type, plain(start!.tokens)]).toEqual(['paragraph', title]);
  });

  it('shows every hostile title as it is, in its table and nowhere else', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(hostileRows(25), (rows) => {
        const tokens = lexer(textOf(rows));
        const tables = tokens.filter((token): token is Tokens.Table => token.type === 'table').slice(1);
        const shown = tables.flatMap(({ rows: cells }) =>
          cells.map((cell) => [plain(cell[0]!.tokens), collapsed(plain(cell[3]!.tokens))]),
        );
        expect(shown.sort()).toEqual(
          rows.map(({ issue }) => [issue.id.slice(-8), collapsed(safeLine(issue.title))]).sort(),
        );
        const states = new Set(rows.map(({ state }) => state)).size;
        expect(tables.length).toBe(states);
        expect(tokens.filter(({ type }) => type === 'heading').length).toBeLessThanOrEqual(states + 2);
        expect(tokens.filter(({ type }) => type === 'html' || type === 'code' || type === 'hr')).toEqual([]);
        for (const list of tokens.filter((token): token is Tokens.List => token.type === 'list')) {
          for (const item of list.items) {
            const [title, below] = item.tokens as [Tokens.Text, Tokens.List];
            plain(title.tokens!);
            for (const {
              tokens: [needed],
            } of below.items)
              plain((needed as Tokens.Text).tokens!);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
