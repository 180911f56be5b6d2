import { JitError } from '../../domain/errors.ts';
import { parsePriority, parseState } from '../../domain/filter-syntax.ts';
import { updateIssues } from '../../operations/update.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, DESCRIPTION, FENCE, FORCE, fence, flag, IDS, list, PRIORITY, STATE, text } from '../options.ts';
import { changedOutput } from './changed.ts';
import { readAssignee, readContextPairs, readDescription } from './fields.ts';

export const declaration: Declaration = {
  path: ['issue', 'update'],
  aliases: [['update'], ['edit'], ['issue', 'edit']],
  summary: 'Change fields of issues, or their state.',
  description:
    'Several issues are changed in one transaction: all, or none. --state runs the verb that leads there: in_progress claims (for the one that --assignee names), ready releases or reopens, archived archives, done completes, and is refused while a dependency or a gate is open.',
  positionals: [IDS],
  options: {
    title: {
      type: 'text',
      alias: ['t'],
      placeholder: 'TEXT',
      description: 'One line, at most 200 characters.',
    },
    ...DESCRIPTION,
    priority: PRIORITY,
    state: STATE,
    assignee: {
      type: 'string',
      alias: ['a'],
      placeholder: 'WHO',
      description: 'Assign it; none takes it away.',
    },
    'add-label': {
      type: 'string',
      alias: ['label', 'l'],
      many: true,
      placeholder: 'LABEL',
      description: 'Add labels.',
    },
    'remove-label': { type: 'string', many: true, placeholder: 'LABEL', description: 'Remove labels.' },
    milestone: { type: 'string', placeholder: 'NAME', description: 'Set the milestone; none takes it away.' },
    gate: {
      type: 'gate',
      alias: ['g'],
      many: true,
      placeholder: 'KEY',
      description: 'Require these gates too.',
    },
    context: {
      type: 'text',
      many: true,
      placeholder: 'KEY=VALUE',
      description: 'Set data for agents; KEY= removes it.',
    },
    by: BY,
    force: FORCE,
    ...FENCE,
  },
  reads: 'The issues, their dependencies, and the gates.',
  writes:
    'The issues, those that this makes ready or done, and their events. Nothing when all is so already.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'UNKNOWN_VALUE',
    'GATE_NOT_DEFINED',
    'BLOCKED',
    'GATES_PENDING',
    'INVALID_TRANSITION',
    'IN_USE',
    'ALREADY_CLAIMED',
    'NOT_HOLDER',
    'LIMIT_EXCEEDED',
    'FILE_NOT_FOUND',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit issue update 4F7K2M9Q --priority critical --add-label security', 'change fields'],
    ['jit issue update 4F7K2M9Q --state done', 'done, or refused with every reason'],
  ],
  kinds: ['issue', 'issue-list'],
};

const FIELDS = [
  'title',
  'description',
  'description-file',
  'priority',
  'state',
  'assignee',
  'add-label',
  'remove-label',
  'milestone',
  'gate',
  'context',
];

export async function run(input: Input, context: Context): Promise<Output> {
  if (FIELDS.every((field) => input[field] === undefined)) {
    throw new JitError('USAGE', 'nothing to change is given', {
      hint: 'for example --priority high; jit issue update --help',
    });
  }
  const ids = list(input, 'ids');
  const title = text(input, 'title');
  const description = readDescription(input, context);
  const priority = text(input, 'priority');
  const milestone = text(input, 'milestone');
  const assignee = readAssignee(text(input, 'assignee'));
  const state = text(input, 'state');
  const changed = await updateIssues(context.session({ named: text(input, 'by'), ...fence(input) }), ids, {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(priority === undefined ? {} : { priority: parsePriority(priority) }),
    ...(milestone === undefined ? {} : { milestone: milestone === 'none' ? null : milestone }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(state === undefined ? {} : { state: parseState(state) }),
    addLabels: list(input, 'add-label'),
    removeLabels: list(input, 'remove-label'),
    addGates: list(input, 'gate'),
    context: readContextPairs(list(input, 'context')),
    force: flag(input, 'force'),
  });
  return changedOutput(changed, ids.length > 1);
}
