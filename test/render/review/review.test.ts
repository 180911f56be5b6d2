import { marked } from 'marked';
import { describe, expect, test } from 'vitest';
import type { Issue } from '../../../src/domain/issue.ts';
import { type Pair, reviewIssues } from '../../../src/domain/review/review.ts';
import { renderReviewMarkdown } from '../../../src/render/review/markdown.ts';
import type { ToldReview } from '../../../src/render/review/tell.ts';
import { renderReview } from '../../../src/render/review/text.ts';
import { PIPE } from '../../../src/render/style.ts';
import { idOf, inState, issueWith, NOW } from '../../support/issues.ts';

const toldOf = (pairs: readonly Pair[], more: Partial<ToldReview> = {}): ToldReview => ({
  issues: reviewIssues(pairs, []),
  gates: [],
  config: [],
  unread: [],
  neighbours: new Map(),
  before: { name: 'main', commit: 'a'.repeat(40) },
  after: { name: 'HEAD', commit: 'b'.repeat(40) },
  ...more,
});

const passed = { status: 'passed', updated_by: 'ci:x', updated_at: NOW } as const;
const example = toldOf(
  [
    {
      id: idOf(1),
      before: issueWith(1, { ...inState('gated'), title: 'Log in' }),
      after: issueWith(1, {
        ...inState('done'),
        title: 'Log in',
        gates_required: ['review'],
        gates_status: { review: passed },
      }),
    },
    {
      id: idOf(2),
      before: 'gone',
      after: issueWith(2, { title: 'Log out', dependencies: [idOf(1), idOf(7)], state: 'backlog' }),
    },
    {
      id: idOf(3),
      before: issueWith(3, { title: 'Old words', description: 'Say hello to all.' }),
      after: issueWith(3, {
        title: 'New words',
        description: 'Say goodbye to all.',
        labels: ['docs'],
        priority: 'high',
      }),
    },
    { id: idOf(4), before: issueWith(4), after: 'gone' },
  ],
  {
    neighbours: new Map([[idOf(7), issueWith(7, { title: 'Elsewhere' })]]),
    gates: [{ key: 'review', before: { auto: false }, after: { auto: true } }],
    config: [{ key: 'claims.ttl', before: null, after: '1h' }],
    unread: [
      { side: 'after', id: idOf(5), message: '.jit/issues/x.json holds the markers of a merge conflict' },
    ],
  },
);

test('text', () => {
  expect(renderReview(example, PIPE)).toMatchInlineSnapshot(`
    "1 completed, 1 deleted, 1 created, 1 changed  main (aaaaaaaaaa) → HEAD (bbbbbbbbbb)

    Completed:
      00000001  done  Log in
        - completed
        - gate review passed by ci:x

    Deleted:
      00000004  gone  issue 4
        - deleted

    Created:
      00000002  backlog  Log out
        - created by agent:maker
        - needs 00000001 Log in
        - needs 00000007 Elsewhere

    Changed:
      00000003  ready  New words
        - priority normal → high
        - title: [-Old-]{+New+} words
        - description: Say [-hello-]{+goodbye+} to all.
        - label docs added

    Rules:
      - gate review changed: [-{"auto":false}-] {+{"auto":true}+}
      - setting claims.ttl set: {+"1h"+}

    Cannot be read:
      - after: .jit/issues/x.json holds the markers of a merge conflict
    "
  `);
});

test('Markdown', () => {
  expect(renderReviewMarkdown(example)).toMatchInlineSnapshot(`
    "## Issues: 1 completed, 1 deleted, 1 created, 1 changed

    From main \\(aaaaaaaaaa\\) to HEAD \\(bbbbbbbbbb\\).

    ### Completed

    - **00000001** Log in (gated → done)
      - completed
      - gate review passed by ci\\:x

    ### Deleted

    - **00000004** issue 4 (ready → gone)
      - deleted

    ### Created

    - **00000002** Log out (new → backlog)
      - created by agent\\:maker
      - needs 00000001 Log in
      - needs 00000007 Elsewhere

    ### Changed

    - **00000003** New words (ready)
      - priority normal → high
      - title: <del>Old</del><ins>New</ins> words
      - description: Say <del>hello</del><ins>goodbye</ins> to all.
      - label docs added

    ### Rules

    - gate review changed: <del>\\{\\"auto\\"\\:false\\}</del> <ins>\\{\\"auto\\"\\:true\\}</ins>
    - setting claims.ttl set: <ins>\\"1h\\"</ins>

    ### Cannot be read

    - after: .jit/issues/x.json holds the markers of a merge conflict

    <details><summary>What needs what</summary>

    \`\`\`mermaid
    flowchart TD
      %% An arrow leads from an issue to the issues that need it.
      classDef backlog fill:#eceff1,stroke:#78909c,color:#212121
      classDef ready fill:#e3f2fd,stroke:#1e88e5,color:#212121
      classDef in_progress fill:#fff8e1,stroke:#ffa000,color:#212121
      classDef gated fill:#f3e5f5,stroke:#8e24aa,color:#212121
      classDef done fill:#e8f5e9,stroke:#43a047,color:#212121
      classDef archived fill:#fafafa,stroke:#bdbdbd,color:#212121
      i00000001["Log in"]:::done
      i00000002["Log out"]:::backlog
      i00000003["New words"]:::ready
      i00000007["Elsewhere"]:::ready
      i00000001 --> i00000002
      i00000007 --> i00000002
    \`\`\`

    </details>
    "
  `);
});

