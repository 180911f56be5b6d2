import { describe, expect, test } from 'vitest';
import { startCli } from '../support/cli.ts';

describe('version', () => {
  test('prints the version alone, and as a document', async () => {
    const cli = startCli();
    expect((await cli('version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await cli('--version --json')).json).toMatchObject({ kind: 'version' });
  });
});

describe('whoami', () => {
  test('says which identity holds, and why', async () => {
    expect((await startCli()('whoami --json')).json).toMatchObject({
      id: 'agent:tester',
      source: 'environment',
      explicit: true,
    });
    const nobody = startCli({ env: {} });
    expect((await nobody('whoami')).stdout).toContain("human:someone (inferred: the system's user name)");
    expect((await nobody('whoami --json')).json).toMatchObject({
      may_claim: false,
      may_pass_manual_gates: false,
    });
    expect((await nobody('whoami --by human:ada --json')).json).toMatchObject({
      source: 'flag',
      may_pass_manual_gates: true,
    });
  });
});

describe('config', () => {
  test('sets, shows and resets a setting', async () => {
    const cli = startCli();
    expect((await cli('config get durability')).stdout).toBe('full\n');
    expect((await cli('config set durability fast --json')).json).toMatchObject({
      settings: [{ value: 'fast', is_default: false }],
    });
    expect((await cli('config set durability fsat')).stderr).toContain('did you mean fast?');
    expect((await cli('config set tombstone_days -- -1')).exit).toBe(2);
    await cli('config set durability default');
    expect((await cli('config show')).stdout).toContain('full (default)');
  });
});

describe('schema', () => {
  test('describes every command', async () => {
    const { json } = await startCli()('schema --json');
    expect(json.commands).toContainEqual(expect.objectContaining({ command: 'whoami' }));
    expect((await startCli()('schema config gte')).stderr).toContain('did you mean jit config get?');
  });
});
