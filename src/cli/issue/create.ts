import { parsePriority } from '../../domain/filter-syntax.ts';
import { ref } from '../../domain/issue.ts';
import { createIssue } from '../../operations/create.ts';
import { fullIssue } from '../../render/documents.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, DESCRIPTION, list, PRIORITY, text } from '../options.ts';
import { readAssignee, readContextPairs, readDescription, readHold, readTitle } from './fields.ts';

export const declaration: Declaration = {
  path: ['issue', 'create'],
  aliases: [['create'], ['new'], ['issue', 'new']],
  summary: 'Create an issue, with its edges, in one transaction.',
  description:
    'Prints the id alone, so that ID=$(jit issue create "Title") works. With --needs and --blocks the issue is born with its edges: nobody can claim it in between.',
  positionals: [
    { name: 'title', type: 'text', description: 'One line, at most 200 characters; or --title.' },
  ],
  options: {
    title: {
      type: 'text',
      alias: ['t'],
      placeholder: 'TEXT',
      description: 'The title, instead of the word.',
    },
    ...DESCRIPTION,
    priority: { ...PRIORITY, default: 'normal' },
    gate: { type: 'gate', alias: ['g'], many: true, placeholder: 'KEY', description: 'Require these gates.' },
    label: {
      type: 'string',
      alias: ['l', 'add-label'],
      many: true,
      placeholder: 'LABEL',
      description: 'Add these labels.',
    },
    milestone: { type: 'string', placeholder: 'NAME', description: 'The milestone it belongs to.' },
    assignee: {
      type: 'string',
      alias: ['a'],
      placeholder: 'WHO',
      description: 'Assign it, without claiming it.',
    },
    needs: {
      type: 'id',
      alias: ['depends-on'],
      many: true,
      placeholder: 'IDS',
      description: 'Issues that must be done first.',
    },
    blocks: {
      type: 'id',
      many: true,
      placeholder: 'IDS',
      description: 'Issues that must wait for this one.',
    },
    parent: {
      type: 'id',
      placeholder: 'ID',
      description: 'Link to the issue that this is a part of. No dependency.',
    },
    'discovered-from': {
      type: 'id',
      placeholder: 'ID',
      description: 'Link to the issue during which this was found.',
    },
    hold: { type: 'text', placeholder: 'REASON', description: 'Not to be started yet, and why.' },
    context: {
      type: 'text',
      many: true,
      placeholder: 'KEY=VALUE',
      description: 'Data for agents. May be repeated.',
    },
    by: BY,
  },
  reads: 'The issues and gates that are named.',
  writes: 'The new issue, the issues that it blocks, and their events.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'GATE_NOT_DEFINED',
    'CYCLE',
    'INVALID_TRANSITION',
    'LIMIT_EXCEEDED',
    'FILE_NOT_FOUND',
  ],
  examples: [
    ['jit issue create "Add a login form" --priority high --gate unit-tests', 'an issue that needs a gate'],
    [
      'jit issue create "Release" --needs "$A,$B" --hold "after the freeze"',
      'born with two dependencies and a hold',
    ],
  ],
  kinds: ['issue'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: text(input, 'by') });
  const description = readDescription(input, context);
  const row = await createIssue(session, {
    title: readTitle(input),
    ...(description === undefined ? {} : { description }),
    priority: parsePriority(text(input, 'priority') ?? 'normal'),
    milestone: text(input, 'milestone') ?? null,
    addLabels: list(input, 'label'),
    context: readContextPairs(list(input, 'context')),
    gates: list(input, 'gate'),
    needs: list(input, 'needs'),
    blocks: list(input, 'blocks'),
    parent: text(input, 'parent') ?? null,
    discoveredFrom: text(input, 'discovered-from') ?? null,
    hold: readHold(text(input, 'hold'), undefined, session.clock),
    assignee: readAssignee(text(input, 'assignee')) ?? null,
  });
  return {
    document: { kind: 'issue', issue: fullIssue(row), changed: true, became_ready: [] },
    text: row.issue.id,
    note: `created ${ref(row.issue.id)}, ${row.state}`,
  };
}
