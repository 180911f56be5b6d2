import { JitError } from './errors.ts';
import { parseIdentity } from './identity.ts';
import { PRIORITIES, type Priority, STATES, type State } from './issue.ts';
import type { Filter } from './query.ts';
import { unknownValue } from './suggest.ts';

/** Other words for a priority: `p0` is the most urgent. */
export const PRIORITY_SYNONYMS: Readonly<Record<string, Priority>> = {
  p0: 'critical',
  p1: 'high',
  p2: 'normal',
  p3: 'low',
  medium: 'normal',
  urgent: 'critical',
};

/** Other words for a state. */
export const STATE_SYNONYMS: Readonly<Record<string, State>> = {
  'in-progress': 'in_progress',
  inprogress: 'in_progress',
  doing: 'in_progress',
  completed: 'done',
};

interface Term {
  readonly key: string;
  readonly values: readonly string[];
  readonly negated: boolean;
}

/** What a field's values mean. Adding a field to the search language is adding an entry here. */
type Field = (values: readonly string[], me: () => string) => Filter;

const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['state', stateFilter],
  ['status', stateFilter],
  ['priority', (values) => ({ op: 'priority', in: values.map(parsePriority) })],
  ['label', (values) => ({ op: 'label', in: values })],
  [
    'milestone',
    (values) => ({ op: 'milestone', in: values.map((value) => (value === 'none' ? null : value)) }),
  ],
  ['assignee', (values, me) => ({ op: 'assignee', in: values.map((value) => parseAssignee(value, me)) })],
]);

/**
 * Reads a filter such as `priority:high|critical label:"needs review",bug -assignee:none`.
 * Terms are joined by "and", the values of one term (`|` or `,`) by "or"; `-` in front negates.
 * `me` gives the identity that `assignee:me` stands for. Throws USAGE, UNKNOWN_VALUE.
 */
export function parseFilter(text: string, me: () => string): Filter {
  const terms = readTerms(text);
  if (terms.length === 0) {
    throw new JitError('USAGE', 'the filter is empty', {
      hint: 'for example --filter "priority:high|critical label:bug"',
    });
  }
  const filters = terms.map(({ key, values, negated }): Filter => {
    const field = FIELDS.get(key);
    if (field === undefined) throw unknownValue('field in the filter', key, [...FIELDS.keys()]);
    const filter = field(values, me);
    return negated ? { op: 'not', of: filter } : filter;
  });
  return filters.length === 1 ? filters[0]! : { op: 'and', of: filters };
}

function readTerms(text: string): readonly Term[] {
  const words = text.match(/(?:"[^"]*"|[^\s"])+|"/g) ?? [];
  return words.map((word) => {
    const match = /^(-?)([A-Za-z][\w-]*):(.*)$/s.exec(word);
    if (match === null || (word.split('"').length - 1) % 2 === 1) {
      throw new JitError('USAGE', `not a term of a filter: ${JSON.stringify(word)}`, {
        details: { term: word },
        hint: `write field:value, with quotes around spaces; fields: ${[...FIELDS.keys()].join(', ')}`,
      });
    }
    const values = (match[3]!.match(/(?:"[^"]*"|[^,|"])+/g) ?? []).map((value) =>
      value.replaceAll('"', '').trim(),
    );
    if (values.length === 0 || values.includes('') || /(^|[,|])([,|]|$)/.test(match[3]!)) {
      throw new JitError('USAGE', `a value is empty in the filter: ${JSON.stringify(word)}`, {
        details: { term: word },
        hint: 'an unset shell variable gives an empty value',
      });
    }
    return { key: match[2]!.toLowerCase(), values, negated: match[1] === '-' };
  });
}

function stateFilter(values: readonly string[]): Filter {
  const filters = values.map((value): Filter => {
    if (value === 'open') return { op: 'is', what: 'open' };
    if (value === 'closed') return { op: 'not', of: { op: 'is', what: 'open' } };
    if (value === 'blocked') return { op: 'is', what: 'blocked' };
    return { op: 'state', in: [parseState(value)] };
  });
  return filters.length === 1 ? filters[0]! : { op: 'or', of: filters };
}

/** A state by its name or another word for it. Throws UNKNOWN_VALUE. */
export function parseState(text: string): State {
  const word = text.toLowerCase();
  const state =
    STATES.find((s) => s === word) ??
    (Object.hasOwn(STATE_SYNONYMS, word) ? STATE_SYNONYMS[word] : undefined);
  if (state === undefined) {
    throw unknownValue('state', text, [...STATES, 'open', 'closed', 'blocked'], STATE_SYNONYMS);
  }
  return state;
}

/** A priority by its name or another word for it. Throws UNKNOWN_VALUE. */
export function parsePriority(text: string): Priority {
  const word = text.toLowerCase();
  const priority =
    PRIORITIES.find((p) => p === word) ??
    (Object.hasOwn(PRIORITY_SYNONYMS, word) ? PRIORITY_SYNONYMS[word] : undefined);
  if (priority === undefined) throw unknownValue('priority', text, PRIORITIES, PRIORITY_SYNONYMS);
  return priority;
}

/** An assignee to look for: `none` is nobody (null), `me` is who acts; a bare name stays bare and matches any type. */
export function parseAssignee(text: string, me: () => string): string | null {
  if (text === 'none') return null;
  if (text === 'me') return me();
  parseIdentity(text);
  return text;
}

/** States as one filter: names, `open`, `closed`, `blocked`. Throws UNKNOWN_VALUE. */
export const parseStates = (values: readonly string[]): Filter => stateFilter(values);
