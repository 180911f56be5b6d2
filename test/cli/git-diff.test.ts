import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { create, document, expectNoChange } from '../support/command-line.ts';
import { startInRepository as start } from '../support/repository.ts';

describe('git diff', () => {
  test('is empty after a command that changes nothing', async () => {
    const { git, cli, commit } = await start();
    const need = await create(cli, 'Need');
    const id = await create(
      cli,
      'T',
      '-d',
      'D',
      '-l',
      'a',
      '-g',
      'unit-tests,review',
      '--needs',
      need,
      '--context',
      'k=v',
    );
    const done = await create(cli, 'Done');
    await cli(`complete ${done}`);
    const held = await create(cli, 'Held', '--hold', 'x');
    const gone = await create(cli, 'Gone');
    await cli(`archive ${gone}`);
    await cli(`claim ${need}`);
    await cli(`gate pass ${id} unit-tests --by ci:x`);
    await cli('config set tombstone_days 30');
    commit();
    cli.clock.forward(3_600_000);
    for (const line of [
      `update ${id} -t T -d D -p normal -l a --remove-label b -g review --context k=v --context x=`,
      `update ${id} --state backlog --assignee none --milestone none`,
      `update ${need} --state in_progress`,
      `update ${done} --state done`,
      `update ${gone} --state archived`,
      `claim ${need}`,
      `complete ${done}`,
      `archive ${gone}`,
      `reopen ${id}`,
      `unassign ${id}`,
      `release ${id}`,
      `unhold ${id}`,
      `hold ${held} x`,
      `dep add ${id} ${need}`,
      `dep rm ${id} ${done}`,
      `gate add ${id} review`,
      `gate pass ${id} unit-tests`,
      ['gate', 'define', 'review', '--title', 'Review', '--update'],
    ])
      await expectNoChange(cli, line);
    const reads = [
      'list',
      'status',
      'ready',
      'blocked',
      'prime',
      'graph show',
      'events',
      'validate',
      'why ID',
      'show ID',
      'dep list ID',
    ];
    for (const line of [
      ...reads,
      'gate status ID',
      'export -f dot',
      'graph critical-path',
      'config show',
      'whoami',
      'gc',
      'init',
      'validate --fix --yes',
      'config set tombstone_days 30',
    ])
      expect(await cli(line.replace('ID', id)), line).toMatchObject({ exit: 0, stderr: '' });
    for (const line of [
      `claim ${id}`,
      `update ${id} --state done`,
      `delete ${need} --yes`,
      `dep add ${need} ${id}`,
      'create T --gate nope',
    ])
      expect((await cli(line)).exit, line).toBeGreaterThan(1);
    expect(git('diff')).toBe('');
    expect(git('status', '--porcelain')).toBe('');
  });

  test.each<[string, readonly string[]]>([
    ['update ID -p high', ['priority']],
    ['update ID --title New', ['title']],
    ['update ID -l b', ['labels']],
    ['update ID --remove-label m', ['labels']],
    ['update ID --milestone v1', ['milestone']],
    ['update ID --context b=2', ['context']],
    ['update ID -d other', ['description']],
    ['comment ID hello', ['comments']],
    ['dep add ID OTHER', ['dependencies', 'state']],
    ['gate add ID review', ['gates_required']],
    ['gate pass ID unit-tests --by ci:x', ['gates_status']],
    ['hold ID later', ['hold', 'state']],
    ['assign ID human:ada', ['assignee']],
    ['claim ID', ['assignee', 'claim_epoch', 'state']],
    ['archive ID', ['state']],
  ])('%s touches its own lines and updated_at only', async (line, fields) => {
    const { cwd, git, cli, commit } = await start();
    const other = await create(cli, 'Other');
    const id = await create(
      cli,
      'T',
      '-d',
      'text',
      '-l',
      'a,m,z',
      '-g',
      'unit-tests,security-scan',
      '--context',
      'a=1',
    );
    await cli(['comment', id, 'first']);
    commit();
    const file = `.jit/issues/${id}.json`;
    const before = JSON.parse(readFileSync(join(cwd, file), 'utf8'));
    cli.clock.forward(1000);
    await document(cli, line.replace('ID', id).replace('OTHER', other));
    expect(git('diff', '--name-only').trim().split('\n')).toEqual(['.jit/events.jsonl', file]);
    const after = JSON.parse(readFileSync(join(cwd, file), 'utf8'));
    const changed = Object.keys(after).filter(
      (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
    );
    expect(changed.sort()).toEqual([...fields, 'updated_at'].sort());
    // No more places than fields; each of them lies inside of the block of its field.
    const hunks = git('diff', '-U0', '--', file)
      .split('\n')
      .filter((text) => text.startsWith('@@'));
    expect(hunks.length).toBeLessThanOrEqual(changed.length);
    const kept = git('diff', '-U0', '--', file)
      .split('\n')
      .filter((text) => /^[-+] {2}"/.test(text));
    for (const text of kept) expect(changed).toContain(/"([^"]+)"/.exec(text)![1]);
    // The log only grows.
    expect(git('diff', '--numstat', '--', '.jit/events.jsonl')).toMatch(/^\d+\t0\t/);
  });

  test('of an element of a set is its own line', async () => {
    const { git, cli, commit } = await start();
    const id = await create(cli, 'T', '-l', 'a,z');
    commit();
    await cli(`update ${id} -l m`);
    expect(git('diff', '--numstat', '--', '.jit/issues')).toMatch(/^1\t0\t/);
  });

  test('of a verdict names the commit that HEAD is', async () => {
    const { git, cli, commit } = await start();
    const id = await create(cli, 'T', '-g', 'unit-tests');
    commit();
    const head = git('rev-parse', 'HEAD').trim();
    await cli(`gate pass ${id} unit-tests`);
    expect((await document(cli, `gate status ${id}`)).gates).toMatchObject([{ commit: head }]);
    expect((await cli(`gate status ${id}`)).stdout).toContain(`, at ${head.slice(0, 10)}`);
  });
});
