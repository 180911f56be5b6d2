import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryCommands } from '../support/commands-model.ts';
import { GATES } from '../support/issues.ts';
import { runCommand } from '../support/run-command.ts';
import { runCommands } from '../support/run-commands.ts';
import { startSession } from '../support/session.ts';

test('whatever is done in whatever order, every rule holds after every command', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryCommands(50), async (commands) => {
      await runCommands(startSession({ content: { gates: GATES } }), commands);
    }),
    { numRuns: 60 },
  );
}, 120_000);

const REACHED = [
  ...['create', 'edit', 'state', 'assign', 'claim', 'unhold', 'reopen', 'claim-next', 'release', 'complete'],
  ...[
    'complete-next',
    'hold',
    'archive',
    'delete',
    'need',
    'need-not',
    'require',
    'drop',
    'judge',
    'comment',
  ],
  ...['define', 'undefine', 'fix', 'gc', 'wait'],
  ...['ALREADY_CLAIMED', 'NOT_HOLDER', 'BLOCKED', 'GATES_PENDING', 'CYCLE', 'INVALID_TRANSITION', 'IN_USE'],
  ...['HUMAN_REQUIRED', 'GATE_NOT_DEFINED', 'GATE_NOT_REQUIRED', 'ISSUE_NOT_FOUND', 'ALREADY_DEFINED'],
  ...['NOTHING_READY', 'ALL_DONE', 'USAGE'],
];

test('the commands reach every verb and every refusal: what is never reached is not tested', async () => {
  const reached = new Set<string>();
  for (const commands of fc.sample(arbitraryCommands(50), { numRuns: 150, seed: 1 })) {
    const session = startSession({ content: { gates: GATES } });
    const ids: string[] = [];
    for (const command of commands) {
      session.clock.forward(1);
      const outcome = await runCommand(session, ids, command);
      reached.add('refused' in outcome ? outcome.refused : command.verb);
    }
  }
  expect(REACHED.filter((name) => !reached.has(name))).toEqual([]);
}, 60_000);
