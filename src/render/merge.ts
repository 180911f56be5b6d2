import type { JitError } from '../domain/errors.ts';
import { ref } from '../domain/issue.ts';
import type { Decision, Rule } from '../domain/merge/decision.ts';
import { safeLine, truncate } from './terminal-text.ts';

/** What a merge of one file came to. */
interface FileMerge {
  readonly path: string;
  readonly ancestor: boolean;
  readonly decided: readonly Decision[];
  readonly problem: JitError | null;
}

/** The document of a merge that git asked for. */
export const driverDocument = ({ path, ancestor, decided, problem }: FileMerge) => ({
  kind: 'merge-driver',
  path,
  ancestor,
  merged: problem === null,
  decided,
  problem: problem && { code: problem.code, message: problem.message, details: problem.details },
});

/** A line about one file: why it could not be merged, or what the rules decided; empty where there is nothing to tell. */
export function renderDriverMerge({ path, ancestor, decided, problem }: FileMerge): string {
  if (ancestor) return '';
  if (problem !== null) {
    return safeLine(
      `jit: ${path} could not be merged: ${problem.message}; it has conflict markers, and jit merge --resolve goes on`,
    );
  }
  return decided.length === 0 ? '' : renderDecided(nameOf(path), decided);
}

/** `jit: 4F7K2M9Q: state in_progress, not ready; title (both changed the same lines)`: what the rules decided of one thing. */
export const renderDecided = (name: string, decided: readonly Decision[]): string =>
  safeLine(`jit: ${name}: ${decided.map(tell).join('; ')}`);

function nameOf(path: string): string {
  const id = /(?:^|\/)issues\/([0-9A-Z]{26})\.json$/.exec(path)?.[1];
  return id === undefined ? path : ref(id);
}

function tell({ field, rule, kept, dropped }: Decision): string {
  if (field === 'id' || field === 'deleted_at') return WORDS[rule];
  const values = [kept, dropped].map(shorten);
  const what = values.includes(null) ? field : `${field} ${values[0]}, not ${values[1]}`;
  return WORDS[rule] === '' ? what : `${what} (${WORDS[rule]})`;
}

/** Why it is so, where that is not plain. */
const WORDS: Readonly<Record<Rule, string>> = {
  later: 'changed on both sides',
  change: 'changed here, removed there',
  lines: 'both changed these lines; what was not taken is in a comment',
  state: '',
  claim: 'the other claim is lost',
  completion: 'completed twice',
  verdict: 'judged twice',
  gates: 'a gate has not passed',
  rework: 'a gate has failed',
  deletion: 'deleted on one side, changed on the other: it stays',
  limit: 'both together are over a limit',
};

const LONGEST = 40;

/** A value in a few words; null where that is too much for a line. */
function shorten(value: unknown): string | null {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'object') {
    const { status } = value as { status?: unknown };
    return typeof status === 'string' ? status : null;
  }
  const text = String(value);
  return text.includes('\n') ? null : truncate(safeLine(text), LONGEST);
}
