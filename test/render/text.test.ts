import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../src/domain/graph.ts';
import type { Event, GateRegistry } from '../../src/domain/issue.ts';
import type { Row } from '../../src/domain/query.ts';
import { tree } from '../../src/domain/tree.ts';
import { ago } from '../../src/render/ago.ts';
import { renderBoard } from '../../src/render/board.ts';
import { renderEvent, renderEvents } from '../../src/render/events.ts';
import { renderGate, renderGateStatus, renderGates } from '../../src/render/gates.ts';
import { renderIssue } from '../../src/render/issue-detail.ts';
import { renderRows, renderSteps } from '../../src/render/issue-rows.ts';
import { renderReasons } from '../../src/render/reasons.ts';
import { ANSI, type Page, PIPE, PLAIN, pageFor } from '../../src/render/style.ts';
import { safeText, width } from '../../src/render/terminal-text.ts';
import { renderTree } from '../../src/render/tree.ts';
import { leaseWith } from '../support/issues.ts';
import { chainOf, hostileTitle, idOf, NOW, rowOf } from './rows.ts';

const WIDE: Page = { style: PLAIN, columns: 100 };
const NARROW: Page = { style: PLAIN, columns: 60 };

const GATES: GateRegistry = {
  review: { key: 'review', title: 'Reviewed', description: 'By a person.', auto: false },
  lint: { key: 'lint', title: 'Linted', description: '', auto: true, stage: 'precheck' },
};

describe('ago', () => {
  it.each([
    ['2025-12-01T11:57:00.000Z', '3m ago'],
    ['2025-12-01T11:59:59.500Z', 'just now'],
    ['2025-12-01T11:59:18Z', '42s ago'],
    ['2025-12-01T10:00:01.000Z', '1h ago'],
    ['2025-11-20T12:00:00.000Z', '11d ago'],
    ['2025-12-01T14:00:00.000Z', 'in 2h'],
    ['not a time\x1b', 'not a time\\x1b'],
  ])('%s is %s', (then, expected) => {
    expect(ago(then, NOW)).toBe(expected);
  });
});

