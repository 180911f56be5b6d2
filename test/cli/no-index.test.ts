import { expect, test } from 'vitest';
import { startCli } from '../support/cli.ts';

test.each(['always', 'never', 'auto', ''])('JIT_INDEX may be %j', async (JIT_INDEX) => {
  const cli = startCli({ store: 'files', env: { JIT_AGENT_ID: 'agent:a', JIT_INDEX } });
  await cli('init');
  expect(await cli('list --json')).toMatchObject({ exit: 0 });
});

test('another word of JIT_INDEX is refused, and --no-index goes without it', async () => {
  const cli = startCli({ store: 'files', env: { JIT_AGENT_ID: 'agent:a', JIT_INDEX: 'sometimes' } });
  const refused = await cli('list');
  expect(refused.exit).toBe(2);
  expect(refused.stderr).toBe('jit: JIT_INDEX cannot be "sometimes"\nhint: always, never or auto\n');
  await cli('init --no-index');
  expect(await cli('list --no-index')).toMatchObject({ exit: 0 });
});
