import { JitError } from '../../domain/errors.ts';
import { findIds } from '../../domain/ids.ts';
import { ref } from '../../domain/issue.ts';
import { shellWord } from '../../domain/shell-word.ts';
import type { Claimed } from '../../operations/claim.ts';
import {
  claimForProcess,
  type End,
  type EndedWork,
  endWork,
  type HeldWork,
  workLost,
} from '../../operations/held-work.ts';
import type { Session } from '../../operations/session.ts';
import { issueSummary } from '../../render/documents.ts';
import { safeLine } from '../../render/terminal-text.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context, Ending, Supervised } from '../context.ts';
import { readTtl } from '../issue/terms.ts';
import { FENCE, fence, ID, list, needed, TERMS, text } from '../options.ts';
import { keepRenewed } from './keep-renewed.ts';

export const declaration: Declaration = {
  path: ['lease', 'hold'],
  summary: 'Claim an issue, run a command on it, and complete it or give it back by how the command ends.',
  description:
    'The claim ends with this process, and is renewed at a third of its ttl, at least every ten minutes. The command finds JIT_ISSUE, JIT_AGENT_ID and JIT_EPOCH in its environment, so that what it does with jit is fenced. When the claim is lost, the command gets SIGTERM, 5 seconds later SIGKILL, and jit exits with 6. Signals are passed on, and a command that was interrupted has not succeeded. Away from a terminal they reach all that the command has started. When jit itself is killed, the claim is free at once, but the command goes on. Otherwise the exit code is that of the command, 128 + n after signal n. With --json the command’s stdout goes to stderr, and stdout has one document at the end; without it jit prints nothing on stdout.',
  positionals: [
    ID,
    {
      name: 'command',
      type: 'command',
      required: true,
      many: true,
      description: 'The program and its words, behind --.',
    },
  ],
  options: {
    to: {
      type: 'string',
      alias: ['by'],
      placeholder: 'WHO',
      description: 'Who claims: {type}:{identifier}, or a name.',
    },
    ttl: TERMS.ttl!,
    'on-success': {
      type: 'string',
      values: ['complete', 'gate', 'release'],
      default: 'complete',
      description:
        'After exit code 0: complete declares the issue finished; gate does so only for pending gates to decide; release gives it back.',
    },
    comment: {
      type: 'text',
      alias: ['m'],
      placeholder: 'TEXT',
      description: 'Add this comment when the command has succeeded.',
    },
    ...FENCE,
    epoch: {
      ...FENCE.epoch!,
      description: 'Only go on with the claim that has this epoch; JIT_EPOCH=ID@N says the same.',
    },
    'if-rev': {
      ...FENCE['if-rev']!,
      description: 'Only start while the issue is at this revision (rev in jit show --json).',
    },
  },
  reads: 'The issue, its dependencies, and the gates.',
  writes: 'The lease, the issue, those that this makes ready or done, and their events.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'IDENTITY_REQUIRED',
    'BLOCKED',
    'INVALID_TRANSITION',
    'ALREADY_CLAIMED',
    'NOT_HOLDER',
    'STALE_EPOCH',
    'STALE_REVISION',
    'FILE_NOT_FOUND',
    'LIMIT_EXCEEDED',
  ],
  examples: [
    ['jit lease hold 4F7K2M9Q --to agent:a1 -- ./work.sh', 'done when the script succeeds'],
    ['jit lease hold 4F7K2M9Q --to ci:nightly --on-success release -- make test', 'try, and give it back'],
  ],
  kinds: ['lease-hold'],
};

/** How long a command that lost its claim has to end; milliseconds. */
const GRACE = 5000;

