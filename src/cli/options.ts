import { PRIORITY_SYNONYMS, STATE_SYNONYMS } from '../domain/filter-syntax.ts';
import { PRIORITIES, STATES } from '../domain/issue.ts';
import type { Input, Option, Positional } from './command.ts';

/** Options that several commands share, so that they mean the same everywhere. */
export const BY: Option = {
  type: 'string',
  placeholder: 'WHO',
  description: 'Who acts: {type}:{identifier}, or a name. Default: see jit whoami.',
};

export const FORCE: Option = {
  type: 'boolean',
  description: 'Act although somebody else holds the issue. This is recorded.',
};

/** What a writer says to know: a change that rests on older knowledge is refused. */
export const FENCE: Readonly<Record<string, Option>> = {
  epoch: {
    type: 'integer',
    placeholder: 'N',
    description: 'Only while N is the epoch of the claim; JIT_EPOCH=ID@N says the same.',
  },
  'if-rev': {
    type: 'string',
    placeholder: 'REV',
    description: 'Only while the issue is at this revision (rev in jit show --json).',
  },
};

/** What `FENCE` gave, as a session takes it. */
export const fence = (
  input: Input,
): { readonly epoch: number | undefined; readonly rev: string | undefined } => ({
  epoch: number(input, 'epoch'),
  rev: text(input, 'if-rev'),
});

/** How long a claim lasts. */
export const TERMS: Readonly<Record<string, Option>> = {
  ttl: {
    type: 'duration',
    alias: ['timeout'],
    placeholder: 'DURATION',
    description:
      'The claim lasts so long after each renewal, for example 30m; 0: without end. Default: claims.ttl, 30m.',
  },
  'tie-pid': {
    type: 'integer',
    placeholder: 'PID',
    description: 'The claim ends with this process of this machine.',
  },
};

/** For commands that only read. */
export const AT: Option = {
  type: 'string',
  placeholder: 'REV',
  description: 'As it was at a commit, read from git without a checkout; leases are not looked at.',
};

/** What the git that `AT` asks may answer. */
export const AT_ERRORS = ['REVISION_NOT_FOUND', 'GIT'] as const;

export const YES: Option = { type: 'boolean', alias: ['y'], description: 'Do it without asking.' };

export const COMMENT: Option = {
  type: 'text',
  alias: ['m'],
  placeholder: 'TEXT',
  description: 'Add this comment as well.',
};

export const FILTER: Option = {
  type: 'text',
  placeholder: 'FILTER',
  description:
    'Only issues that match, for example "priority:high|critical label:bug -assignee:none". Fields: state, priority, label, milestone, assignee. A comma or | means or, - in front means not.',
};

export const PRIORITY: Option = {
  type: 'string',
  alias: ['p'],
  values: PRIORITIES,
  synonyms: PRIORITY_SYNONYMS,
  description: 'How urgent it is.',
};

export const STATE: Option = {
  type: 'string',
  alias: ['status', 's'],
  values: STATES,
  synonyms: STATE_SYNONYMS,
  description: 'State.',
};

/** Where a long text comes from. */
export const DESCRIPTION: Readonly<Record<string, Option>> = {
  description: {
    type: 'text',
    alias: ['desc', 'body', 'd', 'm'],
    placeholder: 'TEXT',
    description: 'What is to be done, in Markdown. - reads it from stdin.',
  },
  'description-file': {
    type: 'path',
    alias: ['F', 'body-file'],
    placeholder: 'FILE',
    description: 'Read the description from a file. - is stdin.',
  },
};

/** What rows of a list show. */
export const LISTING: Readonly<Record<string, Option>> = {
  limit: { type: 'integer', alias: ['n'], placeholder: 'N', description: 'At most this many.' },
  full: { type: 'boolean', description: 'With --json: every field of every issue.' },
  fields: {
    type: 'string',
    many: true,
    placeholder: 'NAMES',
    description: 'With --json: only these fields, for example id,title.',
  },
};

export const ID: Positional = {
  name: 'id',
  type: 'id',
  required: true,
  description: 'The issue: its id, or 4 or more characters of its start or end.',
};

export const IDS: Positional = {
  name: 'ids',
  type: 'id',
  required: true,
  many: true,
  description: 'The issues: ids, or 4 or more characters of their start or end.',
};

/** The text of an option; undefined when it was not given. */
export const text = (input: Input, name: string): string | undefined => input[name] as string | undefined;

/** The text of an option or positional that is always there. */
export const needed = (input: Input, name: string): string => input[name] as string;

export const number = (input: Input, name: string): number | undefined => input[name] as number | undefined;

export const flag = (input: Input, name: string): boolean => input[name] === true;

/** The values of a repeated option; empty when it was not given. */
export const list = (input: Input, name: string): readonly string[] =>
  (input[name] as readonly string[] | undefined) ?? [];
