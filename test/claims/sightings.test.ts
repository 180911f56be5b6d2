import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { askAsB, TTL } from '../conformance/leases.ts';
import { FakeMachine } from '../support/fake-machine.ts';
import { makeHeld } from './lease-directory.ts';

describe('another machine that watches', () => {
  test('is one, however many processes it has', async () => {
    const { open, own } = await makeHeld();
    const far = new FakeMachine('two', 50);
    expect((await open('w1', far).acquire(askAsB())).outcome).toBe('refused');
    expect(readdirSync(own).filter((name) => name.startsWith('seen-'))).toHaveLength(1);
    far.pass(TTL / 2);
    expect((await open('w2', far).acquire(askAsB())).outcome).toBe('refused');
    far.pass(TTL / 2);
    expect((await open('w3', far).acquire(askAsB())).outcome).toBe('granted');
    expect(readdirSync(own).filter((name) => name.startsWith('seen-'))).toEqual([]);
  });

  test('starts anew after its own reboot', async () => {
    const { open } = await makeHeld();
    const far = new FakeMachine('two');
    await open('w1', far).acquire(askAsB());
    far.pass(TTL);
    far.reboot();
    far.pass(10 * TTL);
    expect((await open('w2', far).acquire(askAsB())).outcome).toBe('refused');
    far.pass(TTL);
    expect((await open('w2', far).acquire(askAsB())).outcome).toBe('granted');
  });

  test('goes by its own clock also where boots are not told apart', async () => {
    const { open } = await makeHeld();
    const far = new FakeMachine('two', 500_000, null);
    await open('w1', far).acquire(askAsB());
    // The clock starts anew: what was noted lies in its future.
    far.elapsed = 10;
    expect((await open('w2', far).acquire(askAsB())).outcome).toBe('refused');
    far.pass(TTL - 1);
    expect((await open('w2', far).acquire(askAsB())).outcome).toBe('refused');
    far.pass(1);
    expect((await open('w2', far).acquire(askAsB())).outcome).toBe('granted');
  });

  test.each(['', 'x', 'null', '{}', '{"since":"1"}', '[]'])(
    'believes no note that is damaged: %j',
    async (text) => {
      const { open, own } = await makeHeld();
      const far = new FakeMachine('two');
      await open('w1', far).acquire(askAsB());
      const [note] = readdirSync(own).filter((name) => name.startsWith('seen-'));
      writeFileSync(join(own, note!), text);
      far.pass(10 * TTL);
      expect((await open('w1', far).acquire(askAsB())).outcome).toBe('refused');
      far.pass(TTL);
      expect((await open('w1', far).acquire(askAsB())).outcome).toBe('granted');
    },
  );
});
