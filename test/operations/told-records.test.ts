import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatEvent, formatIssue, formatTombstone } from '../../src/domain/canonical-json.ts';
import type { Tombstone } from '../../src/domain/issue.ts';
import { validateStore } from '../../src/operations/validate.ts';
import { openFilesStore } from '../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../src/store/files/initialize.ts';
import { recordsOf } from '../../src/store/records.ts';
import type { Store, View } from '../../src/store/store.ts';
import { testedIndex } from '../support/index-env.ts';
import { GATES, NOW } from '../support/issues.ts';
import { arbitraryMutations, type Mutation, mutate } from '../support/mutations.ts';
import { standingClock, startSession } from '../support/session.ts';
import { size } from '../support/size.ts';
import { arbitraryEdit, arbitraryEdits, type Edit, historyOf, type Told } from '../support/told.ts';

// What is told of an issue by its texts alone is what a close look at all of it comes to, in whatever state the store is.

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jit-told-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

type Damage =
  | { readonly what: 'file' | 'line'; readonly at: number; readonly mutations: readonly Mutation[] }
  | { readonly what: 'edit'; readonly at: number; readonly edit: Edit }
  | { readonly what: 'remove' | 'lose' | 'double' | 'marker' | 'bury'; readonly at: number }
  | { readonly what: 'move'; readonly at: number; readonly to: number };

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({
    what: fc.constantFrom('file' as const, 'line' as const),
    at: fc.nat(),
    mutations: arbitraryMutations,
  }),
  fc.record({ what: fc.constant('edit' as const), at: fc.nat(), edit: arbitraryEdit }),
  fc.record({
    what: fc.constantFrom(
      'remove' as const,
      'lose' as const,
      'double' as const,
      'marker' as const,
      'bury' as const,
    ),
    at: fc.nat(),
  }),
  fc.record({ what: fc.constant('move' as const), at: fc.nat(), to: fc.nat() }),
);

/** What stands on the disk. */
interface Disk {
  readonly files: Map<string, Buffer>;
  readonly lines: Buffer[];
}

function apply(told: readonly Told[], { files, lines }: Disk, damage: Damage): void {
  const { image } = told[damage.at % told.length]!;
  const line = lines.length === 0 ? 0 : damage.at % lines.length;
  switch (damage.what) {
    case 'file':
      files.set(image.id, damage.mutations.reduce(mutate, files.get(image.id) ?? Buffer.alloc(0)));
      break;
    case 'line':
      if (lines.length > 0) lines[line] = damage.mutations.reduce(mutate, lines[line]!);
      break;
    case 'edit':
      if ('state' in image) files.set(image.id, Buffer.from(formatIssue({ ...image, ...damage.edit })));
      break;
    case 'remove':
      files.delete(image.id);
      break;
    case 'bury':
      files.set(
        image.id,
        Buffer.from(
          formatTombstone({ id: image.id, deleted_by: 'agent:a', deleted_at: NOW, title: 'x' } as Tombstone),
        ),
      );
      break;
    case 'lose':
      lines.splice(line, 1);
      break;
    case 'double':
      if (lines.length > 0) lines.push(lines[line]!);
      break;
    case 'marker':
      lines.splice(line, 0, Buffer.from('<<<<<<< HEAD'));
      break;
    case 'move':
      lines.splice(damage.to % (lines.length + 1), 0, ...lines.splice(line, 1));
  }
}

function write({ files, lines }: Disk): Store {
  const dir = join(root, '.jit');
  rmSync(dir, { recursive: true, force: true });
  initializeFilesStore({ root, dir, gates: GATES });
  for (const [id, bytes] of files) writeFileSync(join(dir, 'issues', `${id}.json`), bytes);
  writeFileSync(join(dir, 'events.jsonl'), Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));
  return openFilesStore({ root, dir, clock: standingClock(), index: testedIndex() });
}

/** A store whose issues are all looked at closely. */
const closely = (store: Store): Store => ({
  ...store,
  inspect: (use) => store.inspect((view) => use?.(withoutTexts(view)) ?? Promise.resolve()),
});

const withoutTexts = (view: View): View =>
  new Proxy(view, {
    get: (_, name: keyof View) =>
      name === 'records' ? () => recordsOf(view) : (view[name] as (...args: never[]) => unknown).bind(view),
  });

test('what the texts tell is what a close look comes to, however a store is damaged', async () => {
  let [told, whole, problems] = [0, 0, 0];
  const issues = fc.array(fc.tuple(arbitraryEdits, fc.nat({ max: 9 })), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(issues, fc.array(damage, { maxLength: 2 }), async (made, damages) => {
      const all = made.map(([changes, deleted], at) => historyOf(at + 1, changes, deleted === 0));
      const disk: Disk = {
        files: new Map(
          all.map(({ image }) => [
            image.id,
            Buffer.from('state' in image ? formatIssue(image) : formatTombstone(image)),
          ]),
        ),
        lines: all.flatMap(({ events }) => events.map((event) => Buffer.from(formatEvent(event)))),
      };
      for (const one of damages) apply(all, disk, one);
      const store = write(disk);
      const found = await validateStore(startSession({ store }));
      expect(found).toEqual(await validateStore(startSession({ store: closely(store) })));
      problems += found.problems.length;
      await store.read(async (view) => {
        for await (const records of view.records())
          for (const record of records) {
            if ('told' in record) told += 1;
            else whole += 1;
          }
      });
    }),
    { numRuns: size(120, 5000), seed: 20_261_122 },
  );
  expect(told).toBeGreaterThan(50);
  expect(whole).toBeGreaterThan(50);
  expect(problems).toBeGreaterThan(50);
});
