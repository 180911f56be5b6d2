import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLocalConfig, writeLocalConfig } from '../../src/main/local-config.ts';
import { readUserFile, removeUserFile, writeUserFile } from '../../src/main/user-files.ts';
import { startCli, temporaryDirectory } from '../support/cli.ts';

describe('files of the user', () => {
  test('are replaced whole, with their mode, and nothing is left beside them', () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'out.md');
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    writeUserFile(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(directory)).toEqual(['out.md']);
  });

  test('a link stays a link', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'real'), 'old');
    symlinkSync('real', join(directory, 'link'));
    writeUserFile(join(directory, 'link'), 'new');
    expect(lstatSync(join(directory, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(directory, 'real'), 'utf8')).toBe('new');
  });

  test('what cannot be is a named error, and leaves nothing behind', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'd'));
    expect(() => readUserFile(join(directory, 'none'))).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
    );
    expect(() => writeUserFile(join(directory, 'no', 'x'), '')).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
    );
    expect(() => readUserFile(join(directory, 'd'))).toThrow(expect.objectContaining({ code: 'IO' }));
    expect(() => writeUserFile(join(directory, 'd'), 'x')).toThrow(expect.objectContaining({ code: 'IO' }));
    expect(readdirSync(directory)).toEqual(['d']);
    expect(() => removeUserFile(join(directory, 'none'))).not.toThrow();
  });
});

describe('the settings of a worktree', () => {
  test.each([
    '{',
    '[]',
    'null',
    '{"agent":1}',
    '{"agent":{"id":1}}',
    '{"agent":{"id":""}}',
    '{"agent":{"type":[]}}',
  ])('%s is a corrupt file', (text) => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'config.local.json'), text);
    expect(() => readLocalConfig(dir)).toThrow(
      expect.objectContaining({ code: 'CORRUPT_FILE', details: { file: join(dir, 'config.local.json') } }),
    );
  });

  test('keep keys that jit does not know', async () => {
    const dir = temporaryDirectory();
    writeLocalConfig(dir, { agent: { id: 'a', colour: 'red' }, editor: 'vi' } as never);
    expect(readLocalConfig(dir)).toEqual({ agent: { id: 'a', colour: 'red' }, editor: 'vi' });
  });

  test('are set by commands, and name who acts', async () => {
    const cli = startCli({ store: 'files', env: {} });
    await cli('init --no-agents');
    expect((await cli('config agent show --json')).json).toMatchObject({ id: null, type: null });
    await cli('config agent set-id worker-1');
    expect((await cli('config agent set-type copilot --json')).json).toMatchObject({
      id: 'worker-1',
      type: 'copilot',
    });
    expect((await cli('whoami --json')).json).toMatchObject({ id: 'copilot:worker-1', source: 'config' });
    const path = join(cli.cwd, '.jit', 'config.local.json');
    const before = statSync(path).ino;
    await cli('config agent set-type copilot');
    expect(statSync(path).ino, 'what is so already is not written').toBe(before);
    expect((await cli(['config', 'agent', 'set-id', 'a b'])).exit).toBe(2);
    expect((await cli('config agent set-type Copilot')).exit).toBe(2);
  });
});
