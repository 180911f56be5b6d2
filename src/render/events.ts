import { isHashed } from '../domain/event.ts';
import { type Event, ref } from '../domain/issue.ts';
import { joinLines, type Page } from './style.ts';
import { safeLine, truncate } from './terminal-text.ts';

/** Longest text of a value that an event line repeats. */
const LONGEST_VALUE = 40;

/** Events, one a line, in the order given. Empty for no events. */
export const renderEvents = (events: readonly Event[], page: Page): string =>
  joinLines(events.map((event) => renderEvent(event, page)));

/** `2025-11-27T19:00:05.000Z  issue.claimed  4F7K2M9Q  agent:a1  "Title", …`, without a newline. `-` where no issue is concerned. */
export function renderEvent(event: Event, { style }: Page): string {
  const words = [
    style.paint('faint', safeLine(event.ts)),
    safeLine(event.event),
    style.paint('strong', event.id === null ? '-' : safeLine(ref(event.id))),
    safeLine(event.by),
    describe(event),
  ];
  return words.filter((word) => word !== '').join('  ');
}

function describe(event: Event): string {
  const parts: string[] = [];
  if (event.title !== undefined) parts.push(JSON.stringify(event.title));
  if (event.gate !== undefined) parts.push(`gate ${event.gate}`);
  if (event.dependency !== undefined) parts.push(`needs ${ref(event.dependency)}`);
  if (event.assignee !== undefined) parts.push(`assignee ${event.assignee}`);
  if (event.event === 'issue.updated') parts.push(...describeChanges(event.changes));
  if (event.forced === true) parts.push('forced');
  if (event.reason !== undefined) parts.push(`reason: ${event.reason}`);
  return parts.map(safeLine).join(', ');
}

function describeChanges(changes: Event['changes']): readonly string[] {
  return Object.entries(changes)
    .filter(([path]) => path !== 'updated_at')
    .map(([path, [before, after]]) => {
      if (before === false) return `${path} added`;
      if (after === false) return `${path} removed`;
      return `${path} ${shorten(before)} → ${shorten(after)}`;
    });
}

function shorten(value: unknown): string {
  if (value === null) return 'none';
  if (isHashed(value)) return `${value.$length} bytes`;
  if (typeof value === 'object') return '…';
  return truncate(safeLine(String(value)), LONGEST_VALUE);
}
