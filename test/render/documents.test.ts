import { describe, expect, it } from 'vitest';
import {
  FULL_ISSUE_FIELDS,
  fullIssue,
  issueDetail,
  issueList,
  issueSummary,
  pickFields,
} from '../../src/render/documents.ts';
import { formatJson } from '../../src/render/json-text.ts';
import { idOf, rowOf } from './rows.ts';

const row = {
  ...rowOf(2, { dependencies: [idOf(1), idOf(9)], labels: ['bug'] }, [idOf(9)]),
  state: 'backlog' as const,
};
const summary = {
  id: idOf(2),
  ref: '00000002',
  title: 'Issue 2',
  state: 'backlog',
  priority: 'normal',
  assignee: null,
  labels: ['bug'],
  blocked_by_count: 1,
};

describe('documents', () => {
  it('summarise an issue with its derived state', () => {
    expect(issueSummary(row)).toEqual(summary);
  });

  it('hold every field of a full issue, known or not', () => {
    const newer = { ...row, issue: { ...row.issue, from_a_newer_version: 1 } };
    expect(fullIssue(newer)).toEqual({
      ...newer.issue,
      progress: null,
      state: 'backlog',
      ref: '00000002',
      blocked_by_count: 1,
    });
    for (const field of Object.keys(fullIssue(row))) expect(FULL_ISSUE_FIELDS).toContain(field);
  });

  it('show only what is open as blocking, also when it is missing', () => {
    const relations = {
      dependencies: [
        { id: idOf(1), row: rowOf(1, { state: 'done' }) },
        { id: idOf(9), row: undefined },
      ],
      dependents: [rowOf(3)],
      linkedFrom: [{ type: 'parent' as const, row: rowOf(4) }],
    };
    const { blocked_by, blocks, linked_from, lease, rev } = issueDetail(row, relations, null, 'r1');
    expect(linked_from).toMatchObject([{ type: 'parent', id: idOf(4), state: 'ready' }]);
    expect(blocked_by).toEqual([
      {
        id: idOf(9),
        ref: '00000009',
        title: null,
        state: 'missing',
        priority: null,
        assignee: null,
        labels: [],
        blocked_by_count: 0,
      },
    ]);
    expect(blocks).toEqual([issueSummary(rowOf(3))]);
    expect([lease, rev]).toEqual([null, 'r1']);
  });

  it('never cut a list in silence', () => {
    expect(issueList([issueSummary(row)], 1)).toEqual({
      kind: 'issue-list',
      issues: [summary],
      count: 1,
      total: 1,
      truncated: false,
    });
    expect(issueList([issueSummary(row)], 5)).toMatchObject({ count: 1, total: 5, truncated: true });
  });

  it('pick the fields that are named; one that is absent is null', () => {
    expect(pickFields(row, ['title', 'progress', 'ref'])).toEqual({
      title: 'Issue 2',
      progress: null,
      ref: '00000002',
    });
  });
});

describe('formatJson', () => {
  it('spells out what JSON lets through, and reads back the same', () => {
    const value = { title: '\u009b31m\x7f \u202e \u{e0041} é 漢 ❤️ \ud800', '\u200b': [1] };
    const text = formatJson(value);
    expect(text).toBe('{"title":"\\u009b31m\\u007f \\u202e \\udb40\\udc41 é 漢 ❤️ \\ud800","\\u200b":[1]}');
    expect(JSON.parse(text)).toEqual(value);
    expect(formatJson({ a: 1 }, 2)).toBe('{\n  "a": 1\n}');
  });
});
