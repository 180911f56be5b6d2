import type { Filter } from '../../domain/query.ts';
import { listIssues } from '../../operations/list.ts';
import type { Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { listingOutput, readLimit } from '../listing.ts';
import { text } from '../options.ts';

/** Lists the issues that a fixed filter selects. */
export async function runQuery(where: Filter, input: Input, context: Context): Promise<Output> {
  return listingOutput(
    await listIssues(await context.sessionAt(text(input, 'at')), { where, ...readLimit(input) }),
    input,
    context,
  );
}
