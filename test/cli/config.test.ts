import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SETTING_NAMES, SETTINGS } from '../../src/cli/config/describe-config.ts';
import { claimSettings } from '../../src/domain/claim-settings.ts';
import { settingOf, withSetting } from '../../src/domain/settings.ts';
import { type Cli, startCli, temporaryDirectory } from '../support/cli.ts';

const gitIn = (cwd: string, ...args: string[]): unknown => execFileSync('git', args, { cwd });

describe('config set', () => {
  test.each([
    ['claims.remote', 'up-stream', 'origin'],
    ['claims.refPrefix', 'refs/heads/jit-claims/', 'refs/jit/claims/'],
    ['claims.ttl', '2h', '30m'],
  ])('%s to %s, and back', async (key, value, fallback) => {
    const cli = startCli();
    expect((await cli(`config get ${key}`)).stdout).toBe(`${fallback}\n`);
    expect((await cli(`config set ${key} ${value} --json`)).json).toMatchObject({
      settings: [{ key, value, is_default: false }],
    });
    expect((await cli(`config get ${key}`)).stdout).toBe(`${value}\n`);
    expect((await cli('config show')).stdout).toContain(` ${value}  `);
    await cli(`config set ${key} default`);
    expect((await cli(`config get ${key} --json`)).json).toMatchObject({
      settings: [{ value: fallback, is_default: true }],
    });
  });

  test.each([
    ['claims.scope', 'everywhere'],
    ['claims.scope', 'remtoe'],
    ['claims.remote', 'https://example.org/x.git'],
    ['claims.remote', '../up'],
    ['claims.refPrefix', 'refs/heads/'],
    ['claims.refPrefix', 'refs/jit/claims'],
    ['claims.refPrefix', 'jit/claims/'],
    ['claims.refPrefix', 'refs/a..b/'],
    ['claims.ttl', '30'],
    ['claims.ttl', 'soon'],
    ['claims.ttl', '-5m'],
    ['claims.ttl', '999ms'],
    ['claims.remote', '--upload-pack=touch x'],
    ['claims.refPrefix', '--output=x'],
  ])('%s refuses %j', async (key, value) => {
    const cli = startCli();
    const refused = await cli(['config', 'set', key, '--', value]);
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toContain(key);
    expect((await cli(`config get ${key} --json`)).json).toMatchObject({ settings: [{ is_default: true }] });
  });

  test('keeps what it does not know, and is recorded', async () => {
    const cwd = temporaryDirectory();
    const cli = startCli({ store: 'files', cwd });
    gitIn(cwd, 'init', '--quiet');
    gitIn(cwd, 'remote', 'add', 'origin', 'nowhere');
    await cli('init');
    const file = join(cwd, '.jit/config.json');
    writeFileSync(file, '{ "new": 1, "claims": { "novel": [2], "ttl": "5m" } }\n');
    await cli('config set claims.scope remote');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      claims: { scope: 'remote', ttl: '5m', novel: [2] },
      new: 1,
    });
    expect((await cli('validate')).exit).toBe(0);
    const { json } = await cli('events --json');
    expect(JSON.stringify(json)).toContain('"claims.scope":[null,"remote"]');
    await cli('config set claims.ttl default');
    await cli('config set claims.scope default');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ claims: { novel: [2] }, new: 1 });
  });

  test.each([
    '{ "claims": { "remote": "ext::sh -c x" } }',
    '{ "claims": { "ttl": "x" } }',
    '{ "claims": 1 }',
  ])('a file that says %s is named', async (text) => {
    const cwd = temporaryDirectory();
    const cli = startCli({ store: 'files', cwd });
    await cli('init');
    writeFileSync(join(cwd, '.jit/config.json'), text);
    const refused = await cli('config show');
    expect([refused.exit, refused.stderr]).toEqual([7, expect.stringContaining('config.json')]);
  });
});

describe('config set claims.scope remote', () => {
  const refused = async (cli: Cli, line: string) => {
    const { exit, stderr } = await cli(line);
    expect(exit, line).toBe(2);
    return stderr;
  };

  test('needs a git repository', async () => {
    const cwd = temporaryDirectory();
    const cli = startCli({ store: 'files', cwd });
    await cli('init');
    expect(await refused(cli, 'config set claims.scope remote')).toMatch(/no git repository\n.*git init/s);
    expect((await cli('config get claims.scope')).stdout).toBe('repository\n');
    // As long as claims stay here, it may be named ahead.
    expect((await cli('config set claims.remote upstream')).exit).toBe(0);
  });

  test('needs the remote, by whichever setting comes last', async () => {
    const cwd = temporaryDirectory();
    const cli = startCli({ store: 'files', cwd });
    gitIn(cwd, 'init', '--quiet');
    await cli('init');
    expect(await refused(cli, 'config set claims.scope remote')).toMatch(
      /no such remote.*git remote add origin URL/s,
    );
    gitIn(cwd, 'remote', 'add', 'upstream', 'nowhere');
    await cli('config set claims.remote upsteram');
    expect(await refused(cli, 'config set claims.scope remote')).toContain('claims.remote upstream');
    await cli('config set claims.remote upstream');
    expect((await cli('config set claims.scope remote')).exit).toBe(0);
    expect(await refused(cli, 'config set claims.remote other')).toContain('no such remote');
    expect(await refused(cli, 'config set claims.remote default')).toContain('git remote add origin');
    expect((await cli('config set claims.scope default')).exit).toBe(0);
  });
});

describe('settings', () => {
  test('without any, nothing is left of their room', () => {
    expect(withSetting({ claims: { ttl: '1h' } }, 'claims.ttl', undefined)).toEqual({});
    expect(withSetting({}, 'claims.ttl', '1h')).toEqual({ claims: { ttl: '1h' } });
    expect(settingOf({}, 'claims.ttl')).toBeUndefined();
  });

  test('of claims are what is shown as their defaults', () => {
    const shown = Object.fromEntries(SETTING_NAMES.map((name) => [name, SETTINGS[name].fallback]));
    const { ttl, ...others } = claimSettings({});
    for (const [key, value] of Object.entries(others)) expect(shown[`claims.${key}`]).toBe(value);
    expect(claimSettings({ claims: { ttl: `${shown['claims.ttl']}` } }).ttl).toBe(ttl);
    expect(claimSettings({ claims: { ttl: '0' } }).ttl).toBeNull();
    expect(claimSettings({ claims: { ttl: '2h' } }).ttl).toBe(7_200_000);
  });
});
