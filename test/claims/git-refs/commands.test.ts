import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { type Clone, makeRemote } from './clones.ts';

/** Two clones of a repository whose store keeps claims on the remote, and issues of these titles. */
async function twoClones(...titles: readonly string[]) {
  const remote = makeRemote();
  const [one, two] = [remote.clone(), remote.clone()];
  for (const clone of [one, two]) {
    clone.git('config', 'user.name', 'x');
    clone.git('config', 'user.email', 'x@example.org');
    clone.git('checkout', '--quiet', '-b', 'main');
  }
  const cliIn = ({ repository }: Clone, name: string) =>
    startCli({ store: 'files', cwd: repository.topLevel, env: { JIT_AGENT_ID: `agent:${name}` } });
  const [a, b] = [cliIn(one, 'a'), cliIn(two, 'b')];
  await a('init');
  await a('config set claims.scope remote');
  const ids: string[] = [];
  for (const title of titles) {
    const { json } = await a(['create', title, '--json']);
    ids.push((json.issue as { id: string }).id);
  }
  const share = (from: Clone, to: Clone): void => {
    from.git('add', '-A');
    from.git('commit', '--quiet', '--allow-empty', '-m', 'work');
    from.git('push', '--quiet', 'origin', 'HEAD:main');
    to.git('pull', '--quiet', '--no-rebase', 'origin', 'main');
  };
  share(one, two);
  return { remote, one, two, a, b, ids, share };
}

test('an issue that is claimed in one clone is held elsewhere in the other, which gets the next one', async () => {
  const { a, b, ids } = await twoClones('first', 'second');
  const claimed = await a('issue claim-next --json');
  expect(claimed.json).toMatchObject({ outcome: 'claimed' });
  const [held, free] = (claimed.json.issue as { id: string }).id === ids[0] ? ids : [...ids].reverse();
  const refused = await b(`issue claim ${held} --json`);
  expect([refused.exit, refused.json]).toMatchObject([6, { error: { code: 'ALREADY_CLAIMED' } }]);
  expect((await b('issue claim-next --json')).json).toMatchObject({
    outcome: 'claimed',
    issue: { id: free },
  });
  expect((await b('issue claim-next --json')).exit).toBe(5);
  expect((await b('query ready --json')).json).toMatchObject({ issues: [] });
  expect((await b(`issue show ${held}`)).stdout).toContain('agent:a');
});

test('a claim that the remote could not be told of says so', async () => {
  const { remote, a, ids } = await twoClones('only');
  rmSync(remote.path, { recursive: true });
  const { json } = await a('claim-next --json');
  expect(json).toMatchObject({
    lease: { provisional: true },
    warnings: [{ code: 'claim-provisional', id: ids[0] }],
  });
  const again = await a(`claim ${ids[0]}`);
  expect(again.stderr).toContain('is settled at the next contact');
  expect((await a('lease list')).stdout).toContain('held, provisional');
});

test('finished work is not handed out in the other clone, before and after it is merged', async () => {
  const { a, b, ids, one, two, share } = await twoClones('only');
  await a(`issue claim ${ids[0]}`);
  expect((await a(`issue complete ${ids[0]}`)).exit).toBe(0);
  expect((await b('issue claim-next --json')).json).toMatchObject({ error: { code: 'NOTHING_READY' } });
  expect((await b('lease list --json')).exit).toBe(0);
  share(one, two);
  expect((await b('issue claim-next --json')).json).toMatchObject({ error: { code: 'ALL_DONE' } });
});

test('what is claimed without the remote is settled at the next contact, and the loser is told', async () => {
  const { a, b, ids, one, remote } = await twoClones('only');
  one.git('remote', 'set-url', 'origin', `${remote.path}-gone`);
  const claimed = await a(`issue claim ${ids[0]} --json`);
  expect(claimed.json).toMatchObject({ outcome: 'claimed', lease: { provisional: true } });
  expect((await b(`issue claim ${ids[0]}`)).exit).toBe(0);
  one.git('remote', 'set-url', 'origin', remote.path);
  const refused = await a(`issue complete ${ids[0]}`);
  expect(refused.exit).not.toBe(0);
  expect(refused.stderr).toContain('agent:b');
  expect((await a('events --json')).stdout).toContain('lease.lost');
  expect((await b(`issue complete ${ids[0]}`)).exit).toBe(0);
});

test('a remote that is not there keeps nobody from finishing', async () => {
  const { a, b, ids, remote } = await twoClones('only');
  await a(`issue claim ${ids[0]}`);
  rmSync(remote.path, { recursive: true });
  expect((await a(`issue complete ${ids[0]}`)).exit).toBe(0);
  expect((await b('query ready --json')).exit).toBe(0);
  expect((await b(`issue claim ${ids[0]} --json`)).json).toMatchObject({ lease: { provisional: true } });
});

test('what another clone has is freed by force, and what it finished by reopening', async () => {
  const { a, b, ids, one, two, share } = await twoClones('first', 'second');
  const [first, second] = ids as [string, string];
  await a(`issue claim ${first}`);
  await a(`issue claim ${second}`);
  await a(`issue complete ${second}`);
  share(one, two);
  expect((await b(`issue claim ${first}`)).exit).toBe(6);
  expect((await b(`lease release ${first}`)).exit).not.toBe(0);
  expect((await b(`lease release ${first} --force`)).exit).toBe(0);
  expect((await b(`issue claim ${first}`)).exit).toBe(0);
  const late = await a(`issue complete ${first}`);
  expect([late.exit, late.stderr]).toEqual([6, expect.stringContaining('agent:b')]);
  expect((await b(`issue reopen ${second}`)).exit).toBe(0);
  expect((await b(`issue claim ${second}`)).exit).toBe(0);
});

test('what was last seen of another clone is asked anew before it is a refusal: released, or reopened', async () => {
  const { a, b, ids } = await twoClones('only');
  const [id] = ids;
  await a(`claim ${id} --ttl 0`);
  expect((await b(`claim ${id} --json`)).json).toMatchObject({ error: { code: 'ALREADY_CLAIMED' } });
  await a(`release ${id}`);
  expect((await b('claim-next --json')).json).toMatchObject({ issue: { id }, lease: { epoch: 2 } });
  await b(`complete ${id}`);
  expect((await a(`claim ${id} --json`)).json).toMatchObject({ error: { code: 'ALREADY_CLAIMED' } });
  expect((await a(`claim ${id} --steal --reason x --json`)).json).toMatchObject({
    error: { code: 'ALREADY_CLAIMED' },
  });
  await b(`reopen ${id}`);
  expect((await a('claim-next --json')).json).toMatchObject({ issue: { id }, lease: { epoch: 3 } });
});

test('whoever acts under an epoch has the remote asked: after a theft every write is refused', async () => {
  const { a, b, ids } = await twoClones('only');
  const [id] = ids;
  await a(`claim ${id}`);
  await b(`claim ${id} --steal --reason hangs`);
  for (const line of [
    `comment ${id} late`,
    `update ${id} --title t`,
    `update ${id} --state ready`,
    `complete ${id}`,
  ]) {
    expect((await a(`${line} --epoch 1 --json`)).json).toMatchObject({ error: { code: 'STALE_EPOCH' } });
  }
  expect((await b(`complete ${id} --epoch 2 --json`)).json).toMatchObject({
    completions: [{ outcome: 'done' }],
  });
});
