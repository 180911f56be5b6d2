import { describe, expect, test } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { create, document, expectFailure, expectNoChange } from '../../support/command-line.ts';

describe('jit issue archive', () => {
  test('puts away; what was done leaves its dependents satisfied', async () => {
    const cli = startCli();
    const id = await create(cli, 'T');
    const waits = await create(cli, 'W', '--needs', id);
    await cli(`complete ${id}`);
    const said = await document(cli, `issue archive ${id}`);
    expect(said).toMatchObject({
      kind: 'issue',
      changed: true,
      became_ready: [],
      issue: { state: 'archived', resolution: 'completed', completed_at: expect.any(String) },
    });
    await expectNoChange(cli, `archive ${id}`);
    expect((await document(cli, `show ${waits}`)).issue).toMatchObject({
      state: 'ready',
      blocked_by_count: 0,
    });
  });

  test('keeps what an open issue needs, unless it is detached or goes along', async () => {
    const cli = startCli();
    const id = await create(cli, 'T');
    const waits = await create(cli, 'W', '--needs', id);
    await expectFailure(cli, `archive ${id}`, {
      exit: 4,
      code: 'IN_USE',
      hint: /--detach/,
      reasons: [
        {
          type: 'dependency',
          id: waits,
          title: 'W',
          state: 'backlog',
          resolve: `jit dep rm ${waits.slice(-8)} ${id.slice(-8)}`,
        },
      ],
    });
    const said = await document(cli, ['archive', id, '--detach', '--comment', 'superseded']);
    expect(said).toMatchObject({
      issue: { state: 'archived' },
      became_ready: [{ id: waits, state: 'ready' }],
    });
    const a = await create(cli, 'A');
    const c = await create(cli, 'C', '--needs', a);
    expect(await document(cli, `archive ${a} ${c}`)).toMatchObject({
      kind: 'issue-list',
      count: 2,
      changed: true,
    });
  });

  test('refuses several together, with the reasons of each', async () => {
    const cli = startCli();
    const [a, b] = [await create(cli, 'A'), await create(cli, 'B')];
    const [x, y] = [await create(cli, 'X', '--needs', a), await create(cli, 'Y', '--needs', b)];
    const error = await expectFailure(cli, `archive ${a} ${b}`, {
      exit: 4,
      code: 'IN_USE',
      message: /2 of 2 are refused, so nothing was done/,
      reasons: [
        { type: 'dependency', id: x },
        { type: 'dependency', id: y },
      ],
    });
    expect(error.details.refusals).toHaveLength(2);
  });
});

describe('jit issue delete', () => {
  test.each([['issue delete'], ['delete'], ['issue rm']])('%s --yes', async (call) => {
    const cli = startCli();
    const id = await create(cli, 'T');
    const said = await document(cli, `${call} ${id} --yes`);
    expect(said).toEqual({
      schema_version: 1,
      kind: 'deletion',
      deleted: [{ id, ref: id.slice(-8), title: 'T' }],
      detached: [],
    });
    await expectFailure(cli, `show ${id}`, { exit: 3, code: 'ISSUE_NOT_FOUND' });
    expect((await document(cli, `events query --issue ${id}`)).events).toHaveLength(2);
  });

  test('without a terminal and without --yes it shows what it would do', async () => {
    const cli = startCli();
    const id = await create(cli, 'T');
    const waits = await create(cli, 'W', '--needs', id);
    const error = await expectFailure(cli, `delete ${id} --detach`, {
      exit: 2,
      code: 'CONFIRM',
      hint: new RegExp(`would delete ${id.slice(-8)} T; would detach ${waits.slice(-8)} W; add --yes`),
    });
    expect(error.details).toEqual({
      would_delete: [{ id, ref: id.slice(-8), title: 'T' }],
      would_detach: [expect.objectContaining({ id: waits, state: 'ready', blocked_by_count: 0 })],
    });
    const { stdout } = await cli(`delete ${id} --detach -y`);
    expect(stdout).toBe(`deleted ${id.slice(-8)} T\ndetached ${waits.slice(-8)} W\n`);
  });

  test('at a terminal it asks', async () => {
    const asked: string[] = [];
    let answer = false;
    const cli = startCli({
      terminal: { interactive: true },
      confirm: (question) => {
        asked.push(question);
        return answer;
      },
    });
    const id = await create(cli, 'T');
    await expectFailure(cli, `delete ${id}`, { exit: 2, code: 'CONFIRM' });
    answer = true;
    expect((await cli(`delete ${id}`)).exit).toBe(0);
    expect(asked).toEqual(Array(3).fill(`would delete ${id.slice(-8)} T\nDelete?`));
  });

  test('keeps what others name, by an edge or a link, also when it only previews', async () => {
    const cli = startCli();
    const id = await create(cli, 'T');
    const waits = await create(cli, 'W', '--needs', id);
    const found = await create(cli, 'F', '--discovered-from', id);
    for (const option of ['', '--yes']) {
      await expectFailure(cli, `delete ${id} ${option}`, {
        exit: 4,
        code: 'IN_USE',
        hint: /--detach/,
        reasons: [
          { type: 'dependency', id: waits, resolve: `jit dep rm ${waits.slice(-8)} ${id.slice(-8)}` },
          { type: 'dependency', id: found, resolve: `jit issue delete ${id.slice(-8)} --detach` },
        ],
      });
    }
    const said = await document(cli, `delete ${id} --detach --yes`);
    expect(said.detached.map((row: { title: string }) => row.title).sort()).toEqual(['F', 'W']);
    expect(await document(cli, 'validate')).toMatchObject({ valid: true, problems: [] });
  });

  test('deletes several, or none', async () => {
    const cli = startCli();
    const a = await create(cli, 'A');
    const b = await create(cli, 'B', '--needs', a);
    await expectFailure(cli, `delete ${a} ZZZZZZZZ --yes`, { exit: 3, code: 'ISSUE_NOT_FOUND' });
    await cli(`claim ${a} agent:x`);
    await expectFailure(cli, `delete ${a} ${b} --yes`, { exit: 6, code: 'NOT_HOLDER' });
    expect((await document(cli, `delete ${a} ${b} --yes --force`)).deleted).toHaveLength(2);
    await expectFailure(cli, `delete ${a} --yes`, { exit: 3, code: 'ISSUE_NOT_FOUND' });
  });

  test('refuses no ids, and empty ones', async () => {
    const cli = startCli();
    await expectFailure(cli, 'delete --yes', { exit: 2, code: 'USAGE', message: /missing IDS/ });
    await expectFailure(cli, ['delete', '', '--yes'], { exit: 2, code: 'USAGE', message: /empty/ });
    await expectFailure(cli, ['delete', '-rf'], { exit: 2, code: 'USAGE', message: /unknown option -r/ });
  });
});
