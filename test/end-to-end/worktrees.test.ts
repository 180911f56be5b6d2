import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BINARY, makeSandbox, type Sandbox } from '../support/binary.ts';

// The real program in real work trees: what one work tree does is known in the others before git brings the files.

const A = { JIT_AGENT_ID: 'agent:a' };
const B = { JIT_AGENT_ID: 'agent:b' };

/** A repository with a store and one issue, committed on main, and a second work tree on a branch of its own. */
function start(): { sandbox: Sandbox; id: string; b: string; besides: string } {
  const sandbox = makeSandbox();
  sandbox.jit(['init']);
  const id = sandbox.jit(['create', 'Work'], { env: A }).stdout.trim();
  sandbox.git('add', '--all');
  sandbox.git('commit', '--quiet', '--message', 'work');
  const besides = dirname(sandbox.repository);
  const b = join(besides, 'b');
  sandbox.git('worktree', 'add', '--quiet', '-b', 'other', b);
  return { sandbox, id, b, besides };
}

const claimable = (sandbox: Sandbox, cwd: string): readonly string[] =>
  (sandbox.jit(['query', 'ready', '--json'], { cwd, env: B }).json.issues as { id: string }[]).map(
    ({ id }) => id,
  );

const commit = (sandbox: Sandbox, cwd: string): void => {
  sandbox.git('-C', cwd, 'add', '--all');
  sandbox.git('-C', cwd, 'commit', '--quiet', '--message', 'jit');
};

/** What the other work tree says of the issue while it is not to be had there. */
function expectTaken(sandbox: Sandbox, b: string, id: string, words: string): void {
  expect(claimable(sandbox, b)).toEqual([]);
  const next = sandbox.jit(['claim-next', '--json'], { cwd: b, env: B });
  expect({ exit: next.exit, json: next.json }).toMatchObject({
    exit: 5,
    json: { error: { code: 'NOTHING_READY', details: { taken_elsewhere: 1 } } },
  });
  const place = `${words} agent:a in ${sandbox.repository} on branch main`;
  const claim = sandbox.jit(['claim', id, '--json'], { cwd: b, env: B });
  expect({ exit: claim.exit, json: claim.json }).toMatchObject({
    exit: 6,
    json: { error: { code: 'ALREADY_CLAIMED' } },
  });
  expect(sandbox.jit(['claim', id], { cwd: b, env: B }).stderr).toContain(words);
  expect(sandbox.jit(['show', id], { cwd: b }).stdout).toContain(place);
  expect(sandbox.jit(['why', id], { cwd: b }).stdout).toContain(sandbox.repository);
  expect(sandbox.jit(['why', id, '--json'], { cwd: b }).json.reasons).toMatchObject([
    { type: 'lease', holder: 'agent:a', worktree: '.', branch: 'main' },
  ]);
  expect(sandbox.jit(['status'], { cwd: b }).stdout).toContain('Elsewhere: 1');
}

