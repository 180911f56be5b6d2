import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Event, Issue } from '../../src/domain/issue.ts';
import type { Lease } from '../../src/domain/lease.ts';
import { findRepository } from '../../src/git/repository.ts';
import { systemClock } from '../../src/main/clock.ts';
import { openLeases } from '../../src/main/leases.ts';
import { openFilesStore } from '../../src/store/files/files-store.ts';
import type { Field } from './field.ts';
import { expectClean } from './verdict.ts';

interface Claim {
  readonly id: string;
  readonly by: string;
  readonly epoch: number;
  readonly worktree: string;
}

/**
 * Holds what workers were told to what is there afterwards. `said`: what each printed, a document of `claim-next --json` a line;
 * `names`: who they were. Every issue was claimed by one, and is his by his work tree's file, event and lease, and nobody's in any other
 * work tree. Returns how many won something.
 */
export async function checkClaims(
  field: Field,
  said: readonly string[],
  names: readonly string[],
): Promise<number> {
  const claims = said.flatMap((lines, i) =>
    lines
      .split('\n')
      .filter(Boolean)
      .map((line) => readClaim(line, names[i]!)),
  );
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  claims.sort(byId);
  // Nothing was acknowledged twice, and nothing was left.
  expect(claims.map(({ id }) => id)).toEqual(field.ids);

  const leases = await leasesOf(field);
  expect(
    leases
      .map(({ id, holder, epoch, worktree, status }) => ({ id, by: holder, epoch, worktree, status }))
      .sort(byId),
  ).toEqual(claims.map((claim) => ({ ...claim, status: 'held' })));

  for (const [worktree, tree] of field.trees) {
    const own = claims.filter((claim) => claim.worktree === worktree);
    for (let round = 1; round <= field.shape.rounds; round += 1) {
      const ids = new Set(field.ids.slice((round - 1) * field.shape.issues, round * field.shape.issues));
      const here = own.filter(({ id }) => ids.has(id)).map(({ id, by, epoch }) => ({ id, by, epoch }));
      const place = field.placeIn(tree, round);
      expect(recordedIn(place).sort(byId), place).toEqual(here);
      expect(heldIn(place).sort(byId), place).toEqual(here);
      await expectClean(field.scratch, place, place);
    }
  }
  return said.filter((lines) => lines !== '').length;
}

function readClaim(line: string, by: string): Claim {
  const { outcome, issue, lease } = JSON.parse(line);
  expect({ outcome, holder: lease.holder, assignee: issue.assignee, epoch: issue.claim_epoch }).toEqual({
    outcome: 'claimed',
    holder: by,
    assignee: by,
    epoch: lease.epoch,
  });
  return { id: issue.id, by, epoch: lease.epoch, worktree: lease.worktree };
}

async function leasesOf({ scratch: { root, store: dir } }: Field): Promise<readonly Lease[]> {
  const place = { root, dir };
  const store = openFilesStore({ ...place, clock: systemClock });
  const standings = await openLeases(place, findRepository(root), systemClock, store).inspect();
  return [...standings.values()].map(({ lease }) => lease);
}

/** The claims in the log. */
const recordedIn = (place: string): Omit<Claim, 'worktree'>[] =>
  readFileSync(join(place, '.jit/events.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): Event => JSON.parse(line))
    .filter(({ event }) => event === 'issue.claimed')
    .map(({ id, by, changes }) => ({ id: id!, by, epoch: changes.claim_epoch![1] as number }));

/** The claims in the files. */
const heldIn = (place: string): Omit<Claim, 'worktree'>[] =>
  readdirSync(join(place, '.jit/issues'))
    .filter((name) => name.endsWith('.json'))
    .map((name): Issue => JSON.parse(readFileSync(join(place, '.jit/issues', name), 'utf8')))
    .filter(({ state }) => state === 'in_progress')
    .map(({ id, assignee, claim_epoch }) => ({ id, by: assignee!, epoch: claim_epoch! }));
