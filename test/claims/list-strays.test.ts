import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listStrays } from '../../src/claims/local/list-strays.ts';
import { openLocalLeases } from '../../src/claims/local/local-leases.ts';
import { ask } from '../conformance/leases.ts';
import { temporaryDirectory } from '../support/cli.ts';
import { FakeMachine } from '../support/fake-machine.ts';
import { idOf } from '../support/issues.ts';

test('what jit writes is no stray; what others put there is, and so is what a dead process left', async () => {
  const dir = join(temporaryDirectory(), 'jit', 'leases');
  const machine = new FakeMachine('one');
  const [own, dead, other] = [machine.start('own'), machine.start('dead'), machine.start('other')];
  expect(listStrays(dir, own)).toEqual({ foreign: [], leftovers: [] });

  mkdirSync(join(dir, '..'));
  const leases = openLocalLeases({ dir, machine: own });
  for (const id of [idOf(1), idOf(2)]) await leases.acquire(ask({ id }));
  expect(listStrays(dir, own)).toEqual({ foreign: [], leftovers: [] });

  writeFileSync(join(dir, idOf(1), `new-${dead.token}.x`), '');
  writeFileSync(join(dir, idOf(1), `new-${other.token}.x`), '');
  writeFileSync(join(dir, idOf(1), 'seen-0123456789abcdef'), '');
  writeFileSync(join(dir, idOf(2), 'notes'), '');
  writeFileSync(join(dir, idOf(3)), 'a file where a directory belongs');
  mkdirSync(join(dir, 'elsewhere'));
  machine.kill(dead);
  const { foreign, leftovers } = listStrays(dir, own);
  expect([...foreign].sort()).toEqual([idOf(3), `${idOf(2)}/notes`, 'elsewhere'].sort());
  expect(leftovers).toEqual([`${idOf(1)}/new-${dead.token}.x`]);
});