describe('two work trees of one repository', () => {
  test('work that is claimed and finished in one is never offered in the other, until the file agrees', () => {
    const { sandbox, id, b } = start();
    expect(sandbox.jit(['claim-next'], { env: A }).exit).toBe(0);
    expectTaken(sandbox, b, id, 'held by');
    commit(sandbox, sandbox.repository);
    expectTaken(sandbox, b, id, 'held by');

    expect(sandbox.jit(['complete', id], { env: A }).exit).toBe(0);
    expectTaken(sandbox, b, id, 'finished by');
    expect(sandbox.jit(['complete', id, '--json'], { cwd: b, env: B }).json).toMatchObject({
      error: { code: 'ALREADY_CLAIMED' },
    });
    commit(sandbox, sandbox.repository);
    expectTaken(sandbox, b, id, 'finished by');

    sandbox.git('-C', b, 'merge', '--quiet', 'main');
    expect(sandbox.jit(['claim-next', '--json'], { cwd: b, env: B }).json).toMatchObject({
      error: { code: 'ALL_DONE' },
    });
    expect(sandbox.jit(['show', id, '--json'], { cwd: b }).json).toMatchObject({ issue: { state: 'done' } });
    expect(sandbox.jit(['validate'], { cwd: b }).exit).toBe(0);

    expect(sandbox.jit(['reopen', id], { cwd: b, env: B }).exit).toBe(0);
    expect(claimable(sandbox, b)).toEqual([id]);
    expect(sandbox.jit(['claim-next', '--json'], { cwd: b, env: B }).json).toMatchObject({
      issue: { id },
      lease: { epoch: 2, worktree: 'worktrees/b', branch: 'other' },
    });
  });

  test('finished work whose branch was thrown away is made available by force', () => {
    const { sandbox, id, b } = start();
    sandbox.jit(['complete', id], { cwd: b, env: B });
    sandbox.git('worktree', 'remove', '--force', b);
    sandbox.git('branch', '--quiet', '-D', 'other');
    expect(sandbox.jit(['claim-next'], { env: A }).exit).toBe(5);
    const doctor = sandbox.jit(['doctor'], { env: A });
    expect(doctor.stdout).toContain(id.slice(-8));
    expect(sandbox.jit(['lease', 'release', id.slice(-8).toLowerCase(), '--force'], { env: A }).exit).toBe(0);
    expect(sandbox.jit(['claim-next'], { env: A }).exit).toBe(0);
  });

  test('a work tree that is removed while it holds: its lease ends after its ttl, and doctor names it', async () => {
    const { sandbox, id, b } = start();
    expect(sandbox.jit(['claim', id, '--ttl', '1s'], { cwd: b, env: B }).exit).toBe(0);
    sandbox.git('worktree', 'remove', '--force', b);
    const doctor = sandbox.jit(['doctor', '--json'], { env: A });
    expect(JSON.stringify(doctor.json)).toContain(id.slice(-8));
    await expect
      .poll(() => sandbox.jit(['claim-next', '--json'], { env: A }).json, { timeout: 10_000, interval: 100 })
      .toMatchObject({ issue: { id }, lease: { epoch: 2, holder: 'agent:a' } });
  });

  test('a work tree that is moved, or locked, stays the same holder', () => {
    const { sandbox, id, b, besides } = start();
    expect(sandbox.jit(['claim', id], { cwd: b, env: B }).exit).toBe(0);
    const moved = join(besides, 'moved');
    sandbox.git('worktree', 'move', b, moved);
    expect(sandbox.jit(['claim', id, '--json'], { cwd: moved, env: B }).json).toMatchObject({
      outcome: 'held',
      lease: { epoch: 1, path: moved },
    });
    sandbox.git('worktree', 'lock', moved);
    expect(sandbox.jit(['complete', id, '--epoch', '1'], { cwd: moved, env: B }).exit).toBe(0);
  });

  test('work trees of a bare repository share their leases', () => {
    const { sandbox, id, besides } = start();
    const bare = join(besides, 'bare.git');
    sandbox.git('clone', '--quiet', '--bare', sandbox.repository, bare);
    const [one, two] = ['one', 'two'].map((name) => join(besides, name));
    sandbox.git('-C', bare, 'worktree', 'add', '--quiet', one!, 'main');
    sandbox.git('-C', bare, 'worktree', 'add', '--quiet', two!, 'other');
    expect(sandbox.jit(['claim', id], { cwd: one!, env: A }).exit).toBe(0);
    expect(sandbox.jit(['claim', id, '--json'], { cwd: two!, env: B }).json).toMatchObject({
      error: { code: 'ALREADY_CLAIMED' },
    });
    // The repository that it was cloned from has leases of its own.
    expect(sandbox.jit(['claim', id], { env: B }).exit).toBe(0);
  });

  test('a submodule has its own store and its own leases', () => {
    const { sandbox, id, besides } = start();
    const outer = join(besides, 'outer');
    sandbox.git('init', '--quiet', outer);
    expect(sandbox.jit(['init'], { cwd: outer }).exit).toBe(0);
    const source = sandbox.repository;
    sandbox.git(
      '-C',
      outer,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      source,
      'inner',
    );
    const inner = join(outer, 'inner');
    expect(sandbox.jit(['claim-next', '--json'], { cwd: inner, env: A }).json).toMatchObject({
      issue: { id },
    });
    expect(sandbox.jit(['claim-next', '--json'], { cwd: outer, env: A }).json).toMatchObject({
      error: { code: 'NOTHING_READY' },
    });
    expect(sandbox.jit(['claim', id], { env: B }).exit).toBe(0);
  });

  test('a hook works on the store of its work tree, whatever git puts into its environment', () => {
    const { sandbox, id, b } = start();
    const hook = join(sandbox.repository, '.git/hooks/pre-commit');
    const program = `"${process.execPath}" "${BINARY}"`;
    writeFileSync(
      hook,
      `#!/bin/sh\nset -e\ntest -n "$GIT_INDEX_FILE"\n${program} claim ${id} --to agent:hook --json > "$TMPDIR/claimed"\n${program} whoami > /dev/null\n`,
      { mode: 0o755 },
    );
    sandbox.git('-C', b, 'commit', '--quiet', '--allow-empty', '--message', 'with a hook');
    expect(sandbox.jit(['show', id, '--json'], { cwd: b }).json).toMatchObject({
      issue: {
        state: 'in_progress',
        lease: { holder: 'agent:hook', worktree: 'worktrees/b', branch: 'other' },
      },
    });
    expect(sandbox.jit(['show', id, '--json']).json).toMatchObject({ issue: { state: 'ready' } });
    const env = { GIT_DIR: join(b, '.git'), GIT_INDEX_FILE: '/nowhere' };
    expect(sandbox.jit(['claim-next', '--json'], { env: { ...A, ...env } }).json).toMatchObject({
      error: { code: 'NOTHING_READY' },
    });
  });
});

test('a short id, a full one and one in lower case mean one lease, and any releases it', () => {
  const { sandbox, id } = start();
  const spellings = [id, id.toLowerCase(), id.slice(-8), id.slice(-6).toLowerCase(), id.slice(0, 12)];
  for (const spelling of spellings) {
    expect(sandbox.jit(['claim', spelling, '--json'], { env: A }).json).toMatchObject({ lease: { id } });
    expect(sandbox.jit(['claim', spelling, '--json'], { env: B }).json).toMatchObject({
      error: { code: 'ALREADY_CLAIMED' },
    });
  }
  expect(sandbox.jit(['lease', 'list', '--json']).json).toMatchObject({ count: 1 });
  spellings.forEach((spelling, at) => {
    expect(sandbox.jit(['claim', id, '--json'], { env: A }).json).toMatchObject({ lease: { epoch: at + 1 } });
    const release = at % 2 === 0 ? ['lease', 'release', spelling] : ['issue', 'claim', 'release', spelling];
    expect(sandbox.jit(release, { env: A }).exit).toBe(0);
    expect(sandbox.jit(['lease', 'list', '--json']).json).toMatchObject({ count: 0 });
  });
});
