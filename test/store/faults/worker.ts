import { appendFileSync } from 'node:fs';
import { ulid } from 'ulid';
import { newIssue } from '../../../src/domain/issue.ts';
import { openFilesStore } from '../../../src/store/files/files-store.ts';
import { testedIndex } from '../../support/index-env.ts';

// A real process that writes to a real store until it is stopped: each acknowledged change is noted in a file of its
// own, after the store has said that it is done.

const [root, name, rounds, lock] = process.argv.slice(2) as [string, string, string, string];
const clock = { now: () => new Date().toISOString(), ago: () => new Date().toISOString() };
const store = openFilesStore({
  root,
  dir: `${root}/.jit`,
  clock,
  lock: lock === 'lock',
  pruneAt: 16,
  index: testedIndex(),
});
const shared = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

for (let round = 0; round < Number(rounds); round += 1) {
  const id = ulid();
  const label = `${name}-${round}`;
  await store.transact(async (view) => {
    const now = clock.now();
    const issue = (await view.get(shared))!;
    const made = newIssue({ id, title: label, created_by: 'agent:a', now });
    const event = { ts: now, by: 'agent:a' };
    return {
      issues: [made, { ...issue, labels: [...issue.labels, label] }],
      events: [
        { ...event, event: 'issue.created', id, eid: ulid(), changes: { title: [null, label] } },
        {
          ...event,
          event: 'issue.updated',
          id: shared,
          eid: ulid(),
          changes: { [`labels.${label}`]: [false, true] },
        },
      ],
      result: undefined,
    };
  });
  appendFileSync(`${root}/acknowledged-${name}`, `${label} ${id}\n`);
}
