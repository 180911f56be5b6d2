import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BINARY, makeSandbox } from '../support/binary.ts';

// The real binary on a pseudo terminal, which `script` of util-linux makes.

const PRELOAD = fileURLToPath(new URL('../support/struck-line.cjs', import.meta.url));
const CLEAR = '\r\u001b[2K';

const hasScript =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

test.skipIf(!hasScript).each([
  ['validate', 'SIGINT', 130],
  ['validate', 'SIGTERM', 143],
  ['export --format csv', 'SIGINT', 130],
] as const)('the line of jit %s is taken away by %s, which ends it all the same', (words, signal, exit) => {
  const { repository: cwd, env, jit } = makeSandbox();
  jit(['init']);
  for (const title of ['One', 'Two', 'Three']) jit(['create', title, '--by', 'human:me']);
  const command = `exec "${process.execPath}" --require "${PRELOAD}" "${BINARY}" ${words}`;
  const ran = spawnSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'xterm', JIT_TEST_SIGNAL: signal },
    encoding: 'utf8',
  });
  const told = ran.stdout.search(/\d of 3 issues/);
  expect(told).toBeGreaterThan(0);
  // Nothing of what it would have said comes any more.
  expect(ran.stdout.slice(told).replace(/^\d of 3 issues/, '')).toBe(CLEAR);
  expect(ran.status).toBe(exit);
});
