import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCacheFile } from '../../src/main/boot/cache-file.ts';
import { makeSandbox, type Sandbox } from '../support/binary.ts';

// The real program, with compiled code from earlier processes and without.

const directoryOf = ({ env }: Sandbox) => join(env.HOME!, '.cache/jit-tracker/code');
const filesOf = (sandbox: Sandbox) =>
  existsSync(directoryOf(sandbox)) ? readdirSync(directoryOf(sandbox)).sort() : [];

function enter(): Sandbox {
  const sandbox = makeSandbox();
  sandbox.jit(['init']);
  sandbox.jit(['create', 'x', '--by', 'human:h']);
  rmSync(directoryOf(sandbox), { recursive: true, force: true });
  return sandbox;
}

const LIST = ['issue', 'list', '--json'];

test('it answers the same with code from the cache, without, and with damaged files', () => {
  const sandbox = enter();
  const first = sandbox.jit(LIST, { env: { JIT_NO_CODE_CACHE: '1' } });
  expect(first).toMatchObject({ exit: 0, stderr: '' });
  expect(filesOf(sandbox)).toEqual([]);
  const { stdout } = first;
  expect(sandbox.jit(LIST)).toMatchObject({ exit: 0, stdout, stderr: '' });
  expect(filesOf(sandbox)).toHaveLength(1);
  const times = () => filesOf(sandbox).map((name) => statSync(join(directoryOf(sandbox), name)).mtimeMs);
  const before = times();
  expect(sandbox.jit(LIST)).toMatchObject({ exit: 0, stdout, stderr: '' });
  expect(times()).toEqual(before);
  for (const name of filesOf(sandbox)) {
    const file = join(directoryOf(sandbox), name);
    const { length } = readFileSync(file);
    writeFileSync(file, readFileSync(file).fill(0x5a, length - 4096));
  }
  expect(sandbox.jit(LIST)).toMatchObject({ exit: 0, stdout, stderr: '' });
  for (const name of filesOf(sandbox))
    expect(readCacheFile(join(directoryOf(sandbox), name), process.geteuid!())).not.toBeNull();
});

test('where nothing can be written it works as well', () => {
  const sandbox = enter();
  const expected = sandbox.jit(LIST).stdout;
  for (const HOME of ['/proc', '/dev/null', '/nowhere', ''])
    expect(sandbox.jit(LIST, { env: { HOME } })).toMatchObject({ exit: 0, stdout: expected, stderr: '' });
});

test('what fails, and what is answered at once, keeps nothing', () => {
  const sandbox = enter();
  expect(sandbox.jit(['issue', 'show', 'NOSUCHID']).exit).toBe(3);
  expect(sandbox.jit(['--help']).exit).toBe(0);
  expect(sandbox.jit(['version']).exit).toBe(0);
  expect(filesOf(sandbox)).toEqual([]);
});

test('who asks for work while there is none starts faster the next time', () => {
  const sandbox = enter();
  const claim = ['claim-next', '--to', 'agent:a'];
  sandbox.jit(claim);
  rmSync(directoryOf(sandbox), { recursive: true });
  expect(sandbox.jit(claim)).toMatchObject({ exit: 5 });
  expect(filesOf(sandbox)).toHaveLength(1);
  expect(sandbox.jit(claim)).toMatchObject({ exit: 5 });
});

test('many that write at once leave one whole file, and answer', async () => {
  const sandbox = enter();
  const { stdout } = sandbox.jit(LIST, { env: { JIT_NO_CODE_CACHE: '1' } });
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => {
      const child = sandbox.start(LIST);
      let text = '';
      child.stdout.on('data', (part) => {
        text += part;
      });
      child.stderr.on('data', (part) => {
        text += part;
      });
      return new Promise((resolve) => child.once('close', (exit) => resolve({ exit, text })));
    }),
  );
  expect(answers).toEqual(answers.map(() => ({ exit: 0, text: stdout })));
  expect(filesOf(sandbox)).toHaveLength(1);
  for (const name of filesOf(sandbox))
    expect(readCacheFile(join(directoryOf(sandbox), name), process.geteuid!())).not.toBeNull();
});
