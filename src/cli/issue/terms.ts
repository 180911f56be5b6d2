import { JitError } from '../../domain/errors.ts';
import { isTtl } from '../../domain/lease.ts';
import type { Terms } from '../../operations/claim.ts';
import type { Input } from '../command.ts';
import type { Context } from '../context.ts';
import { number } from '../options.ts';

/** How long it is to last, by `--ttl`: milliseconds, null without end; nothing where it was not given. Throws USAGE. */
export function readTtl(input: Input): { readonly ttl?: number | null } {
  const ttl = number(input, 'ttl');
  if (ttl === undefined) return {};
  if (isTtl(ttl)) return { ttl: ttl === 0 ? null : ttl };
  throw new JitError('USAGE', 'a claim lasts at least one second', {
    details: { what: '--ttl', value: ttl },
    hint: 'give 1s or more, for example 30m; 0: without end',
  });
}

/** How a claim is asked for by the options `TERMS`. Throws USAGE. */
export function readTerms(input: Input, context: Context): Terms {
  const pid = number(input, 'tie-pid');
  return {
    ...readTtl(input),
    ...(pid === undefined ? {} : { tie: context.processToken(pid) }),
  };
}
