import { JitError } from '../domain/errors.ts';
import type { Issue, IssueBrief } from '../domain/issue.ts';
import type { Row, Selection } from '../domain/query.ts';
import { unknownValue } from '../domain/suggest.ts';
import { type Choose, listIssues, listWholeIssues } from '../operations/list.ts';
import type { Session } from '../operations/session.ts';
import { FULL_ISSUE_FIELDS, fullIssue, issueList, issueSummary, pickFields } from '../render/documents.ts';
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

/** Lists the issues that are chosen: rows for people, summaries or more for machines. A limit is never silent. */
export async function runListing(
  session: Session,
  choose: Choose,
  input: Input,
  context: Context,
): Promise<Output> {
  const form = readForm(input);
  if (form === 'summary') return output(await listIssues(session, choose), issueSummary, context);
  return wholeListing(await listWholeIssues(session, choose), input, context);
}

/** What a command that lists issues answers where they were read as a whole. */
export const wholeListing = (selection: Selection<Issue>, input: Input, context: Context): Output =>
  output(selection, rowForm(input), context);

function output<T extends IssueBrief>(
  { rows, total }: Selection<T>,
  form: (row: Row<T>) => object,
  context: Context,
): Output {
  const cut =
    rows.length < total ? `${rows.length} of ${total} are shown; raise --limit for more` : undefined;
  const none = total === 0 ? 'no issue matches' : undefined;
  const note = cut ?? none;
  return {
    // Only one of the two is asked for.
    get document() {
      return issueList(rows.map(form), total);
    },
    get text() {
      return renderRows(rows, pageFor(context.terminal));
    },
    ...(note === undefined ? {} : { note }),
  };
}

/** What a list holds of each issue, as it is asked for. Throws UNKNOWN_VALUE for a field that no issue has. */
export function rowForm(input: Input): (row: Row<Issue>) => object {
  const form = readForm(input);
  if (form === 'summary') return issueSummary;
  return form === 'full' ? fullIssue : (row) => pickFields(row, form);
}

function readForm(input: Input): 'summary' | 'full' | readonly string[] {
  const fields = list(input, 'fields');
  const unknown = fields.find((field) => !FULL_ISSUE_FIELDS.includes(field));
  if (unknown !== undefined) throw unknownValue('field', unknown, FULL_ISSUE_FIELDS);
  if (fields.length > 0) return fields;
  return flag(input, 'full') ? 'full' : 'summary';
}
