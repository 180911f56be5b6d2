import { expect, test } from 'vitest';
import { writeIssues } from '../support/project.ts';
import { race } from '../support/race.ts';
import { report } from '../support/report.ts';
import { makeScratch } from '../support/scratch.ts';
import { size } from '../support/size.ts';
import { expectClean, issuesOf } from '../support/verdict.ts';

const PROCESSES = size(6, 16);
const ROUNDS = size(2, 10);

test('many processes change the same issue at once: no change is lost', async () => {
  let conflicts = 0;
  let changes = 0;
  const begun = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) {
    const scratch = await makeScratch();
    const [issue, ...others] = writeIssues(scratch.store, PROCESSES + 1) as [string, ...string[]];
    // Each a change of its own: what one reads before another writes must not be written back.
    const changeOf = [
      (i: number) => `jit dep add ${issue} ${others[i]}`,
      (i: number) => `jit issue update ${issue} --add-label label-${i}`,
      (i: number) => `jit issue comment ${issue} 'comment ${i}'`,
      (i: number) => `jit issue update ${issue} --context key${i}=value${i}`,
      () => `jit gate add ${issue} review unit-tests`,
      () => `jit issue update ${issue} --title 'a new title'`,
      () => `jit issue update ${issue} --description 'a new description'`,
      () => `jit issue update ${issue} --priority critical`,
      () => `jit issue update ${issue} --milestone v1`,
    ];
    const racers = Array.from({ length: PROCESSES }, (_, i) => ({
      script: changeOf[(i + round) % changeOf.length]!(i),
      env: { JIT_AGENT_ID: `agent:w${i}` },
      unlocked: i % 3 === 0 ? null : 1,
    }));
    const ran = await race(scratch, racers);
    conflicts += ran.conflicts;
    changes += PROCESSES;
    const after = (await issuesOf(scratch)).find(({ id }) => id === issue)!;
    const kept = racers.filter(({ script }, i) => {
      if (script.includes('dep add')) return after.dependencies.includes(others[i]!);
      if (script.includes('label')) return after.labels.includes(`label-${i}`);
      if (script.includes('comment')) return after.comments.some(({ body }) => body === `comment ${i}`);
      if (script.includes('--context')) return after.context[`key${i}`] === `value${i}`;
      if (script.includes('gate add')) return after.gates_required.length === 2;
      if (script.includes('--title')) return after.title === 'a new title';
      if (script.includes('--description')) return after.description === 'a new description';
      if (script.includes('--priority')) return after.priority === 'critical';
      return after.milestone === 'v1';
    });
    expect(kept.map(({ script }) => script)).toEqual(racers.map(({ script }) => script));
    await expectClean(scratch);
  }
  expect(conflicts).toBeGreaterThan(0);
  const seconds = Math.round((performance.now() - begun) / 1000);
  report('changes of one issue', { processes: PROCESSES, rounds: ROUNDS, changes, conflicts, seconds });
}, 600_000);
