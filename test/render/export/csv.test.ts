import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CSV, formatField } from '../../../src/render/export/csv.ts';
import { safeLine, safeText } from '../../../src/render/terminal-text.ts';
import { hostileRows, hostileTitle, idOf, NOW, rowOf, writtenAs } from '../rows.ts';

const read = (text: string): Record<string, string>[] =>
  parse(text, { columns: true, record_delimiter: '\r\n' });

describe('CSV', () => {
  it('has one record an issue, null as an empty field', () => {
    const row = rowOf(
      2,
      {
        title: 'Say "hi", twice',
        description: 'first\nsecond',
        state: 'backlog',
        labels: ['area:cli', 'bug'],
        dependencies: [idOf(0), idOf(1)],
        gates_required: ['review', 'unit-tests'],
        gates_status: { review: { status: 'passed', updated_by: null, updated_at: NOW } },
        assignee: 'agent:a1',
      },
      [idOf(1)],
    );
    expect(read(writtenAs(CSV, [row]).join(''))).toEqual([
      {
        id: idOf(2),
        ref: '00000002',
        title: 'Say "hi", twice',
        state: 'backlog',
        priority: 'normal',
        assignee: 'agent:a1',
        labels: 'area:cli,bug',
        milestone: '',
        dependencies: `${idOf(0)} ${idOf(1)}`,
        blocked_by: idOf(1),
        gates: 'review:passed unit-tests:pending',
        hold: '',
        resolution: '',
        created_by: 'human:alice',
        updated_at: NOW,
        completed_at: '',
        description: 'first\nsecond',
      },
    ]);
  });

  it('has only a header when there are no issues', () => {
    expect(writtenAs(CSV, []).join('')).toMatch(/^id,ref,title,[a-z_,]+\r\n$/);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'    x"],
    ['＝1', "'＝1"],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ['a=1', 'a=1'],
    ['a,b', '"a,b"'],
    ['a\r\nb', '"a\nb"'],
  ])('writes %j as a harmless field', (text, expected) => {
    expect(formatField(text)).toBe(expected);
  });

  it('reads back as what went in', () => {
    fc.assert(
      fc.property(hostileRows(25), hostileTitle, (rows, description) => {
        const described = rows.map((row) => ({ ...row, issue: { ...row.issue, description } }));
        const records = read(writtenAs(CSV, described).join(''));
        const harmless = (text: string): string => (/^[=+\-@\t＝＋－＠]/u.test(text) ? `'${text}` : text);
        expect(records.map(({ id, title, state, description: read }) => [id, title, state, read])).toEqual(
          described.map(({ issue, state }) => [
            issue.id,
            harmless(safeLine(issue.title)),
            state,
            // A tab or a line break at the start is quoted before it becomes spaces.
            /^[\t\r\n]/.test(description) ? `'${safeText(description)}` : harmless(safeText(description)),
          ]),
        );
        for (const record of records) {
          for (const field of Object.values(record)) expect(field).not.toMatch(/^[=+\-@\t\r\n]/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