export async function run(input: Input, context: Context): Promise<Output> {
  const words = list(input, 'command');
  const session = context.session({ named: text(input, 'to'), explicit: true, ...fence(input) });
  // What the environment says of other issues holds for the command as well; what cannot be read is refused before anything.
  const { epochs } = session.fence;
  const claimed = await claimForProcess(session, needed(input, 'id'), {
    tie: context.processToken(context.pid),
    ...readTtl(input),
  });
  const { id, epoch } = claimed.lease.lease;
  const work: HeldWork = { id, epoch };
  const program = await start(session, work, envOf(claimed, epochs), words, context);
  const ending = await attend(session, work, claimed, program);
  const succeeded = ending.exit === 0 && ending.interruptedBy === null;
  const ended = succeeded
    ? await endWork(session, work, needed(input, 'on-success') as End, text(input, 'comment') ?? null)
    : await endWork(session, work, 'release', describeFailure(words, ending));
  return output(work, words, ending, ended);
}

/** What tells the command, and every jit that it runs, what it works on. */
function envOf(
  { row, lease }: Claimed,
  known: ReadonlyMap<string, number>,
): Readonly<Record<string, string>> {
  const { id, epoch, holder } = lease.lease;
  const others = [...known].filter(([text]) => findIds([id], text).length === 0);
  return {
    JIT_ISSUE: id,
    JIT_AGENT_ID: row.issue.assignee ?? holder,
    JIT_EPOCH: [[id, epoch] as const, ...others].map(([text, number]) => `${text}@${number}`).join(','),
  };
}

/** Starts the program. What cannot be started is given back as if nothing had been. */
async function start(
  session: Session,
  work: HeldWork,
  env: Readonly<Record<string, string>>,
  words: readonly string[],
  context: Context,
): Promise<Supervised> {
  try {
    return await context.supervise(words, env);
  } catch (error) {
    await endWork(session, work, 'release', null);
    throw error;
  }
}

/** Renews the claim for as long as the program runs, and ends the program when the claim is lost. Throws STALE_EPOCH then. */
async function attend(
  session: Session,
  work: HeldWork,
  { lease }: Claimed,
  program: Supervised,
): Promise<Ending> {
  let last: ReturnType<typeof setTimeout> | undefined;
  const renewing = keepRenewed(session, work, lease.lease, () => {
    program.kill('SIGTERM');
    last = setTimeout(() => program.kill('SIGKILL'), GRACE);
  });
  const ending = await program.ended;
  const lost = await renewing.stop();
  clearTimeout(last);
  if (!lost) return ending;
  const { code, message, details, hint } = await workLost(session, work);
  const { exit, signal } = ending;
  throw new JitError(code, `${message}; the command was stopped`, {
    details: { ...details, command_exit: exit, command_signal: signal },
    ...(hint === null ? {} : { hint }),
  });
}

function describeFailure(words: readonly string[], { exit, signal, interruptedBy }: Ending): string {
  const line = words.map(shellWord).join(' ');
  const shown = line.length > 200 ? `${line.slice(0, 199)}…` : line;
  const how = signal === null ? `ended with exit code ${exit}` : `was ended by ${signal}`;
  return `\`${shown}\` ${how}${interruptedBy === null ? '' : `, after ${interruptedBy} to jit lease hold`}`;
}

function output(work: HeldWork, words: readonly string[], ending: Ending, ended: EndedWork): Output {
  const { exit, signal, interruptedBy } = ending;
  const { outcome, row, becameReady } = ended;
  return {
    document: {
      kind: 'lease-hold',
      id: work.id,
      ref: ref(work.id),
      epoch: work.epoch,
      outcome,
      issue: row === null ? null : issueSummary(row),
      command: words,
      exit,
      signal,
      interrupted_by: interruptedBy,
      became_ready: becameReady.map(issueSummary),
    },
    text: '',
    note: safeLine(`${outcome}: ${ref(work.id)} ${row?.issue.title ?? ''}`),
    // What was interrupted in the middle did not succeed, even if the command says so.
    exit: exit === 0 && interruptedBy !== null ? INTERRUPTED : exit,
  };
}

const INTERRUPTED = 130;
