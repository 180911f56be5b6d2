import { describe, expect, test } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { create, document, expectFailure, expectNoChange } from '../../support/command-line.ts';
import { GATES } from '../../support/issues.ts';

const start = (env: Record<string, string> = {}) => startCli({ content: { gates: GATES }, env });

describe('jit issue claim', () => {
  test.each([
    ['issue claim ID copilot:worker-1', 'copilot:worker-1'],
    ['issue claim ID --to copilot:worker-1', 'copilot:worker-1'],
    ['issue claim ID agent:worker-1', 'agent:worker-1'],
    ['claim ID --by worker-1', 'agent:worker-1'],
    ['start ID worker-1', 'agent:worker-1'],
    ['issue start --to=ci:x ID', 'ci:x'],
  ])('%s', async (line, assignee) => {
    const cli = start();
    const id = await create(cli, 'T');
    const said = await document(cli, line.replace('ID', id));
    expect(Object.keys(said)).toEqual(['schema_version', 'kind', 'outcome', 'issue', 'lease', 'brief']);
    expect(said).toMatchObject({ kind: 'claim', outcome: 'claimed', lease: { epoch: 1, status: 'held' } });
    expect(said.issue).toMatchObject({ id, state: 'in_progress', assignee });
  });

  test('claims for the identity of the environment, and of a person at a terminal', async () => {
    const cli = start({ JIT_AGENT_ID: 'w1', JIT_AGENT_TYPE: 'copilot' });
    const id = await create(cli, 'T');
    expect((await document(cli, `claim ${id}`)).issue.assignee).toBe('copilot:w1');
    const person = startCli({ env: {}, terminal: { interactive: true, stderr: true } });
    const other = await person('create T');
    const ran = await person(`claim ${other.stdout.trim()}`);
    expect(ran).toMatchObject({
      exit: 0,
      stderr: expect.stringMatching(/^claimed: \w{8} by human:someone\n$/),
    });
  });

  test('without a terminal it wants to know who claims', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    await expectFailure(cli, `claim ${id}`, {
      exit: 2,
      code: 'IDENTITY_REQUIRED',
      hint: /--to agent:NAME/,
      details: { inferred: 'human:someone' },
    });
    await expectFailure(cli, 'claim-next', { exit: 2, code: 'IDENTITY_REQUIRED' });
    await expectFailure(cli, 'ready --claim', { exit: 2, code: 'IDENTITY_REQUIRED' });
    await expectFailure(cli, `complete ${id} --claim-next`, { exit: 2, code: 'IDENTITY_REQUIRED' });
  });

  test('again is held, and changes nothing', async () => {
    const cli = start();
    const id = await create(cli, 'T');
    await cli(`claim ${id} agent:a`);
    cli.clock.forward(1000);
    await expectNoChange(cli, `claim ${id} agent:a`);
    expect(await document(cli, `claim ${id} a`)).toMatchObject({ outcome: 'held' });
    const atTerminal = startCli({ store: cli.store, env: {}, terminal: { stderr: true } });
    expect((await atTerminal(`claim ${id} agent:a`)).stderr).toBe(
      `already held: ${id.slice(-8)} by agent:a\n`,
    );
  });

  test('prints a brief that is enough to start', async () => {
    const cli = start();
    const need = await create(cli, 'Schema');
    const id = await create(
      cli,
      'Endpoint',
      '-d',
      'POST /login\nwith JWT',
      '--needs',
      need,
      '-g',
      'review,tests',
    );
    await cli(['complete', need, '--by', 'agent:b', '--comment', 'tables are a, b']);
    for (const word of ['one', 'two', 'three', 'four']) await cli(['comment', id, word]);
    const { brief } = await document(cli, `claim ${id} agent:a`);
    expect(brief).toEqual({
      description: 'POST /login\nwith JWT',
      rework: false,
      gates: [
        {
          key: 'review',
          title: 'Review',
          status: 'pending',
          auto: false,
          reason: null,
          command: `jit gate pass ${id.slice(-8)} review --by human:NAME`,
        },
        {
          key: 'tests',
          title: 'Tests',
          status: 'pending',
          auto: true,
          reason: null,
          command: `jit gate pass ${id.slice(-8)} tests --by agent:a`,
        },
      ],
      dependencies: [
        { id: need, ref: need.slice(-8), title: 'Schema', state: 'done', last_comment: 'tables are a, b' },
      ],
      comments: ['two', 'three', 'four'].map((body) => expect.objectContaining({ body })),
      branch: null,
      epoch: 1,
      finish: `jit issue complete ${id.slice(-8)} --by agent:a --epoch 1`,
    });
    const { stdout } = await cli(`claim ${id} agent:a`);
    expect(stdout).toContain('  POST /login\n  with JWT\n');
    expect(stdout).toContain(`when finished: ${brief.finish}`);
    expect(stdout).toContain('tables are a, b');
  });

  test('is refused with every reason', async () => {
    const cli = start();
    const need = await create(cli, 'Need');
    const id = await create(cli, 'T', '--needs', need, '--hold', 'not yet', '--gate', 'plan,tests');
    await expectFailure(cli, `claim ${id} agent:a`, {
      exit: 4,
      code: 'BLOCKED',
      message: /is not ready/,
      reasons: [
        { type: 'dependency', id: need, title: 'Need', state: 'ready' },
        { type: 'hold', reason: 'not yet' },
        { type: 'gate', key: 'plan', status: 'pending', auto: true },
      ],
    });
    await cli(`claim ${need} agent:a`);
    await expectFailure(cli, `claim ${need} agent:b`, {
      exit: 6,
      code: 'ALREADY_CLAIMED',
      message: /is held by agent:a/,
      hint: /claim-next/,
      reasons: [{ type: 'lease', holder: 'agent:a', epoch: 1, status: 'held', life: 'live' }],
    });
    await cli(`complete ${need} --by agent:a`);
    await expectFailure(cli, `claim ${need} agent:b`, {
      exit: 4,
      code: 'INVALID_TRANSITION',
      hint: /jit issue reopen/,
      reasons: [{ type: 'state', state: 'done' }],
    });
    const forAda = await create(cli, 'For ada', '-a', 'human:ada');
    await expectFailure(cli, `claim ${forAda} agent:b`, {
      exit: 6,
      code: 'ALREADY_CLAIMED',
      message: /is assigned to human:ada/,
    });
    expect((await document(cli, `claim ${forAda} ada`)).issue.assignee).toBe('human:ada');
  });

  test.each<[readonly string[], RegExp]>([
    [['claim'], /missing ID/],
    [['claim', ''], /empty/],
    [['claim', 'ID', ''], /empty/],
    [['claim', 'ID', 'a', 'b'], /unexpected argument "b"/],
    [['claim', 'ID', 'a', '--to', 'b'], /given twice/],
    [['claim', 'ID', 'a b'], /not an identity/],
    [['claim', 'ID', '../x'], /.*/],
  ])('%j', async (words, message) => {
    const cli = start();
    const id = await create(cli, 'T');
    const line = words.map((word) => (word === 'ID' ? id : word));
    if (words[2] === '../x') expect((await document(cli, line)).issue.assignee).toBe('agent:../x');
    else await expectFailure(cli, line, { exit: 2, code: 'USAGE', message });
  });

  test.each([['next'], ['issue next'], ['issue claim next'], ['claim next']])(
    'jit %s is refused with a hint',
    async (line) => {
      const cli = start();
      await create(cli, 'T');
      await expectFailure(cli, line, { exit: 2, code: 'USAGE', hint: /claim-next/ });
    },
  );
});
