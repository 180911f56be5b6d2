import { JitError } from '../domain/errors.ts';
import { revisionName } from '../domain/git-names.ts';
import type { Problem } from '../domain/problem.ts';
import type { Comparison } from '../operations/revisions.ts';
import type { Session } from '../operations/session.ts';
import { fixStore, type Validation, validateStore } from '../operations/validate.ts';
import { counted } from '../render/count.ts';
import { sumUpOlderLog } from '../render/older-log.ts';
import { safeLine } from '../render/terminal-text.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';
import { AT, AT_ERRORS, flag, text, YES } from './options.ts';

export const declaration: Declaration = {
  path: ['validate'],
  summary: 'Check the whole store and report everything that is wrong in one run.',
  description:
    'Exits with 4 when there are errors; warnings alone are no failure. --fix shows what it would mend, --fix --yes mends it; again, it finds nothing more to mend. While git waits for a merge of the store to be finished it mends nothing: exit 4. What it writes follows from the files alone, by jit:fix: two clones that mend the same come to the same bytes.',
  options: {
    fix: { type: 'boolean', description: 'Show what can be mended by rule; with --yes, mend it.' },
    yes: YES,
    staged: {
      type: 'boolean',
      description: 'Check what git would commit, not the files: for a pre-commit hook.',
    },
    at: AT,
    against: {
      type: 'string',
      placeholder: 'REV',
      description: 'Report every gate that was weakened since the branch parted from this commit.',
    },
  },
  reads: 'Every file of the store.',
  writes: 'Nothing; with --fix --yes what it mends, and events.',
  errors: ['INVALID', ...AT_ERRORS],
  examples: [
    ['jit validate', 'every problem, with file and path'],
    ['jit validate --fix --yes', 'mend what can be mended'],
  ],
  kinds: ['validation'],
};

/** The exit code of INVALID. The report stands on stdout all the same. */
const INVALID = 4;

export async function run(input: Input, context: Context): Promise<Output> {
  const fix = flag(input, 'fix');
  if (flag(input, 'yes') && !fix)
    throw new JitError('USAGE', '--yes needs --fix', { hint: 'jit validate --fix --yes' });
  const apply = fix && flag(input, 'yes');
  const session = await openBoard(input, context, fix);
  const git = {
    merges: session.past === true ? null : await context.mergeFacts(),
    against: await findAgainst(input, context),
  };
  const counting = await context.counting('validate');
  let result: Validation;
  try {
    result = fix
      ? await fixStore(session, apply, git, counting.tell)
      : await validateStore(session, git, counting.tell);
  } finally {
    counting.end();
  }
  return {
    document: {
      kind: 'validation',
      valid: result.valid,
      counts: countsOf(result),
      problems: result.problems,
      applied: apply,
      fixed: result.fixed,
    },
    text: report(result, fix, apply),
    tellsProblems: true,
    ...(result.valid ? {} : { exit: INVALID }),
  };
}

/** The board that is meant: the files, the index, or a commit. Throws USAGE. */
async function openBoard(input: Input, context: Context, fix: boolean): Promise<Session> {
  const staged = flag(input, 'staged');
  const at = text(input, 'at');
  if (staged && at !== undefined)
    throw new JitError('USAGE', '--staged and --at name two boards', { hint: 'leave out one of them' });
  if (fix && (staged || at !== undefined)) {
    throw new JitError(
      'USAGE',
      `--fix mends the files; it cannot mend ${staged ? 'the index' : 'a commit'}`,
      {
        hint: staged ? 'jit validate --fix --yes, then git add .jit' : 'leave out --at',
      },
    );
  }
  if (staged) return context.sessionStaged();
  return at === undefined ? context.session() : context.sessionAt(at);
}

/** The board of `--against` beside the one that is checked; null where none is named. Throws USAGE, REVISION_NOT_FOUND, GIT. */
async function findAgainst(input: Input, context: Context): Promise<Comparison | null> {
  const named = text(input, 'against');
  if (named === undefined) return null;
  if (flag(input, 'fix')) {
    throw new JitError('USAGE', '--against only reports: which gates there are is for people to say', {
      hint: 'leave out --fix',
    });
  }
  const range = { before: revisionName(named), after: text(input, 'at') ?? null, fromMergeBase: true };
  return (await context.revisions()).compare(range, flag(input, 'staged'));
}

function countsOf({ issues, events, problems }: Validation) {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return { issues, events, errors, warnings: problems.length - errors };
}

function report(result: Validation, fix: boolean, apply: boolean): string {
  const { problems, behind, fixed, valid } = result;
  const lines = sumUpOlderLog(problems, behind).map(
    (problem) => `${problem.severity}: ${describeProblem(problem)}`,
  );
  if (fix) {
    const verb = apply ? 'mended' : 'would mend';
    lines.push(...fixed.map((problem) => `${verb}: ${describeProblem(problem)}`));
    if (fixed.length === 0) lines.push('nothing to mend by rule');
    else if (!apply) lines.push('add --yes to mend it');
  }
  const { issues, events, errors, warnings } = countsOf(result);
  const seen = `${counted(issues, 'issue')}, ${counted(events, 'event')}`;
  const found = `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
  lines.push(`${valid ? 'valid' : 'not valid'}: ${seen}: ${found}`);
  // Some problems name the command that mends them.
  const mendable = problems.some(({ fix }) => fix?.startsWith('jit ') === false);
  if (!fix && mendable) lines.push('jit validate --fix shows what can be mended');
  return lines.map(safeLine).join('\n');
}

/** A problem in one line, with its place, its code, and what mends it. */
export function describeProblem({ file, path, message, code, fix }: Problem): string {
  // Some messages name the place themselves.
  const place = path === null || message.startsWith(path) ? null : path;
  const where = [file, place].filter((part) => part !== null).join(' ');
  return `${where === '' ? '' : `${where}: `}${message} [${code}]${fix === null ? '' : ` (fix: ${fix})`}`;
}
