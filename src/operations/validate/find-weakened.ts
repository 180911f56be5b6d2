import { diagnoseWeakened } from '../../domain/check/weakened.ts';
import { JitError } from '../../domain/errors.ts';
import type { Problem } from '../../domain/problem.ts';
import type { View } from '../../store/store.ts';
import type { Comparison } from '../revisions.ts';

/** Every gate that is weaker on the later of two boards. Reads the gates, and the issues that differ. */
export async function findWeakened({
  before,
  after,
  changed,
  events,
}: Comparison): Promise<readonly Problem[]> {
  const [from, to] = [before.store, after.store];
  // Where there was no board there were no gates; where there is none any more that is told already.
  if (from === null || to === null) return [];
  return from.read((old) =>
    to.read(async (young) => {
      const gates = {
        before: await orNothing(() => old.gates()),
        after: await orNothing(() => young.gates()),
      };
      const pairs = await Promise.all(changed.map((id) => readPair(id, old, young)));
      return diagnoseWeakened({
        before: gates.after === undefined ? {} : (gates.before ?? {}),
        after: gates.after ?? {},
        issues: pairs.filter((pair) => pair !== null),
        events,
      });
    }),
  );
}

async function readPair(id: string, old: View, young: View) {
  const [before, after] = await Promise.all([orNothing(() => old.get(id)), orNothing(() => young.get(id))]);
  return before === undefined || after === undefined ? null : { before, after };
}

/** What cannot be read is named by the check of the board that it belongs to. */
async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof JitError && error.code === 'CORRUPT_FILE') return undefined;
    throw error;
  }
}
