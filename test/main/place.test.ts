import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPlace, namedPlace } from '../../src/main/place.ts';
import { startCli, temporaryDirectory } from '../support/cli.ts';

function makeStore(root: string, name = '.jit'): string {
  mkdirSync(join(root, name, 'issues'), { recursive: true });
  return join(root, name);
}
const find = (cwd: string, dir?: string, dataDir?: string) => findPlace({ cwd, dir, dataDir });

describe('where the store is', () => {
  test('the nearest upwards', () => {
    const root = temporaryDirectory();
    const deep = join(root, 'a', 'b');
    mkdirSync(deep, { recursive: true });
    makeStore(root);
    expect(find(deep)).toEqual({ root, dir: join(root, '.jit') });
    makeStore(join(root, 'a'));
    expect(find(deep).root).toBe(join(root, 'a'));
  });

  test('a .jit that is no store is passed by', () => {
    const root = temporaryDirectory();
    const inner = join(root, 'inner');
    mkdirSync(join(inner, '.jit'), { recursive: true });
    makeStore(root);
    expect(find(inner).root).toBe(root);
    writeFileSync(join(inner, '.jit', 'index.json'), 'damaged');
    expect(find(inner).root).toBe(inner);
  });

  test('--dir names what holds .jit, or .jit itself, and goes before JIT_DATA_DIR', () => {
    const root = temporaryDirectory();
    const place = { root, dir: makeStore(root) };
    const other = makeStore(temporaryDirectory());
    expect(find('/', root, other)).toEqual(place);
    expect(find(root, '.', other)).toEqual(place);
    expect(find('/', place.dir)).toEqual(place);
    expect(find('/', undefined, other).dir).toBe(other);
  });

  test('JIT_DATA_DIR may have any name', () => {
    const root = temporaryDirectory();
    const dir = makeStore(root, 'data');
    expect(find(root, undefined, 'data')).toEqual({ root, dir });
    expect(find('/', dir)).toEqual({ root, dir });
  });

  test.each([
    [{ dir: 'nowhere', dataDir: undefined }],
    [{ dir: undefined, dataDir: 'nowhere' }],
    [{ dir: undefined, dataDir: undefined }],
    [{ dir: undefined, dataDir: '' }],
  ])('none: %j', (named) => {
    const cwd = temporaryDirectory();
    expect(() => findPlace({ cwd, ...named })).toThrow(
      expect.objectContaining({ code: 'NOT_INITIALIZED', hint: expect.stringContaining('jit init') }),
    );
  });

  test('a place can be named before there is a store', () => {
    expect(namedPlace({ cwd: '/x', dir: 'y', dataDir: undefined })).toEqual({
      root: '/x/y',
      dir: '/x/y/.jit',
    });
    expect(namedPlace({ cwd: '/x', dir: undefined, dataDir: undefined })).toBeNull();
  });
});

test('a command without a store ends with 3 and the hint', async () => {
  const { exit, json } = await startCli({ store: 'files' })('config show --json');
  expect(exit).toBe(3);
  expect(json).toMatchObject({ error: { code: 'NOT_INITIALIZED', retry: 'stop' } });
});
