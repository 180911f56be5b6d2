import { expect } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import type { Cli, Ran } from './cli.ts';
import { contentsOf } from './invariants.ts';

/** A reason of a refusal, as far as a test looks at it. */
export type Expected = Readonly<Record<string, unknown>>;

/** How a command line should fail. */
export interface Failure {
  readonly exit: number;
  readonly code: string;
  readonly message?: string | RegExp;
  readonly hint?: string | RegExp;
  /** Every reason, in order: no more and no fewer. */
  readonly reasons?: readonly Expected[];
  readonly details?: Expected;
}

/** A document whose fields a test knows; its schema was checked when it was printed. */
// biome-ignore lint/suspicious/noExplicitAny: held to its schema, which says more than a type could
export type Doc = Record<string, any>;

type Line = string | readonly string[];

const wordsOf = (line: Line): readonly string[] =>
  typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line;

/** The same line, asking for a document; `--json` stands before a `--`. */
export function asJson(line: Line): readonly string[] {
  const words = wordsOf(line);
  const end = words.indexOf('--');
  return end === -1 ? [...words, '--json'] : [...words.slice(0, end), '--json', ...words.slice(end)];
}

/** Creates an issue; returns its id. */
export async function create(cli: Cli, title: string, ...options: string[]): Promise<string> {
  const ran = await cli(['issue', 'create', title, ...options]);
  expect(ran.stderr).toBe('');
  return ran.stdout.trim();
}

/** A document of a line that must succeed. */
export async function document<T = Doc>(cli: Cli, line: Line): Promise<T> {
  const ran = await cli(asJson(line));
  expect(ran.stderr, wordsOf(line).join(' ')).toBe('');
  return ran.json as T;
}

/** What stands in the way of a terminal or a person: escape sequences, and traces of a program's inside. */
export function expectClean(ran: Pick<Ran, 'stdout' | 'stderr'>): void {
  for (const printed of [ran.stdout, ran.stderr]) {
    // The lines of CSV end with CRLF, by its standard.
    const text = printed.replaceAll('\r\n', '\n');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/);
    expect(text).not.toMatch(/^\s+at .*[(:]|node:internal|unexpected error/m);
  }
}

/** Holds a line to its failure, as a document and as text, and to having changed nothing. Returns the document's error. */
export async function expectFailure(cli: Cli, line: Line, expected: Failure): Promise<Doc> {
  const about = wordsOf(line).join(' ');
  const before = await all(cli.store);
  const ran = await cli(asJson(line));
  expectClean(ran);
  const error = (ran.json as unknown as { error: Doc }).error;
  const { message, hint, reasons, details, ...rest } = expected;
  expect({ exit: ran.exit, code: error?.code }, `${about}\n${ran.stdout}${ran.stderr}`).toEqual(rest);
  if (message !== undefined) expect(error.message).toMatch(message);
  if (hint !== undefined) expect(error.hint).toMatch(hint);
  if (details !== undefined) expect(error.details).toMatchObject(details);
  if (reasons !== undefined) {
    expect(error.details.reasons).toHaveLength(reasons.length);
    expect(error.details.reasons).toMatchObject(reasons);
    for (const reason of error.details.reasons) expect(reason.resolve).toMatch(/^jit /);
  }
  const text = await cli(wordsOf(line));
  expect({ exit: text.exit, stdout: text.stdout }, about).toEqual({ exit: expected.exit, stdout: '' });
  expectClean(text);
  expect(text.stderr).toMatch(/^jit: ./m);
  if (error.hint !== null) expect(text.stderr).toContain('hint: ');
  for (const reason of error.details.reasons ?? []) expect(text.stderr).toContain(reason.resolve);
  expect(await all(cli.store), `${about} was refused, but changed something`).toEqual(before);
  return error;
}

/** Holds a line to succeeding, to saying so, and to changing nothing. */
export async function expectNoChange(cli: Cli, line: Line): Promise<void> {
  const about = wordsOf(line).join(' ');
  const before = await all(cli.store);
  const said = await document(cli, line);
  if ('changed' in said) expect(said.changed, about).toBe(false);
  const text = await cli(wordsOf(line));
  expect({ exit: text.exit, stderr: text.stderr }, about).toEqual({ exit: 0, stderr: '' });
  if ('changed' in said) expect(text.stdout).toContain('(unchanged)');
  expect(await all(cli.store), `${about} changed something`).toEqual(before);
}

const all = async (store: Store | 'files'): Promise<unknown> =>
  store === 'files' ? null : contentsOf(store);
