import { JitError } from '../../domain/errors.ts';
import { gateReasons } from '../../domain/readiness.ts';
import type { Claimed } from '../../operations/claim.ts';
import { completeIssues } from '../../operations/complete.ts';
import { judgeGates, listGates } from '../../operations/gate.ts';
import type { Session } from '../../operations/session.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { claimWithin } from '../issue/claim-next.ts';
import { needed } from '../options.ts';

export const declaration: Declaration = {
  path: ['demo', 'worker'],
  summary: 'Work like an agent of jit demo: claim, pass the automatic gates, complete, until all is done.',
  positionals: [{ name: 'name', type: 'string', required: true, description: 'Who works.' }],
  reads: 'All issues.',
  writes: 'The issues that it claims.',
  errors: ['TIMEOUT'],
  examples: [
    ['jit demo worker agent:w1', 'what jit demo starts three times'],
    ['jit demo', 'the whole demo'],
  ],
  kinds: ['demo-worker'],
};

/** How long one piece of work takes, and how long to wait for one, in milliseconds. */
const WORK_MS = 450;
const PATIENCE_MS = 20_000;

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: needed(input, 'name'), explicit: true });
  let finished = 0;
  for (let work = await next(session, context); work !== null; work = await next(session, context)) {
    await new Promise((resolve) => setTimeout(resolve, WORK_MS));
    const { issue } = work.row;
    const automatic = gateReasons(issue, await listGates(session)).filter(
      (gate) => gate.type === 'gate' && gate.auto,
    );
    const keys = automatic.flatMap((gate) => (gate.type === 'gate' ? [gate.key] : []));
    if (keys.length > 0) {
      await judgeGates(session, issue.id, keys, { status: 'passed', reason: null, override: false });
    }
    await completeIssues(session, [issue.id], { comment: null, force: false });
    finished += 1;
  }
  return { document: { kind: 'demo-worker', finished }, text: `finished ${finished}` };
}

/** The next piece of work, what was sent back to this worker first; null when all is done. */
async function next(session: Session, context: Context): Promise<Claimed | null> {
  try {
    return await claimWithin(session, { filter: null, resume: true }, PATIENCE_MS, context.signal);
  } catch (error) {
    if (error instanceof JitError && error.code === 'ALL_DONE') return null;
    throw error;
  }
}
