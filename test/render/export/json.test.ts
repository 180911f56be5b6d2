import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ISSUE_KEYS } from '../../../src/domain/canonical-json.ts';
import type { Issue } from '../../../src/domain/issue.ts';
import type { Row } from '../../../src/domain/query.ts';
import { fullIssue, issueList } from '../../../src/render/documents.ts';
import { jsonFormat } from '../../../src/render/export/json.ts';
import { JSONL } from '../../../src/render/export/jsonl.ts';
import { safeLine } from '../../../src/render/terminal-text.ts';
import { chainOf, hostileRows, idOf, rowOf, writtenAs } from '../rows.ts';

const jsonOf = (rows: readonly Row<Issue>[]) => writtenAs(jsonFormat(1), rows).join('');
const jsonlOf = (rows: readonly Row<Issue>[]) => writtenAs(JSONL, rows).join('');

describe('JSON', () => {
  it('is the document that lists every issue in full', () => {
    const row = rowOf(2, { dependencies: [idOf(1)] }, [idOf(1)]);
    for (const rows of [[row], [], [rowOf(1), row]]) {
      expect(JSON.parse(jsonOf(rows))).toEqual({
        schema_version: 1,
        ...issueList(rows.map(fullIssue), rows.length),
      });
    }
    expect(JSON.parse(jsonOf([row])).issues).toEqual([
      { ...row.issue, progress: null, ref: '00000002', blocked_by_count: 1 },
    ]);
  });

  it('gives the derived state', () => {
    const [first, second] = [rowOf(1), { ...rowOf(2), state: 'backlog' as const }];
    expect(JSON.parse(jsonOf([first, second])).issues[1].state).toBe('backlog');
  });
});

describe('JSONL', () => {
  it('has an issue a line, keys in canonical order, unknown keys kept', () => {
    const unknown = { from_a_newer_version: { x: 1 } };
    const row = rowOf(1, { progress: { stage: 'half' }, ...unknown });
    const lines = jsonlOf([row, rowOf(2)]).split('\n');
    expect(lines.length).toBe(3);
    expect(lines[2]).toBe('');
    expect(JSON.parse(lines[0]!)).toEqual(row.issue);
    expect(Object.keys(JSON.parse(lines[0]!))).toEqual([...ISSUE_KEYS, 'from_a_newer_version']);
  });
});

describe.each([
  ['json', (text: string) => JSON.parse(text).issues, jsonOf],
  [
    'jsonl',
    (text: string) =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    jsonlOf,
  ],
] as const)('hostile titles in %s', (_, read, write) => {
  it('read back as they were, and nothing in the text is raw', () => {
    fc.assert(
      fc.property(hostileRows(25), (rows) => {
        const text = write(rows);
        expect(read(text).map(({ title }: { title: string }) => title)).toEqual(
          rows.map(({ issue }) => issue.title),
        );
        for (const line of text.split('\n')) expect(safeLine(line)).toBe(line);
      }),
      { numRuns: 200 },
    );
  });

  it('comes in chunks of bounded size', () => {
    const chunks = writtenAs(JSONL, chainOf(2000));
    expect(chunks.length).toBeGreaterThan(5);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(100_000);
  });
});
