import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { makeSandbox } from '../support/binary.ts';

// Two clones claim an issue under the same epoch, each in its own repository. A merge decides; what the loser's lease says then
// counts for nothing.

test('the clone whose claim was lost in a merge says who has the issue, and refuses the loser', () => {
  const sandbox = makeSandbox();
  const [one, two] = [sandbox.repository, join(dirname(sandbox.repository), 'two')] as const;
  const jit = (cwd: string, who: string, ...words: string[]) =>
    sandbox.jit(words, { cwd, env: { JIT_AGENT_ID: `agent:${who}` } });
  const commit = (cwd: string) => sandbox.git('-C', cwd, 'commit', '--quiet', '--all', '--message', 'work');
  jit(one, 'lead', 'init');
  expect(jit(one, 'lead', 'git', 'setup').exit).toBe(0);
  const id = jit(one, 'lead', 'create', 'Work').stdout.trim();
  sandbox.git('add', '--all');
  commit(one);
  sandbox.git('clone', '--quiet', one, two);
  expect(jit(two, 'lead', 'git', 'setup').exit).toBe(0);
  expect(jit(one, 'a', 'claim', id).exit).toBe(0);
  commit(one);
  // The later claim stands.
  expect(jit(two, 'b', 'claim', id).exit).toBe(0);
  commit(two);
  sandbox.git('-C', two, 'pull', '--quiet', '--no-rebase', '--no-edit');
  sandbox.git('pull', '--quiet', '--ff-only', two, 'main');

  expect(jit(one, 'a', 'show', id, '--json').json).toMatchObject({
    issue: { state: 'in_progress', assignee: 'agent:b', claim_epoch: 1, lease: null },
  });
  expect(jit(one, 'a', 'query', 'stalled', '--json').json.issues).toMatchObject([
    { id, stalled: [{ type: 'no-lease' }] },
  ]);
  for (const words of [
    ['complete', id, '--epoch', '1'],
    ['complete', id],
    ['release', id],
    ['unassign', id],
  ])
    expect(jit(one, 'a', ...words, '--json'), words[0]).toMatchObject({
      exit: 6,
      json: { error: { code: 'NOT_HOLDER' } },
    });
  expect(jit(one, 'a', 'claim', id, '--json').json).toMatchObject({ error: { code: 'ALREADY_CLAIMED' } });
  expect(jit(one, 'a', 'claim-next', '--resume', '--json').json).toMatchObject({
    error: { code: 'NOTHING_READY' },
  });
  expect(jit(one, 'a', 'doctor').stdout).toContain('lost its claim in a merge: the file says agent:b');
  // Nothing of that is said in the other clone, which goes on.
  expect(jit(two, 'b', 'doctor', '--json').exit).toBe(0);
  expect(jit(two, 'b', 'complete', id, '--epoch', '1').exit).toBe(0);
  commit(two);
  sandbox.git('pull', '--quiet', '--ff-only', two, 'main');
  expect(jit(one, 'a', 'show', id, '--json').json).toMatchObject({ issue: { state: 'done' } });
}, 120_000);
