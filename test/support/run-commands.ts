import { expect } from 'vitest';
import type { Command } from './commands-model.ts';
import { type Contents, checkStore, checkTransaction, contentsOf } from './invariants.ts';
import { runCommand } from './run-command.ts';
import type { TestSession } from './session.ts';

/** Runs commands on a store, a millisecond apart, and checks every rule after each. Returns what the store holds in the end. */
export async function runCommands(session: TestSession, commands: readonly Command[]): Promise<Contents> {
  const ids: string[] = [];
  let before = await contentsOf(session.store);
  for (const command of commands) {
    session.clock.forward(1);
    const outcome = await runCommand(session, ids, command);
    const after = await contentsOf(session.store);
    checkTransaction(before, after, session.clock.now(), 'refused' in outcome);
    await checkStore(session, after);
    before = after;
  }
  return before;
}

/**
 * Runs the same commands on two stores, and checks that each comes to the same on both, and that both hold the
 * same after each. Both must start with the same content, clock, ids and commit. Returns what they hold in the end.
 */
export async function compareStores(
  one: TestSession,
  other: TestSession,
  commands: readonly Command[],
): Promise<Contents> {
  const ids: [string[], string[]] = [[], []];
  for (const command of commands) {
    one.clock.forward(1);
    if (other.clock !== one.clock) other.clock.forward(1);
    const outcome = await runCommand(one, ids[0], command);
    expect(plain(await runCommand(other, ids[1], command))).toEqual(plain(outcome));
    expect(await contentsOf(other.store)).toEqual(await contentsOf(one.store));
  }
  const contents = await contentsOf(one.store);
  await checkStore(other, contents);
  return contents;
}

// What a clean-up found in the way of leftovers is each store's own affair.
const plain = (outcome: object): unknown =>
  JSON.parse(JSON.stringify(outcome, (key, value: unknown) => (key === 'leftovers' ? undefined : value)));
