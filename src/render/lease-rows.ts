import { ref } from '../domain/issue.ts';
import type { Standing } from '../domain/lease.ts';
import type { Row } from '../domain/query.ts';
import { ago } from './ago.ts';
import { describeLease, describeSpan, type LeaseDocument, leaseDocument } from './lease.ts';
import { joinLines, type Page, type Tone } from './style.ts';
import { type Cell, type Column, layOutTable } from './table.ts';
import { safeLine } from './terminal-text.ts';

/** An issue and its lease. */
export interface LeasedIssue {
  readonly id: string;
  /** Null where this work tree has no such issue. */
  readonly row: Row | null;
  /** Null where none is on record. */
  readonly lease: Standing | null;
}

/** A lease in a list. */
export interface LeaseRowDocument extends LeaseDocument {
  /** Null where this work tree has no such issue. */
  readonly title: string | null;
  /** Of the issue, as this work tree has it; null where it has none. */
  readonly state: Row['state'] | null;
}

export const leaseRowDocument = (lease: Standing, row: Row | null): LeaseRowDocument => ({
  ...leaseDocument(lease),
  title: row?.issue.title ?? null,
  state: row?.state ?? null,
});

/** An issue with its lease, as machines read it. */
export const leasedDocument = ({ id, row, lease }: LeasedIssue) => ({
  id,
  ref: ref(id),
  title: row?.issue.title ?? null,
  state: row?.state ?? null,
  lease: lease === null ? null : leaseDocument(lease),
});

/** An issue with its lease, for people. */
export function renderLeased({ id, row, lease }: LeasedIssue, now: string): string {
  const title = row === null ? '(not in this work tree)' : safeLine(row.issue.title);
  return joinLines([
    `${ref(id)} ${title}`,
    ...(row === null
      ? []
      : [`state: ${row.state}${row.issue.assignee === null ? '' : ` ${safeLine(row.issue.assignee)}`}`]),
    `lease: ${lease === null ? describeNone(row) : describeLease(lease, now)}`,
  ]);
}

const describeNone = (row: Row | null): string =>
  row?.state === 'in_progress'
    ? 'none on record: as far as is known here, it is another clone’s work'
    : 'none';

/** What became of an issue whose lease was given back, in one line. */
export function renderReturned({ id, row, lease }: LeasedIssue, changed: boolean): string {
  const state = row === null ? (lease?.lease.status ?? 'no lease') : row.state;
  const title = row === null ? '(not in this work tree)' : safeLine(row.issue.title);
  return `${ref(id)} ${state} ${title}${changed ? '' : ' (unchanged)'}`;
}

/** Who has an issue, in one line. */
export function renderHolding({ id, row, lease }: LeasedIssue, now: string): string {
  const title = row === null ? '(not in this work tree)' : safeLine(row.issue.title);
  const who =
    lease === null ? `held by ${safeLine(row?.issue.assignee ?? 'nobody')}` : describeLease(lease, now);
  return `${ref(id)} ${title}: ${who}`;
}

const COLUMNS: readonly Column[] = [
  { name: 'REF' },
  { name: 'STATUS' },
  { name: 'HOLDER', most: 28 },
  { name: 'LEFT' },
  { name: 'EPOCH' },
  { name: 'WHERE', most: 40 },
  { name: 'TITLE', flexible: true },
];

/**
 * Leases, one a line, in the order given. On a terminal an aligned table; elsewhere
 * `REF  status  holder  left  epoch  where  title`, with `-` for what is not known. Empty for none.
 */
export function renderLeases(
  leases: readonly { readonly lease: Standing; readonly row: Row | null }[],
  now: string,
  page: Page,
): string {
  if (leases.length === 0) return '';
  const rows = leases.map(({ lease, row }) => cells(lease, row, now));
  if (page.columns !== null) return joinLines(layOutTable(COLUMNS, rows, page));
  return joinLines(rows.map((row) => row.map(({ text }) => text || '-').join('  ')));
}

function cells({ lease, life, remaining }: Standing, row: Row | null, now: string): readonly Cell[] {
  const { id, holder, epoch, path, branch, beat } = lease;
  const left = remaining === null ? '' : life === 'overdue' ? ago(beat.at, now) : describeSpan(remaining);
  return [
    { text: ref(id), tone: 'strong' },
    {
      text: `${life === 'overdue' ? 'stale' : lease.status}${lease.provisional ? ', provisional' : ''}`,
      tone: toneOf(life, lease.status),
    },
    { text: safeLine(holder) },
    { text: left },
    { text: String(epoch) },
    { text: safeLine(branch === null ? path : `${path} ${branch}`) },
    { text: row === null ? '' : safeLine(row.issue.title) },
  ];
}

const toneOf = (life: Standing['life'], status: Standing['lease']['status']): Tone => {
  if (life === 'overdue') return 'bad';
  if (life === 'over') return 'faint';
  return status === 'suspended' ? 'waiting' : 'busy';
};
