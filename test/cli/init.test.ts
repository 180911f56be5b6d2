import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dropAgentsBlock, putAgentsBlock } from '../../src/cli/agents-block.ts';
import { makeSandbox } from '../support/binary.ts';
import { type CliOptions, startCli } from '../support/cli.ts';

const startHere = (options: CliOptions = {}) => startCli({ store: 'files', ...options });

/** Every file below a directory with its content. */
function filesIn(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    names.map(({ parentPath, name }) => [
      join(parentPath, name).slice(directory.length + 1),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  );
}

describe('jit init', () => {
  test('makes a store with the common gates, says what it wrote, and touches nothing else', async () => {
    const cli = startHere();
    writeFileSync(join(cli.cwd, 'own.txt'), 'own');
    const { exit, json } = await cli('init --json');
    expect(exit).toBe(0);
    expect(json).toMatchObject({
      root: cli.cwd,
      dir: join(cli.cwd, '.jit'),
      already_initialized: false,
      agents_file: 'untouched',
    });
    const files = filesIn(cli.cwd);
    expect(Object.keys(files).filter((name) => !(json.created as string[]).includes(name))).toEqual([
      'own.txt',
    ]);
    const gates = JSON.parse(files['.jit/gates.json']!);
    expect(Object.entries(gates).map(([key, gate]) => [key, (gate as { auto: boolean }).auto])).toEqual([
      ['integration-tests', true],
      ['review', false],
      ['security-scan', true],
      ['unit-tests', true],
    ]);
  });

  test('again changes nothing', async () => {
    const cli = startHere();
    await cli('init');
    const before = filesIn(cli.cwd);
    const { exit, json } = await cli('init --no-gates --json');
    expect({ exit, created: json.created, again: json.already_initialized }).toEqual({
      exit: 0,
      created: [],
      again: true,
    });
    expect(filesIn(cli.cwd)).toEqual(before);
  });

  test('--no-gates defines none', async () => {
    const cli = startHere();
    await cli('init --no-gates');
    expect(JSON.parse(readFileSync(join(cli.cwd, '.jit', 'gates.json'), 'utf8'))).toEqual({});
  });

  test('goes to the top of the repository, or where it is told', async () => {
    const { repository, jit } = makeSandbox();
    const deep = join(repository, 'a', 'b');
    mkdirSync(deep, { recursive: true });
    expect(jit(['init', '--json'], { cwd: deep }).json).toMatchObject({ root: repository });
    expect(jit(['init', '--dir', '.', '--json'], { cwd: deep }).json).toMatchObject({ root: deep });
    const env = { JIT_DATA_DIR: join(repository, 'elsewhere') };
    expect(jit(['init', '--json'], { env }).json).toMatchObject({ dir: env.JIT_DATA_DIR, root: repository });
    expect(jit(['config', 'get', 'durability'], { env, cwd: '/' }).stdout).toBe('full\n');
    expect(jit(['config', 'get', 'durability'], { cwd: join(deep) }).stdout).toBe('full\n');
  });

  test('where no directory can be made is a named error', async () => {
    const cli = startHere();
    writeFileSync(join(cli.cwd, 'file'), '');
    const { exit, json } = await cli('init --dir file --json');
    expect({ exit, code: (json.error as { code: string }).code }).toEqual({ exit: 7, code: 'IO' });
  });
});

describe('jit init --agents', () => {
  const read = (directory: string) => readFileSync(join(directory, 'AGENTS.md'), 'utf8');

  test('makes, keeps and removes the file', async () => {
    const cli = startHere();
    expect((await cli('init --agents --json')).json).toMatchObject({ agents_file: 'created' });
    expect(read(cli.cwd)).toContain('jit prime');
    expect((await cli('init --agents --json')).json).toMatchObject({ agents_file: 'unchanged' });
    expect((await cli('init --remove-agents --json')).json).toMatchObject({ agents_file: 'removed' });
    expect(existsSync(join(cli.cwd, 'AGENTS.md'))).toBe(false);
    expect((await cli('init --remove-agents --json')).json).toMatchObject({ agents_file: 'unchanged' });
  });

  test('brings an older block up to date in its place', async () => {
    const cli = startHere();
    writeFileSync(
      join(cli.cwd, 'AGENTS.md'),
      'above\n<!-- jit:start v0 -->\nold words\n<!-- jit:end -->\nbelow',
    );
    expect((await cli('init --agents --json')).json).toMatchObject({ agents_file: 'updated' });
    expect(read(cli.cwd)).toMatch(
      /^above\n<!-- jit:start v1 -->\n[\s\S]*jit prime[\s\S]*<!-- jit:end -->\nbelow$/,
    );
    expect(read(cli.cwd)).not.toContain('old words');
    await cli('init --remove-agents');
    expect(read(cli.cwd)).toBe('above\nbelow');
  });

  test('is offered on a terminal, and only there', async () => {
    const asked: string[] = [];
    const confirm = (question: string) => asked.push(question) > 0;
    const quiet = startHere({ confirm });
    await quiet('init');
    expect(asked).toEqual([]);
    const cli = startHere({ confirm, terminal: { interactive: true } });
    await cli('init --no-agents');
    expect(asked).toEqual([]);
    await cli('init');
    expect(asked).toHaveLength(1);
    expect(read(cli.cwd)).toContain('jit prime');
    await cli('init');
    expect(asked, 'nothing is left to offer').toHaveLength(1);
  });

  test('and --remove-agents exclude each other', async () => {
    expect((await startHere()('init --agents --remove-agents')).exit).toBe(2);
    expect((await startHere()('init --remove-agents')).exit).toBe(3);
  });

  test('a block that lost its end is left alone', () => {
    const text = 'x\n<!-- jit:start v1 -->\nhalf\n';
    expect(dropAgentsBlock(text)).toBe(text);
  });

  test('taking the block out restores every byte, whatever was there', () => {
    const pieces = fc.constantFrom(
      '\n',
      '\r\n',
      '# Title',
      ' ',
      '- item',
      '`code`',
      '<!-- x -->',
      'é',
      '\t',
      '\uFEFF',
      '\r',
    );
    const text = fc.option(
      fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
      { nil: null },
    );
    fc.assert(
      fc.property(text, (before) => {
        const once = putAgentsBlock(before);
        expect(putAgentsBlock(once)).toBe(once);
        expect(dropAgentsBlock(once)).toBe(before);
      }),
      { numRuns: 2000 },
    );
  });
});
