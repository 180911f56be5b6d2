import { JitError } from '../domain/errors.ts';
import { needsAction } from '../domain/health/check.ts';
import { examine } from '../operations/doctor.ts';
import type { Session } from '../operations/session.ts';
import { checkDocument, renderChecks } from '../render/doctor.ts';
import { pageFor } from '../render/style.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';
import { flag, text } from './options.ts';

export const declaration: Declaration = {
  path: ['doctor'],
  summary: 'Check everything that jit stands on: git, work trees, the store, leases, disk, clock.',
  description:
    'Exits with 4 when something needs action: an error, or a warning that names the command to run. A warning without a command is a fact to live with, such as a network file system, and is no failure. Without a store it exits with 3, and --json tells what could be checked.',
  options: {
    offline: { type: 'boolean', description: 'Ask no remote.' },
    remote: {
      type: 'string',
      placeholder: 'NAME',
      description: 'Try whether claims can be kept on this remote, also when none are made there.',
    },
  },
  reads:
    'All of the store, the leases, the files of git; asks git for its version, its configuration and tracked stores.',
  writes:
    'Nothing that stays: an empty file in .jit/local and beside the leases, to try a hard link; with claims on a remote, or with --remote, a reference there, to try whether it takes it.',
  errors: ['INVALID'],
  examples: [
    ['jit doctor', 'every check, and what to do'],
    ['jit doctor --json --offline', 'for machines, without a network'],
  ],
  kinds: ['doctor'],
};

/** The exit code of a report in which something needs action. The report stands on stdout all the same. */
const NEEDS_ACTION = 4;

export async function run(input: Input, context: Context): Promise<Output> {
  const remote = text(input, 'remote') ?? null;
  const offline = flag(input, 'offline');
  if (offline && remote !== null)
    throw new JitError('USAGE', '--offline asks no remote, and --remote names one', {
      hint: 'give one of them',
    });
  const opened = openSession(context);
  const checks = await examine('missing' in opened ? null : opened, await context.surroundings(), {
    offline,
    remote,
  });
  const documents = checks.map(checkDocument);
  if ('missing' in opened) {
    const { code, message, details, hint } = opened.missing;
    throw new JitError(code, message, {
      details: { ...details, checks: documents },
      ...(hint === null ? {} : { hint }),
    });
  }
  const healthy = !checks.some(needsAction);
  return {
    document: { kind: 'doctor', healthy, checks: documents },
    text: renderChecks(checks, pageFor(context.terminal)),
    tellsProblems: true,
    ...(healthy ? {} : { exit: NEEDS_ACTION }),
  };
}

/** What can be said without a store is said all the same. */
function openSession(context: Context): Session | { readonly missing: JitError } {
  try {
    return context.session();
  } catch (error) {
    if (error instanceof JitError && error.code === 'NOT_INITIALIZED') return { missing: error };
    throw error;
  }
}
