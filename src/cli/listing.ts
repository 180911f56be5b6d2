import { JitError } from '../domain/errors.ts';
import type { Selection } from '../domain/query.ts';
import { unknownValue } from '../domain/suggest.ts';
import { FULL_ISSUE_FIELDS, issueList, type ListForm } from '../render/documents.ts';
import { renderRows } from '../render/issue-rows.ts';
import { pageFor } from '../render/style.ts';
import type { Input, Output } from './command.ts';
import type { Context } from './context.ts';
import { flag, list, number } from './options.ts';

/** The limit of a listing. Throws USAGE for less than 1. */
export function readLimit(input: Input): { readonly limit?: number } {
  const limit = number(input, 'limit');
  if (limit === undefined) return {};
  if (limit < 1) throw new JitError('USAGE', `the limit is ${limit}`, { hint: 'give 1 or more' });
  return { limit };
}

/** What a command that lists issues answers: rows for people, summaries or more for machines. A limit is never silent. */
export function listingOutput({ rows, total }: Selection, input: Input, context: Context): Output {
  const cut =
    rows.length < total ? `${rows.length} of ${total} are shown; raise --limit for more` : undefined;
  const none = total === 0 ? 'no issue matches' : undefined;
  const note = cut ?? none;
  return {
    document: issueList(rows, total, readForm(input)),
    text: renderRows(rows, pageFor(context.terminal)),
    ...(note === undefined ? {} : { note }),
  };
}

/** How much of each issue is asked for. Throws UNKNOWN_VALUE for a field that no issue has. */
export function readForm(input: Input): ListForm {
  const fields = list(input, 'fields');
  const unknown = fields.find((field) => !FULL_ISSUE_FIELDS.includes(field));
  if (unknown !== undefined) throw unknownValue('field', unknown, FULL_ISSUE_FIELDS);
  if (fields.length > 0) return fields;
  return flag(input, 'full') ? 'full' : 'summary';
}
