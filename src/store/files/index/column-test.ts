import { PRIORITIES, STATES } from '../../../domain/issue.ts';
import type { Filter } from '../../../domain/query.ts';
import { FLAG, isBlocked, type Table } from './table.ts';

/** What the columns alone tell of a row: that it does not match, that its head decides, that it matches. */
export const NO = 0;
export const MAYBE = 1;
export const YES = 2;

/** Whether a row, which is no tombstone, matches: NO, MAYBE or YES. */
export type ColumnTest = (row: number) => number;

/** Makes a filter a test of the columns of a table. */
export function columnTest(filter: Filter, table: Table): ColumnTest {
  const { priorities, flags } = table;
  switch (filter.op) {
    case 'all':
      return () => YES;
    case 'and':
      return least(filter.of.map((part) => columnTest(part, table)));
    case 'or': {
      const none = least(filter.of.map((part) => opposite(columnTest(part, table))));
      return opposite(none);
    }
    case 'not':
      return opposite(columnTest(filter.of, table));
    case 'state':
      return stateTest(
        filter.in.map((state) => STATES.indexOf(state)),
        table,
      );
    case 'priority': {
      const wanted = PRIORITIES.map((priority) => (filter.in.includes(priority) ? YES : NO));
      return (row) => wanted[priorities[row]!]!;
    }
    case 'assignee': {
      const nobody = filter.in.includes(null) ? YES : NO;
      const somebody = filter.in.some((name) => name !== null) ? MAYBE : NO;
      return (row) => ((flags[row]! & FLAG.assigned) === 0 ? nobody : somebody);
    }
    case 'links-to':
      return (row) => ((flags[row]! & FLAG.links) === 0 ? NO : MAYBE);
    case 'passed': {
      const gated = filter.gates.length === 0 ? YES : MAYBE;
      return (row) => ((flags[row]! & FLAG.gates) === 0 ? YES : gated);
    }
    case 'is':
      return isTest(filter.what, table);
    case 'label':
    case 'milestone':
      return () => MAYBE;
  }
}

const opposite =
  (test: ColumnTest): ColumnTest =>
  (row) =>
    YES - test(row);

/** What the most reluctant of some tests says; without any, YES. */
function least(tests: readonly ColumnTest[]): ColumnTest {
  return (row) => {
    let found = YES;
    for (const test of tests) {
      found = Math.min(found, test(row));
      if (found === NO) break;
    }
    return found;
  };
}

const BACKLOG = STATES.indexOf('backlog');
const READY = STATES.indexOf('ready');

/** Whether a row is in one of these derived states, by their places in STATES. */
function stateTest(wanted: readonly number[], table: Table): ColumnTest {
  const { states, flags } = table;
  const verdicts = STATES.map((_, state) => (wanted.includes(state) ? YES : NO));
  const backlog = verdicts[BACKLOG]!;
  const ready = verdicts[READY]!;
  // A hold may have lapsed.
  const held = backlog === ready ? ready : MAYBE;
  return (row) => {
    const state = states[row]!;
    if (state !== BACKLOG && state !== READY) return verdicts[state]!;
    if (backlog !== ready && isBlocked(table, row)) return backlog;
    return (flags[row]! & FLAG.held) === 0 ? ready : held;
  };
}

function isTest(what: 'open' | 'blocked' | 'held', table: Table): ColumnTest {
  const { states, flags } = table;
  switch (what) {
    case 'open':
      return (row) => ((flags[row]! & FLAG.open) === 0 ? NO : YES);
    case 'blocked':
      return (row) => {
        const isWaiting = states[row] === BACKLOG || states[row] === READY;
        return isWaiting && isBlocked(table, row) ? YES : NO;
      };
    case 'held':
      return (row) => ((flags[row]! & FLAG.held) === 0 ? NO : MAYBE);
  }
}
