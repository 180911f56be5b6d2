import { expect, test } from 'vitest';
import { writeIssues } from '../support/project.ts';
import { race } from '../support/race.ts';
import { report } from '../support/report.ts';
import { makeScratch } from '../support/scratch.ts';
import { size } from '../support/size.ts';
import { eventsOf, expectClean, issuesOf } from '../support/verdict.ts';

const PROCESSES = size(8, 32);
const ISSUES = size(60, 500);

const LOOP = `
while true; do
  if claimed=$(jit claim-next --json 2>"$ERRORS"); then printf '%s\\n' "$claimed"
  else
    exit=$?
    [ $exit -eq 5 ] || { cat "$ERRORS" >&2; exit $exit; }
    break
  fi
done`;

// Processes that queue at the lock hardly ever collide at the commit point. So some do not queue, and every
// collision is theirs, or of one who queued with one of them.
test.each([
  { name: 'queueing', unlocked: null },
  { name: 'some without queueing', unlocked: 8 },
])(
  'many processes claim until nothing is ready, $name: each issue goes to exactly one',
  async ({ name, unlocked }) => {
    const scratch = await makeScratch();
    const ids = writeIssues(scratch.store, ISSUES);
    const begun = performance.now();
    const racers = Array.from({ length: PROCESSES }, (_, i) => ({
      script: LOOP,
      env: { JIT_AGENT_ID: `agent:w${i}`, ERRORS: `${scratch.beside}/errors-${i}` },
      unlocked,
    }));
    const { said, conflicts } = await race(scratch, racers);
    const seconds = Math.round((performance.now() - begun) / 1000);

    const claims = said.flatMap((lines, i) =>
      lines
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const { outcome, issue } = JSON.parse(line) as { outcome: string; issue: { id: string } };
          expect(outcome).toBe('claimed');
          return { id: issue.id, by: `agent:w${i}` };
        }),
    );
    expect(claims.map(({ id }) => id).sort()).toEqual(ids);
    const claimed = (await eventsOf(scratch)).filter(({ event }) => event === 'issue.claimed');
    const byId = (a: { id: string | null }, b: { id: string | null }) => (a.id! < b.id! ? -1 : 1);
    const won = claims.sort(byId);
    expect(claimed.map(({ id, by }) => ({ id, by })).sort(byId)).toEqual(won);
    const held = (await issuesOf(scratch)).map(({ id, assignee, state }) => ({ id, by: assignee, state }));
    expect(held.sort(byId)).toEqual(won.map((claim) => ({ ...claim, state: 'in_progress' })));
    await expectClean(scratch);
    // Without a single collision at the commit point the run has shown nothing about it.
    if (unlocked !== null) expect(conflicts).toBeGreaterThan(0);
    const winners = said.filter((lines) => lines !== '').length;
    report(`race to claim, ${name}`, {
      processes: PROCESSES,
      'not queueing': unlocked === null ? 'none' : `one claim in ${unlocked}`,
      issues: ISSUES,
      winners,
      conflicts,
      seconds,
    });
  },
  1_200_000,
);
