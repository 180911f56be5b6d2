import type { Filter } from '../../domain/query.ts';
import { byQuery } from '../../operations/list.ts';
import type { Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { readLimit, runListing } from '../listing.ts';
import { text } from '../options.ts';

/** Lists the issues that a fixed filter selects. */
export async function runQuery(where: Filter, input: Input, context: Context): Promise<Output> {
  const session = await context.sessionAt(text(input, 'at'));
  return runListing(session, byQuery({ where, ...readLimit(input) }), input, context);
}
