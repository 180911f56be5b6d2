import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { makeSandbox } from '../support/binary.ts';
import { pathWithJit } from '../support/git-setup.ts';

// Two clones claim an issue under the same epoch, each in its own repository. A merge decides; what the loser's lease says then
// counts for nothing.

/** Clone `one` of agent:a, whose claim without end a merge gave to agent:b of clone `two`. `one` has not pulled that yet. */
function start({ hooks = false } = {}) {
  const sandbox = makeSandbox();
  const [one, two] = [sandbox.repository, join(dirname(sandbox.repository), 'two')] as const;
  const env = { ...sandbox.env, PATH: pathWithJit() };
  const jit = (cwd: string, who: string, ...words: string[]) =>
    sandbox.jit(words, { cwd, env: { ...env, JIT_AGENT_ID: `agent:${who}` } });
  const git = (cwd: string, ...words: string[]) => execFileSync('git', words, { cwd, env, stdio: 'pipe' });
  const commit = (cwd: string) => git(cwd, 'commit', '--quiet', '--all', '--message', 'work');
  const pull = () => git(one, 'pull', '--quiet', '--ff-only', two, 'main');
  jit(one, 'lead', 'init');
  expect(jit(one, 'lead', 'git', 'setup', ...(hooks ? ['--hooks'] : [])).exit).toBe(0);
  const id = jit(one, 'lead', 'create', 'Work').stdout.trim();
  git(one, 'add', '--all');
  commit(one);
  git(one, 'clone', '--quiet', one, two);
  expect(jit(two, 'lead', 'git', 'setup').exit).toBe(0);
  expect(jit(one, 'a', 'claim', id, '--ttl', '0').exit).toBe(0);
  commit(one);
  // The later claim stands.
  expect(jit(two, 'b', 'claim', id).exit).toBe(0);
  commit(two);
  git(two, 'pull', '--quiet', '--no-rebase', '--no-edit');
  return { one, two, id, jit, commit, pull };
}

test('the clone whose claim was lost in a merge says who has the issue, and refuses the loser', () => {
  const { one, two, id, jit, commit, pull } = start();
  pull();
  expect(jit(one, 'a', 'show', id, '--json').json).toMatchObject({
    issue: { state: 'in_progress', assignee: 'agent:b', claim_epoch: 1, lease: null },
  });
  expect(jit(one, 'a', 'query', 'stalled', '--json').json.issues).toMatchObject([
    { id, stalled: [{ type: 'no-lease' }] },
  ]);
  for (const words of [
    ['complete', id],
    ['unassign', id],
    ['release', id, '--to', 'agent:c'],
    ['claim', 'extend', id],
    ['lease', 'release', id, '--by', 'human:lead'],
  ])
    expect(jit(one, 'a', ...words, '--json'), words[0]).toMatchObject({
      exit: 6,
      json: { error: { code: 'NOT_HOLDER' } },
    });
  expect(jit(one, 'a', 'complete', id, '--epoch', '1', '--json')).toMatchObject({
    exit: 6,
    json: { error: { code: 'STALE_EPOCH', details: { holder: 'agent:b' } } },
  });
  expect(jit(one, 'a', 'claim', 'check', id, '--json').json).toMatchObject({
    lease: { status: 'released', life: 'over', ended: 'lost' },
    warnings: [{ code: 'lease-lost', message: expect.stringContaining('lost in a merge to agent:b') }],
  });
  expect(jit(one, 'a', 'lease', 'list')).toMatchObject({
    stdout: '',
    stderr: expect.stringContaining('lost in a merge to agent:b'),
  });
  expect(jit(one, 'a', 'why', id).stdout).toContain('belongs to agent:b');
  expect(jit(one, 'a', 'why', id).stdout).not.toContain('jit issue complete');
  const doctor = jit(one, 'a', 'doctor').stdout;
  expect(doctor).toContain('lost in a merge to agent:b');
  expect(doctor).toContain('jit lease expire');
  expect(jit(one, 'a', 'claim', id, '--json').json).toMatchObject({ error: { code: 'ALREADY_CLAIMED' } });
  expect(jit(one, 'a', 'claim-next', '--resume', '--json').json).toMatchObject({
    error: { code: 'NOTHING_READY' },
  });
  // Whoever looks for work ends such records.
  expect(jit(one, 'a', 'doctor').stdout).not.toContain('lost in a merge');
  expect(jit(one, 'a', 'lease', 'expire', '--json').json).toMatchObject({ count: 0 });
  // Nothing of that is said in the other clone, which goes on.
  expect(jit(two, 'b', 'doctor', '--json').exit).toBe(0);
  expect(jit(two, 'b', 'complete', id, '--epoch', '1').exit).toBe(0);
  commit(two);
  pull();
  expect(jit(one, 'a', 'show', id, '--json').json).toMatchObject({ issue: { state: 'done' } });
}, 120_000);

test('what the winner gave back before the loser heard of it is free for all in the loser’s clone', () => {
  const { one, two, id, jit, commit, pull } = start();
  expect(jit(two, 'b', 'release', id).exit).toBe(0);
  commit(two);
  pull();
  expect(jit(one, 'c', 'ready').stdout).toContain('Work');
  expect(jit(one, 'c', 'claim-next', '--json').json).toMatchObject({
    issue: { id, assignee: 'agent:c', claim_epoch: 2 },
    warnings: [{ code: 'lease-lost' }],
  });
}, 120_000);

test('the hook after a merge ends the record, and so does the loser who gives it back', () => {
  const { one, id, jit, pull } = start({ hooks: true });
  pull();
  expect(jit(one, 'a', 'lease', 'list', '--all', '--json').json.leases).toMatchObject([
    { status: 'released', ended: 'lost', holder: 'agent:a' },
  ]);
  for (const words of [
    ['release'],
    ['lease', 'release'],
    ['release', '--force'],
    ['lease', 'release', '--force'],
  ])
    expect(jit(one, 'a', ...words, id).exit, words.join(' ')).toBe(0);
  expect(jit(one, 'a', 'show', id, '--json').json).toMatchObject({
    issue: { state: 'in_progress', assignee: 'agent:b', claim_epoch: 1 },
  });
}, 120_000);
