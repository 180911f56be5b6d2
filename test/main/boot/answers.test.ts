import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { listHelpPaths, renderHelp, WIDEST } from '../../../src/cli/help.ts';
import { makeSandbox } from '../../support/binary.ts';
import { startCli } from '../../support/cli.ts';

// Help is rendered when jit is built (scripts/render-answers.mjs), and must be what yargs would say now.

const answers = fileURLToPath(new URL('../../../dist/answers/', import.meta.url));
const read = (name: string) => readFileSync(join(answers, `${name}.txt`), 'utf8');

test('every help that was rendered is what is rendered now, and none is missing', async () => {
  const names = [];
  for (const path of listHelpPaths()) {
    const name = ['help', ...path].join('-');
    names.push(`${name}.txt`);
    expect(read(name), name).toBe(await renderHelp(path, WIDEST));
    // Wider than that it does not become.
    expect(await renderHelp(path, WIDEST + 20)).toBe(read(name));
  }
  expect(readdirSync(answers).sort()).toEqual([...names, 'version.txt'].sort());
});

test.each([[[]], [['--help']], [['-h']], [['help']]])('%j prints the overview', (words) => {
  expect(makeSandbox({ git: false }).jit(words)).toMatchObject({ exit: 0, stdout: read('help'), stderr: '' });
});

test.each([['version'], ['--version'], ['-V'], ['-v']])('%s prints what it always did', async (word) => {
  const { stdout } = await startCli()(word);
  expect(read('version')).toBe(stdout);
  expect(makeSandbox({ git: false }).jit([word])).toMatchObject({ exit: 0, stdout, stderr: '' });
});

test.each([['version', ''], ['version', '--json'], ['--help', '--json'], ['']])(
  'more words are not taken for fewer: %j %j',
  async (...words) => {
    const { exit, stdout, stderr } = await startCli()(words);
    expect(makeSandbox({ git: false }).jit(words)).toMatchObject({ exit, stdout, stderr });
  },
);

test('a command explains itself by each of its names, and in every way to ask', () => {
  const { jit } = makeSandbox({ git: false });
  const stdout = read('help-issue-create');
  for (const words of [
    ['create', '--help'],
    ['issue', 'new', '-h'],
    ['help', 'issue', 'create'],
    ['new', 'x', '--help'],
  ])
    expect(jit(words), words.join(' ')).toMatchObject({ exit: 0, stdout, stderr: '' });
});

test('a narrow terminal has lines of its own width', async () => {
  const narrow = startCli({ terminal: { stdout: true, columns: 60 } });
  const { stdout } = await narrow('issue create --help');
  expect(stdout).toBe(await renderHelp(['issue', 'create'], 60));
  expect(stdout).not.toBe(read('help-issue-create'));
});
