import { formatEvent, formatIssue, formatTombstone, isTombstone } from '../domain/canonical-json.ts';
import { checkEvent } from '../domain/generated/checks/event.js';
import { checkIssue } from '../domain/generated/checks/issue.js';
import { checkTombstone } from '../domain/generated/checks/tombstone.js';
import type { Comment, Event, GateStatus, Issue, Link, Tombstone } from '../domain/issue.ts';
import { renderEvent } from './events.ts';
import { joinLines, PIPE } from './style.ts';
import { safeLine, safeText } from './terminal-text.ts';

/** A file of the store as text that reads well line by line. */
export interface PlainFile {
  readonly of: 'issue' | 'tombstone' | 'log' | 'other';
  readonly text: string;
}

/**
 * The text of a file as git is to show it: an issue with one fact a line, the log with one event a line, anything else as it
 * is. It follows from the text alone.
 */
export function renderPlainFile(text: string): PlainFile {
  try {
    return renderStored(text) ?? renderLog(text) ?? { of: 'other', text };
  } catch {
    // Nested too deep, or of a shape that nobody thought of.
    return { of: 'other', text };
  }
}

function renderStored(text: string): PlainFile | null {
  const value = parse(text) as Issue | Tombstone | undefined;
  if (value === null || typeof value !== 'object') return null;
  const deleted = isTombstone(value);
  if (!(deleted ? checkTombstone : checkIssue)(value)) return null;
  const canonical = deleted ? formatTombstone(value) : formatIssue(value as Issue);
  const form = canonical === text ? [] : ['form: not as jit writes it'];
  return {
    of: deleted ? 'tombstone' : 'issue',
    text: joinLines([...Object.entries(value).flatMap(([key, field]) => describe(key, field)), ...form]),
  };
}

function renderLog(text: string): PlainFile | null {
  const lines = text.split('\n');
  const last = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  let events = 0;
  const rendered = lines.slice(0, last).map((line) => {
    const event = parse(line);
    if (event === undefined || !checkEvent(event)) return line;
    events += 1;
    return `${renderEvent(event as Event, PIPE)}${detailsOf(event as Event, line)}`;
  });
  return events === 0
    ? null
    : { of: 'log', text: rendered.join('\n') + text.slice(text.length - (lines.length - last)) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// What was changed, by its names alone; the id of the event says the rest. A line that jit did not write so stands as it is.
function detailsOf(event: Event, line: string): string {
  const fields = Object.keys(event.changes).filter((path) => path !== 'updated_at');
  const changed =
    event.event === 'issue.updated' || event.event === 'issue.created' || fields.length === 0
      ? ''
      : `  (${safeLine(fields.join(', '))})`;
  return formatEvent(event) === line ? `${changed}  ${event.eid}` : `  ${safeLine(line)}`;
}

type Fact = (name: string, value: never) => readonly string[];

/** The facts of a field, a line each. */
function describe(key: string, value: unknown): readonly string[] {
  const fact: Fact = Object.hasOwn(FACTS, key) ? FACTS[key]! : json;
  return (fact as (name: string, value: unknown) => readonly string[])(key, value);
}

const line = (name: string, value: string): string => `${name}: ${safeLine(value)}`.trimEnd();

const plain = (name: string, value: string | number | null): readonly string[] =>
  value === null ? [] : [line(name.replace('_', ' '), String(value))];

const json = (name: string, value: unknown): readonly string[] => [
  line(safeLine(name), JSON.stringify(value) ?? ''),
];

const each =
  (name: string): Fact =>
  (_, values: readonly string[]) =>
    values.map((value) => line(name, value));

const block = (name: string, text: string): readonly string[] => [
  `${name}:`,
  ...(text === '' ? [] : safeText(text).split('\n')).map((row) => `  ${row}`.trimEnd()),
];

const map =
  (name: string): Fact =>
  (_, values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([key, value]) =>
      line(`${name} ${safeLine(key)}`, typeof value === 'string' ? value : JSON.stringify(value)),
    );

const FACTS: Readonly<Record<string, Fact>> = {
  id: plain,
  title: plain,
  description: (name: string, text: string) => (text === '' ? [] : block(name, text)),
  state: plain,
  hold: (name: string, value: unknown) => (value === null ? [] : json(name, value)),
  priority: plain,
  assignee: plain,
  claim_epoch: plain,
  labels: each('label'),
  milestone: plain,
  dependencies: each('needs'),
  links: (_: string, links: readonly Link[]) =>
    links.map((link) => {
      const { type, target, ...others } = link as Link & Readonly<Record<string, unknown>>;
      return line('link', `${type} ${target}${rest(others)}`);
    }),
  gates_required: each('requires'),
  gates_status: (_: string, statuses: Readonly<Record<string, GateStatus>>) =>
    Object.entries(statuses).map(([key, found]) => {
      const { status, updated_by, updated_at, ...others } = found;
      return line(
        `gate ${safeLine(key)}`,
        `${status} by ${updated_by ?? 'nobody'} at ${updated_at}${rest(others)}`,
      );
    }),
  context: map('context'),
  comments: (_: string, comments: readonly Comment[]) => comments.flatMap(commentLines),
  resolution: plain,
  created_by: plain,
  updated_at: plain,
  completed_at: plain,
  deleted_by: plain,
  deleted_at: plain,
  sync: map('sync'),
};

function commentLines({ id, author, at, body, ...others }: Comment): readonly string[] {
  return block(safeLine(`comment ${id} by ${author} at ${at}${rest(others)}`), body);
}

const rest = (others: object): string =>
  Object.keys(others).length === 0 ? '' : ` ${JSON.stringify(others)}`;
