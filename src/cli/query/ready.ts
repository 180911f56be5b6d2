import { JitError } from '../../domain/errors.ts';
import { claimable } from '../../operations/claimable.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { readLimit, runListing } from '../listing.ts';
import { AT, AT_ERRORS, flag, LISTING, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['query', 'ready'],
  aliases: [['ready']],
  summary: 'List what can be claimed now: ready, assigned to nobody, prechecks passed.',
  description:
    'What somebody works on, or has finished, in another work tree of the repository is left out; jit why ID says who and where.',
  options: {
    ...LISTING,
    claim: { type: 'boolean', description: 'Claim the first of them instead, as jit claim-next does.' },
    to: { type: 'string', alias: ['by'], placeholder: 'WHO', description: 'With --claim: who claims.' },
    at: AT,
  },
  reads: 'All issues, their leases and the gates.',
  writes: 'Nothing; with --claim the issue that is claimed, and an event.',
  errors: ['UNKNOWN_VALUE', 'IDENTITY_REQUIRED', 'NOTHING_READY', 'ALL_DONE', ...AT_ERRORS],
  examples: [
    ['jit ready', 'what could be done next'],
    ['jit query ready --json --limit 5', 'for a script'],
  ],
  kinds: ['issue-list', 'claim'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const to = text(input, 'to');
  const at = text(input, 'at');
  if (flag(input, 'claim')) {
    if (at !== undefined)
      throw new JitError('USAGE', 'nothing can be claimed in the past', { hint: 'leave out --at' });
    const claimNext = await import('../issue/claim-next.ts');
    return claimNext.run(to === undefined ? {} : { to }, context);
  }
  if (to !== undefined)
    throw new JitError('USAGE', '--to needs --claim', { hint: 'jit ready --claim --to WHO' });
  const session = await context.sessionAt(at);
  return runListing(session, claimable(session, readLimit(input).limit), input, context);
}
