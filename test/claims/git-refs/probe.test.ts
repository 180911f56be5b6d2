import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FALLBACK_PREFIX, probeRemote } from '../../../src/claims/git-refs/probe.ts';
import { FakeMachine } from '../../support/fake-machine.ts';
import { type Clone, makeRemote } from './clones.ts';

const PREFIX = 'refs/jit/claims/';
const machine = new FakeMachine('one').start('doctor');

const probe = ({ repository, env }: Clone, prefix = PREFIX, remote = 'origin') =>
  probeRemote(repository, remote, prefix, { machine, env, timeout: 5_000 });

test('a remote that takes both', async () => {
  const remote = makeRemote();
  expect(await probe(remote.clone())).toEqual({
    remote: 'origin',
    reachable: true,
    problem: null,
    roundTrip: 0,
    prefixes: [
      { prefix: PREFIX, accepted: true, forwardOnly: false, removed: true },
      { prefix: FALLBACK_PREFIX, accepted: true, forwardOnly: false, removed: true },
    ],
  });
  expect(remote.git('for-each-ref')).toBe('');
});

test('a remote that takes branches alone', async () => {
  const remote = makeRemote();
  remote.git('config', 'receive.hideRefs', 'refs/jit');
  expect((await probe(remote.clone())).prefixes).toEqual([
    { prefix: PREFIX, accepted: false, forwardOnly: false, removed: false },
    { prefix: FALLBACK_PREFIX, accepted: true, forwardOnly: false, removed: true },
  ]);
});

test('a remote that takes nothing, and one that gives nothing back', async () => {
  const remote = makeRemote();
  mkdirSync(join(remote.path, 'hooks'), { recursive: true });
  writeFileSync(join(remote.path, 'hooks/pre-receive'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  expect(await probe(remote.clone())).toMatchObject({
    reachable: true,
    roundTrip: null,
    prefixes: [{ accepted: false }, { accepted: false }],
  });
  rmSync(join(remote.path, 'hooks/pre-receive'));
  remote.git('config', 'receive.denyDeletes', 'true');
  expect((await probe(remote.clone(), FALLBACK_PREFIX)).prefixes).toEqual([
    { prefix: FALLBACK_PREFIX, accepted: true, forwardOnly: false, removed: false },
    // git applies such rules to branches alone.
    { prefix: PREFIX, accepted: true, forwardOnly: false, removed: true },
  ]);
  remote.git('config', 'receive.denyNonFastForwards', 'true');
  expect((await probe(remote.clone())).prefixes).toMatchObject([
    { prefix: PREFIX, accepted: true, forwardOnly: false, removed: true },
    { prefix: FALLBACK_PREFIX, accepted: true, forwardOnly: true, removed: false },
  ]);
});

test('where the configured place is refused, the usual one is tried as well', async () => {
  const remote = makeRemote();
  remote.git('config', 'receive.hideRefs', 'refs/own');
  expect((await probe(remote.clone(), 'refs/own/')).prefixes).toMatchObject([
    { prefix: 'refs/own/', accepted: false },
    { prefix: PREFIX, accepted: true },
    { prefix: FALLBACK_PREFIX, accepted: true },
  ]);
});

test('a remote that lets references go forward only', async () => {
  const remote = makeRemote();
  remote.git('config', 'receive.denyNonFastForwards', 'true');
  expect((await probe(remote.clone(), FALLBACK_PREFIX)).prefixes).toEqual([
    { prefix: FALLBACK_PREFIX, accepted: true, forwardOnly: true, removed: true },
    { prefix: PREFIX, accepted: true, forwardOnly: false, removed: true },
  ]);
});

test('a remote that is not there', async () => {
  const remote = makeRemote();
  const clone = remote.clone();
  rmSync(remote.path, { recursive: true });
  expect(await probe(clone)).toMatchObject({
    reachable: false,
    problem: expect.stringContaining('fatal: '),
    roundTrip: null,
    prefixes: [],
  });
});

test('what is no remote, and no prefix', async () => {
  const clone = makeRemote().clone();
  await expect(probe(clone, PREFIX, 'upstream')).rejects.toMatchObject({ code: 'UNKNOWN_VALUE' });
  await expect(probe(clone, PREFIX, '--upload-pack=touch x')).rejects.toMatchObject({
    code: 'UNKNOWN_VALUE',
  });
  await expect(probe(clone, '--output=x/')).rejects.toMatchObject({ code: 'UNKNOWN_VALUE' });
});