describe('renderRows', () => {
  const rows = [
    rowOf(1, { title: '漢字 title', state: 'in_progress', assignee: 'agent:a1', priority: 'critical' }),
    rowOf(2, { title: 'a title that is much longer than a narrow terminal', labels: ['area:cli', 'bug'] }),
  ];

  it('is a stable line an issue where nobody looks', () => {
    expect(renderRows(rows, PIPE)).toBe(
      '00000001  in_progress  critical  agent:a1  漢字 title\n' +
        '00000002  ready  normal  -  a title that is much longer than a narrow terminal\n',
    );
    expect(renderRows([], PIPE)).toBe('');
  });

  it('is an aligned table on a terminal', () => {
    expect(renderRows(rows, WIDE)).toBe(
      `REF       STATE        PRIORITY  ASSIGNEE  TITLE                                        LABELS
00000001  in_progress  critical  agent:a1  漢字 title
00000002  ready        normal              a title that is much longer than a narrow…   area:cli bug
`,
    );
  });

  it('leaves out columns that are empty, and cuts titles to the width', () => {
    const lines = renderRows([rows[0]!, { ...rows[1]!, issue: { ...rows[1]!.issue, labels: [] } }], NARROW)
      .trimEnd()
      .split('\n');
    expect(lines[0]).not.toContain('LABELS');
    expect(lines.map(width).filter((columns) => columns > 60)).toEqual([]);
    expect(lines[2]).toMatch(/ a title that .*…$/);
  });

  it('colours without changing what is read', () => {
    const coloured = renderRows(rows, { style: ANSI, columns: 100 });
    expect(coloured).toContain('\x1b[36min_progress\x1b[0m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours themselves
    expect(coloured.replace(/\x1b\[\d+m/g, '').replace(/ +$/gm, '')).toBe(renderRows(rows, WIDE));
  });

  it('numbers steps', () => {
    const many = chainOf(10);
    expect(renderSteps(many, PIPE).split('\n')[0]).toBe(' 1. 00000000  ready  Issue 0');
    expect(renderSteps(many, PIPE).split('\n')[9]).toBe('10. 00000009  ready  Issue 9');
  });
});

describe('pageFor', () => {
  it('has colour and columns only on a terminal', () => {
    expect(pageFor({ stdout: true, color: true, columns: 90 })).toEqual({ style: ANSI, columns: 90 });
    expect(pageFor({ stdout: true, color: false, columns: 90 })).toEqual({ style: PLAIN, columns: 90 });
    expect(pageFor({ stdout: false, color: true, columns: 90 })).toEqual(PIPE);
  });
});

describe('renderIssue', () => {
  it('shows all there is, and nothing that is empty', () => {
    const row = rowOf(
      2,
      {
        title: 'Session',
        description: 'Keep it.\n\nState: done',
        state: 'backlog',
        labels: ['area:cli'],
        hold: { reason: 'after the release', until: '2025-12-02T00:00:00.000Z' },
        dependencies: [idOf(1), idOf(9)],
        gates_required: ['lint', 'review'],
        gates_status: {
          review: {
            status: 'failed',
            updated_by: 'human:bob',
            updated_at: '2025-12-01T11:00:00.000Z',
            reason: 'leaks',
          },
        },
        links: [{ type: 'parent', target: idOf(5) }],
        comments: [{ id: idOf(7), author: 'agent:a1', at: '2025-12-01T11:57:00.000Z', body: 'one\ntwo' }],
      },
      [idOf(9)],
    );
    const relations = {
      dependencies: [
        { id: idOf(1), row: rowOf(1, { state: 'done', title: 'Login' }) },
        { id: idOf(9), row: undefined },
      ],
      dependents: [rowOf(3, { title: 'Epic', state: 'backlog' })],
      linkedFrom: [
        { type: 'discovered-from' as const, row: rowOf(6, { title: 'Leak' }) },
        { type: 'parent' as const, row: rowOf(7, { title: 'Part' }) },
      ],
    };
    expect(renderIssue({ row, gates: GATES, lease: null }, relations, NOW, PIPE)).toBe(`00000002  Session
id: ${idOf(2)}
state: backlog
priority: normal
assignee: nobody
hold: after the release (until 2025-12-02T00:00:00.000Z)
labels: area:cli
created by: human:alice
updated: ${NOW} (just now)

  Keep it.

  State: done

Depends on:
  00000001  done  Login
  00000009  missing

Blocks:
  00000003  backlog  Epic

Parts:
  00000007  ready  Part

Discovered here:
  00000006  ready  Leak

Gates:
  lint    pending  Linted (auto)
  review  failed   Reviewed (manual)  human:bob, 1h ago  leaks

Links:
  parent ${idOf(5)}

Comments:
  agent:a1, 3m ago
    one
    two
`);
    expect(
      renderIssue(
        { row: rowOf(1), gates: GATES, lease: null },
        { dependencies: [], dependents: [], linkedFrom: [] },
        NOW,
        PIPE,
      ),
    ).not.toMatch(/Gates|Depends|hold|labels|\n\n/);
  });
});

describe('renderReasons', () => {
  it('names each reason and the command that clears it', () => {
    const text = renderReasons(
      [
        { type: 'dependency', id: idOf(1), title: 'Login', state: 'in_progress', resolve: 'jit a' },
        { type: 'dependency', id: idOf(2), title: null, state: 'missing', resolve: 'jit b' },
        { type: 'gate', key: 'review', status: 'pending', auto: false, resolve: 'jit c' },
        { type: 'hold', reason: 'wait', until: null, resolve: 'jit d' },
        { type: 'assignee', assignee: 'agent:a1', resolve: 'jit e' },
        { type: 'state', state: 'done', resolve: 'jit f' },
      ],
      PIPE,
    );
    expect(text).toBe(`- waits for 00000001 Login (in_progress)
    jit a
- waits for 00000002 an issue that is not there (missing)
    jit b
- needs the gate review (pending)
    jit c
- is on hold: wait
    jit d
- belongs to agent:a1
    jit e
- is done
    jit f
`);
  });
});

describe('renderBoard', () => {
  it('counts, and names what was completed last', () => {
    const counts = {
      open: 2,
      ready: 1,
      in_progress: 1,
      elsewhere: 0,
      stale: 0,
      gated: 0,
      blocked: 0,
      on_hold: 0,
      done: 5,
      archived: 0,
    };
    const board = {
      counts,
      inProgress: [rowOf(1, { state: 'in_progress', assignee: 'agent:a1' })],
      gated: [],
      recentlyCompleted: [
        rowOf(2, { state: 'done', title: 'Create user model', completed_at: '2025-12-01T11:57:00.000Z' }),
      ],
      stale: new Set<string>(),
      now: NOW,
    };
    expect(renderBoard(board, PIPE)).toBe(`Open: 2  Ready: 1  In Progress: 1  Gated: 0  Blocked: 0  Done: 5

In progress:
  - 00000001 Issue 1 (agent:a1)

Recent completions:
  - 00000002 Create user model (3m ago)
`);
    const more = { ...counts, elsewhere: 1, stale: 1, on_hold: 2, archived: 3 };
    const text = renderBoard({ ...board, counts: more, stale: new Set([idOf(1)]) }, PIPE);
    expect(text).toContain('Done: 5  Elsewhere: 1  Stale: 1  On Hold: 2  Archived: 3\n');
    expect(text).toContain('(agent:a1, stale)');
  });
});

describe('renderTree', () => {
  const draw = (rows: readonly Row[], start: string, page = PIPE): string => {
    const byId = new Map(rows.map((row) => [row.issue.id, row]));
    return renderTree(
      tree(buildGraph(rows.map(({ issue }) => issue)), start, 'needs'),
      (id) => byId.get(id),
      page,
    );
  };

  it('draws branches, and marks what was unfolded above', () => {
    const rows = [
      rowOf(1),
      rowOf(2, { dependencies: [idOf(1)] }),
      rowOf(3, { dependencies: [idOf(2)] }),
      rowOf(4, { dependencies: [idOf(2), idOf(3)] }),
    ];
    expect(draw(rows, idOf(4))).toBe(`00000004  ready  Issue 4
├─ 00000002  ready  Issue 2
│  └─ 00000001  ready  Issue 1
└─ 00000003  ready  Issue 3
   └─ 00000002  ready  Issue 2  (unfolded above)
`);
  });

  it('fits into the terminal, and shows an issue that is not known', () => {
    const rows = chainOf(40).map((row) => ({ ...row, issue: { ...row.issue, title: 'x'.repeat(200) } }));
    for (const line of draw(rows, idOf(39), WIDE).split('\n')) expect(width(line)).toBeLessThanOrEqual(100);
    const lines = [{ id: idOf(1), depth: 0, repeated: false, last: true }];
    expect(renderTree(lines, () => undefined, PIPE)).toBe('00000001  missing\n');
  });

  it('stays linear in size on a chain of 100,000', () => {
    const rows = chainOf(100_000);
    const lines = draw(rows, idOf(99_999)).trimEnd().split('\n');
    expect(lines.length).toBe(100_000);
    expect(lines[30]).toMatch(/^ {87}└─ 00099969 /);
    expect(lines[31]).toBe('[31] 00099968  ready  Issue 99968');
    expect(lines[99_999]).toBe('[99999] 00000000  ready  Issue 0');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(130);
  });
});

describe('renderEvent', () => {
  const event: Event = {
    ts: NOW,
    event: 'issue.claimed',
    id: idOf(1),
    eid: idOf(90),
    prev: null,
    by: 'agent:a1',
    changes: {},
  };

  it.each<[Partial<Event>, string]>([
    [{ title: 'Login', assignee: 'agent:a1' }, '"Login", assignee agent:a1'],
    [{ event: 'gate.failed', gate: 'review', reason: 'leaks' }, 'gate review, reason: leaks'],
    [{ event: 'dependency.added', dependency: idOf(2) }, 'needs 00000002'],
    [
      {
        event: 'issue.updated',
        changes: {
          updated_at: ['a', 'b'],
          title: ['Old', 'New'],
          assignee: ['agent:a1', null],
          'labels.bug': [false, true],
          'labels.wip': [true, false],
          description: ['x', { $sha256: 'abc', $length: 99_999 }],
          hold: [null, { reason: 'r' }],
        },
      },
      'title Old → New, assignee agent:a1 → none, labels.bug added, labels.wip removed, description x → 99999 bytes, hold none → …',
    ],
  ])('%j', (fields, expected) => {
    const whole = { ...event, ...fields };
    expect(renderEvent(whole, PIPE)).toBe(`${NOW}  ${whole.event}  00000001  agent:a1  ${expected}`);
  });

  it('is a line an event, also without an issue', () => {
    const other: Event = { ...event, id: null, event: 'gate.defined', gate: 'review' };
    expect(renderEvents([event, other], PIPE)).toBe(
      `${NOW}  issue.claimed  00000001  agent:a1\n${NOW}  gate.defined  -  agent:a1  gate review\n`,
    );
  });
});

describe('gates', () => {
  it('are listed by key', () => {
    expect(renderGates(GATES, PIPE)).toBe(
      'lint  precheck  auto  Linted\nreview  postcheck  manual  Reviewed\n',
    );
    expect(renderGates(GATES, WIDE)).toBe(
      'KEY     STAGE      BY      TITLE\nlint    precheck   auto    Linted\nreview  postcheck  manual  Reviewed\n',
    );
    expect(renderGates({}, WIDE)).toBe('');
    expect(renderGate(GATES.review!, PIPE)).toBe(
      'review  Reviewed\nstage: postcheck\npassed by: manual\n\nBy a person.\n',
    );
  });

  it('of an issue show a gate that is not defined', () => {
    const { issue } = rowOf(1, { gates_required: ['gone'] });
    expect(renderGateStatus(issue, GATES, NOW, PIPE)).toBe('gone  pending  not defined\n');
    expect(renderGateStatus(rowOf(1).issue, GATES, NOW, PIPE)).toBe('');
  });
});

describe('hostile text', () => {
  it('never reaches a page raw', () => {
    const everywhere = fc.tuple(hostileTitle, hostileTitle);
    fc.assert(
      fc.property(everywhere, ([title, text]) => {
        const row = rowOf(2, {
          title,
          description: text,
          state: 'done',
          assignee: text,
          labels: [text],
          milestone: text,
          hold: { reason: text, until: text },
          progress: { stage: text, next: text },
          gates_required: [text],
          gates_status: { [text]: { status: 'failed', updated_by: text, updated_at: text, reason: text } },
          links: [{ type: 'parent', target: text }],
          context: { [text]: text },
          comments: [{ id: idOf(7), author: text, at: text, body: text, kind: text }],
          created_by: text,
          updated_at: text,
          completed_at: text,
        });
        const gates = {
          x: { key: text, title: text, description: text, auto: true, example_integration: text },
        };
        const event: Event = {
          ts: text,
          event: 'issue.updated',
          id: idOf(1),
          eid: idOf(2),
          prev: null,
          by: text,
          title,
          reason: text,
          gate: text,
          assignee: text,
          changes: { [text]: [text, title] },
        };
        const lines = tree(buildGraph([row.issue]), row.issue.id, 'needs');
        const counts = {
          open: 0,
          ready: 0,
          in_progress: 0,
          elsewhere: 0,
          stale: 0,
          gated: 0,
          blocked: 0,
          on_hold: 0,
          done: 1,
          archived: 0,
        };
        const pages = [PIPE, NARROW].flatMap((page) => [
          renderRows([row], page),
          renderSteps([row], page),
          renderIssue(
            { row, gates, lease: leaseWith(row.issue.id, { holder: text, path: text, branch: text }) },
            {
              dependencies: [{ id: idOf(2), row }],
              dependents: [row],
              linkedFrom: [{ type: 'parent', row }],
            },
            NOW,
            page,
          ),
          renderReasons([{ type: 'hold', reason: text, until: text, resolve: text }], page),
          renderReasons(
            [
              {
                type: 'lease',
                ...leaseWith(idOf(1), { holder: text, path: text, branch: text }).lease,
                life: 'live',
                resolve: text,
              },
            ],
            page,
          ),
          renderReasons([{ type: 'dependency', id: idOf(1), title, state: 'done', resolve: text }], page),
          renderBoard(
            {
              counts,
              inProgress: [row],
              gated: [row],
              recentlyCompleted: [row],
              stale: new Set([row.issue.id]),
              now: NOW,
            },
            page,
          ),
          renderTree(lines, () => row, page),
          renderEvents([event], page),
          renderGates(gates, page),
          renderGate(gates.x, page),
        ]);
        for (const page of pages) expect(safeText(page)).toBe(page);
        expect(renderRows([row], PIPE).split('\n').length).toBe(2);
        expect(renderEvents([event], PIPE).split('\n').length).toBe(2);
      }),
      { numRuns: 500 },
    );
  });
});
