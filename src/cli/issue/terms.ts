import type { Terms } from '../../operations/claim.ts';
import type { Input } from '../command.ts';
import type { Context } from '../context.ts';
import { number } from '../options.ts';

/** How a claim is asked for by the options `TERMS`. Throws USAGE. */
export function readTerms(input: Input, context: Context): Terms {
  const ttl = number(input, 'ttl');
  const pid = number(input, 'tie-pid');
  return {
    ...(ttl === undefined ? {} : { ttl: ttl === 0 ? null : ttl }),
    ...(pid === undefined ? {} : { tie: context.processToken(pid) }),
  };
}
