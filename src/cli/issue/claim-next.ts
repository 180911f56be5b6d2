import { JitError } from '../../domain/errors.ts';
import { parseFilter } from '../../domain/filter-syntax.ts';
import type { Claimed } from '../../operations/claim.ts';
import { type ClaimNextInput, claimNext } from '../../operations/claim-next.ts';
import type { Session } from '../../operations/session.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { FILTER, flag, number, TERMS, text } from '../options.ts';
import { waitFor } from '../wait.ts';
import { claimedOutput } from './claimed.ts';
import { readTerms } from './terms.ts';

export const declaration: Declaration = {
  path: ['issue', 'claim-next'],
  aliases: [['claim-next']],
  summary: 'Claim the most important issue that is ready: each goes to exactly one worker.',
  description:
    'The order: assigned to the claimer, then rework, then priority, then how much waits on it, then age. Claims that are stale are returned to ready first. Prints a brief that is enough to start. A lost race is retried, and what somebody works on or has finished in another work tree is left out. JIT_EPOCH says nothing about new work; --resume passes over what it names under another epoch.',
  options: {
    to: {
      type: 'string',
      alias: ['by'],
      placeholder: 'WHO',
      description: 'Who claims: {type}:{identifier}, or a name.',
    },
    filter: FILTER,
    wait: {
      type: 'duration',
      placeholder: 'DURATION',
      description: 'When nothing is ready, wait this long for something, for example 60s.',
    },
    ...TERMS,
    resume: { type: 'boolean', description: 'Return what the claimer already holds, before anything new.' },
  },
  reads: 'All issues, their leases and the gates.',
  writes: 'The lease, the issue that is claimed, and an event; what is overdue returns to ready.',
  errors: ['IDENTITY_REQUIRED', 'UNKNOWN_VALUE', 'NOTHING_READY', 'ALL_DONE', 'TIMEOUT'],
  examples: [
    ['jit issue claim-next --to agent:a1 --json', 'the next piece of work'],
    [
      'jit claim-next --to agent:a1 --filter "priority:high|critical" --wait 60s',
      'only urgent work, and wait for it',
    ],
  ],
  kinds: ['claim'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: text(input, 'to'), explicit: true });
  const filter = text(input, 'filter');
  const wanted: ClaimNextInput = {
    filter: filter === undefined ? null : parseFilter(filter, () => session.actor.id),
    resume: flag(input, 'resume'),
    ...readTerms(input, context),
  };
  const wait = number(input, 'wait');
  return claimedOutput(
    wait === undefined
      ? await claimNext(session, wanted)
      : await claimWithin(session, wanted, wait, context.signal),
  );
}

/** Claims as soon as something is ready. Throws TIMEOUT after `wait` milliseconds, ALL_DONE when nothing is open. */
export async function claimWithin(
  session: Session,
  wanted: ClaimNextInput,
  wait: number,
  signal: AbortSignal,
): Promise<Claimed> {
  let refusal: JitError | undefined;
  const claimed = await waitFor(session.store, wait, signal, async () => {
    try {
      return await claimNext(session, wanted);
    } catch (error) {
      if (!(error instanceof JitError) || error.code !== 'NOTHING_READY') throw error;
      refusal = error;
      return undefined;
    }
  });
  if (claimed !== undefined) return claimed;
  throw new JitError('TIMEOUT', `waited in vain: ${refusal?.message}`, {
    details: refusal?.details ?? {},
    hint: 'jit query blocked shows what waits for what',
  });
}