test('nothing', () => {
  expect(renderReview(toldOf([]), PIPE)).toBe('no issue differs  main (aaaaaaaaaa) → HEAD (bbbbbbbbbb)\n');
  expect(renderReviewMarkdown(toldOf([]))).toBe(
    '## Issues: no issue differs\n\nFrom main \\(aaaaaaaaaa\\) to HEAD \\(bbbbbbbbbb\\).\n',
  );
});

const HOSTILE = [
  '<script>alert(1)</script><img src=x onerror=y>',
  '[click](javascript:alert(1)) ![x](http://e.example/x)',
  '@everyone #1 GH-1 http://evil.example www.evil.example a@b.example',
  '`code` **bold** _it_ ~~del~~ | cell | $math$',
  '</details></summary>```\n# heading\n- item\n> quote\n---\n<!-- comment',
  '%%{init: {"x":1}}%% end click A "javascript:x" :::done --> B',
  '\u001b[31mred\u001b]0;title\u0007 \u202eevil \u200b \u0000\r\u2028',
];

describe.each(HOSTILE)('%j', (text) => {
  const title = text.replace(/[\p{Cc}\u2028]/gu, ' ').slice(0, 200);
  const fields: Partial<Issue> = {
    title,
    description: text,
    labels: [text],
    context: { [text]: text },
    dependencies: [idOf(2)],
    comments: [{ id: idOf(9), author: text, at: NOW, body: text }],
    gates_required: [text],
    gates_status: { [text]: { status: 'failed', updated_by: text, updated_at: NOW, reason: text } },
    hold: { reason: text },
  };
  const hostile = toldOf(
    [
      { id: idOf(1), before: issueWith(1, { title: 'x', description: 'y' }), after: issueWith(1, fields) },
      { id: idOf(2), before: 'gone', after: issueWith(2, fields) },
    ],
    {
      before: { name: text, commit: null },
      gates: [{ key: text, before: text, after: { [text]: text } }],
      unread: [{ side: 'before', id: null, message: text }],
    },
  );

  test('commands no terminal', () => {
    expect(renderReview(hostile, PIPE)).not.toMatch(/(?!\n)\p{Cc}|[\u200b\u202a-\u202e\u2028]/u);
  });

  test('is no markup', () => {
    const markdown = renderReviewMarkdown(hostile);
    const html = marked.parse(markdown, { async: false, gfm: true });
    const tags = new Set([...html.matchAll(/<\/?([a-zA-Z!][^\s>/]*)/g)].map(([, tag]) => tag));
    for (const tag of [
      'p',
      'h2',
      'h3',
      'ul',
      'li',
      'strong',
      'ins',
      'del',
      'details',
      'summary',
      'pre',
      'code',
    ])
      tags.delete(tag);
    expect([...tags]).toEqual([]);
    expect(html.match(/<h[1-6]/g)?.length).toBe(markdown.match(/^#+ /gm)?.length);
    expect(html.match(/<pre>/g)).toHaveLength(1);
    expect(html.match(/<details>/g)).toHaveLength(1);
  });
});

test('a comment stays below what hosts take, says what it leaves out, and draws no thicket', () => {
  const pairs = Array.from({ length: 2_000 }, (_, i): Pair => {
    const dependencies = i === 0 ? [] : [idOf(i)];
    return {
      id: idOf(i + 1),
      before: 'gone',
      after: issueWith(i + 1, { title: 't'.repeat(150), dependencies }),
    };
  });
  const markdown = renderReviewMarkdown(toldOf(pairs));
  expect(markdown.length).toBeLessThan(65_000);
  expect(markdown).toMatch(/\n\d+ more issues are not shown; `jit diff` shows all\.\n/);
  expect(markdown).toContain('2000 issues are too many to draw.');
  expect(renderReview(toldOf(pairs), PIPE).match(/tttt/g)!.length).toBeGreaterThan(2_000);
});
