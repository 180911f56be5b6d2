import { JitError } from '../../domain/errors.ts';
import type { GitRun } from '../../git/run-git.ts';

/** A failure of git where no remote is in play. */
export const gitFailed = (args: readonly string[], ran: GitRun): JitError =>
  new JitError('GIT', `git ${args[0]} failed: ${lastWords(ran)}`, {
    details: { status: ran.status },
    hint: 'jit doctor looks at git and the repository',
  });

/** Nobody knows what is on the remote. `reason` in the details: `unreachable`. */
export const remoteUnreachable = (remote: string, ran: GitRun): JitError =>
  new JitError('REMOTE', `the remote ${remote} cannot be reached: ${lastWords(ran)}`, {
    details: { remote, reason: 'unreachable', timed_out: ran.timedOut },
    hint: 'jit doctor shows whether the remote can be reached',
  });

/** It did not answer others a moment ago. `reason` in the details: `unreachable`. */
export const remoteSilent = (remote: string): JitError =>
  new JitError('REMOTE', `the remote ${remote} did not answer a moment ago`, {
    details: { remote, reason: 'unreachable', timed_out: true },
    hint: 'it is tried again in a minute; jit doctor tries at once',
  });

/** The remote answers, and does not take the reference. `reason` in the details: `refused`. */
export const remoteRefuses = (remote: string, ref: string): JitError =>
  new JitError('REMOTE', `the remote ${remote} does not take ${ref}`, {
    details: { remote, ref, reason: 'refused' },
    hint: 'jit doctor shows which references the remote takes; jit config set claims.refPrefix chooses them',
  });

export const unknownRemote = (remote: string): JitError =>
  new JitError('UNKNOWN_VALUE', `this repository has no remote ${JSON.stringify(remote)}`, {
    details: { what: 'claims.remote', value: remote },
    hint: 'git remote -v lists them; jit config set claims.remote NAME chooses one',
  });

/** One remote that pushes to several places cannot say who was first. */
export const severalPlaces = (remote: string, count: number): JitError =>
  new JitError('UNKNOWN_VALUE', `the remote ${remote} pushes to ${count} places: claims need one`, {
    details: { what: 'claims.remote', value: remote, places: count },
    hint: 'git remote -v shows them; jit config set claims.remote NAME chooses another remote',
  });

/** The last line that git said, without what could be a password or could disturb a terminal. */
export function lastWords({ stderr, timedOut }: GitRun): string {
  if (timedOut) return 'it took too long';
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const told = lines.findLast((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? 'git gave no reason';
  return told
    .replace(/\p{Cc}/gu, ' ')
    .replace(/\/\/[^/@\s]*@/g, '//')
    .slice(0, 300);
}
