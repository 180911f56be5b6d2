import {
  parseAssignee,
  parseFilter,
  parsePriority,
  parseStates,
  STATE_SYNONYMS,
} from '../../domain/filter-syntax.ts';
import { STATES } from '../../domain/issue.ts';
import type { Filter } from '../../domain/query.ts';
import { byQuery } from '../../operations/list.ts';
import type { Session } from '../../operations/session.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { readLimit, runListing } from '../listing.ts';
import { AT, AT_ERRORS, flag, LISTING, list, PRIORITY, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['issue', 'list'],
  aliases: [['list'], ['ls'], ['issue', 'ls']],
  summary: 'List issues: what is open, unless a state is asked for.',
  options: {
    state: {
      type: 'string',
      alias: ['status', 's'],
      many: true,
      values: [...STATES, 'open', 'closed', 'blocked'],
      synonyms: STATE_SYNONYMS,
      description: 'Only these states.',
    },
    all: { type: 'boolean', description: 'Also what is done or archived.' },
    priority: { ...PRIORITY, many: true, description: 'Only these priorities.' },
    assignee: {
      type: 'string',
      alias: ['a'],
      many: true,
      placeholder: 'WHO',
      description: 'Only theirs; me, none.',
    },
    label: {
      type: 'string',
      alias: ['l'],
      many: true,
      placeholder: 'LABEL',
      description: 'With any of these labels.',
    },
    milestone: { type: 'string', many: true, placeholder: 'NAME', description: 'Of these milestones; none.' },
    filter: {
      type: 'text',
      placeholder: 'FILTER',
      description: 'In one expression, for example "priority:high|critical -label:wip".',
    },
    ...LISTING,
    at: AT,
  },
  reads: 'All issues.',
  writes: 'Nothing.',
  errors: ['UNKNOWN_VALUE', ...AT_ERRORS],
  examples: [
    ['jit list --state ready --priority high,critical', 'what is urgent and ready'],
    ['jit issue list --assignee me --json --fields id,title', 'what is mine, for a script'],
  ],
  kinds: ['issue-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = await context.sessionAt(text(input, 'at'));
  const choose = byQuery({ where: readFilter(input, session), ...readLimit(input) });
  return runListing(session, choose, input, context);
}

/** The filter of a listing's options, all of which must hold. */
function readFilter(input: Input, session: Session): Filter {
  const me = (): string => session.actor.id;
  const states = list(input, 'state');
  const expression = text(input, 'filter');
  const asked: Filter[] = [];
  if (states.length > 0) asked.push(parseStates(states));
  else if (!flag(input, 'all') && !mentionsState(expression)) asked.push({ op: 'is', what: 'open' });
  const priorities = list(input, 'priority').map(parsePriority);
  if (priorities.length > 0) asked.push({ op: 'priority', in: priorities });
  const assignees = list(input, 'assignee').map((name) => parseAssignee(name, me));
  if (assignees.length > 0) asked.push({ op: 'assignee', in: assignees });
  const labels = list(input, 'label');
  if (labels.length > 0) asked.push({ op: 'label', in: labels });
  const milestones = list(input, 'milestone').map((name) => (name === 'none' ? null : name));
  if (milestones.length > 0) asked.push({ op: 'milestone', in: milestones });
  if (expression !== undefined) asked.push(parseFilter(expression, me));
  return asked.length === 0 ? { op: 'all' } : { op: 'and', of: asked };
}

const mentionsState = (expression: string | undefined): boolean =>
  expression !== undefined && /(^|\s)-?(state|status):/i.test(expression);
