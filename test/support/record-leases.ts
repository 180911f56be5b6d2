import type { Leases } from '../../src/claims/leases.ts';
import type { Lease } from '../../src/domain/lease.ts';
import type { Entry, Op, Result } from './linearizability.ts';

/** A line of a log: an entry of a history without its end, or the end of the one with this number. */
export type Line =
  | { readonly number: number; readonly begin: Omit<Entry, 'end' | 'result'> }
  | { readonly number: number; readonly end: number; readonly result: Result };

export interface Recorder {
  readonly process: string;
  /** The token of the process. */
  readonly token: string;
  /** The issues that a question about all of them is about. */
  readonly ids: readonly string[];
}

/** Milliseconds, with fractions, on the clock of the machine that nobody can set. */
export const elapsed = (): number => Number(process.hrtime.bigint()) / 1e6;

let numbers = 0;

/**
 * Leases that note what they are asked before they are, and what they answer after they did, as a history is checked. What is asked
 * of several issues is several questions: no promise goes beyond one issue.
 */
export function recordLeases(
  leases: Leases,
  { process, token, ids: all }: Recorder,
  note: (line: Line) => void,
): Leases {
  async function recorded<T>(
    ops: readonly Op[],
    perform: () => Promise<T>,
    resultOf: (answer: T, id: string) => Result,
  ): Promise<T> {
    const start = elapsed();
    const numbered = ops.map((op) => {
      numbers += 1;
      note({ number: numbers, begin: { process, start, op } });
      return { number: numbers, id: op.id };
    });
    const answer = await perform();
    const end = elapsed();
    for (const { number, id } of numbered) note({ number, end, result: resultOf(answer, id) });
    return answer;
  }
  const leaseOrNull = (lease: Lease | null): Result => ({ lease });

  return {
    acquire(request) {
      const { id, actor, here, ttl, tie, keep, floor, exclusive, takeover } = request;
      const op: Op = {
        op: 'acquire',
        ...{ id, by: actor.id, worktree: here.worktree, ttl, tie, floor, exclusive, takeover },
        ...(keep === undefined ? {} : { keep }),
        writer: token,
      };
      return recorded(
        [op],
        () => leases.acquire(request),
        (answer) => ({
          outcome: answer.outcome,
          lease: answer.outcome === 'refused' ? answer.standing.lease : answer.lease,
        }),
      );
    },
    renew: (id, epoch, change = {}) =>
      recorded(
        [{ op: 'renew', id, epoch, change, writer: token }],
        () => leases.renew(id, epoch, change),
        leaseOrNull,
      ),
    release: (id, epoch, how = 'released', by) =>
      recorded([{ op: 'release', id, epoch, how }], () => leases.release(id, epoch, how, by), leaseOrNull),
    inspect: (ids, onDamage) =>
      recorded(
        (ids ?? all).map((id): Op => ({ op: 'inspect', id })),
        () => leases.inspect(ids, onDamage),
        (found, id) => ({ lease: found.get(id)?.lease ?? null }),
      ),
    expire: (here, ids, onDamage) =>
      recorded(
        (ids ?? all).map((id): Op => ({ op: 'expire', id, worktree: here.worktree })),
        () => leases.expire(here, ids, onDamage),
        (ended, id) => ({ lease: ended.find((lease) => lease.id === id) ?? null }),
      ),
    refresh: (ids) => leases.refresh(ids),
    settle: () => leases.settle(),
  };
}

/** Puts the lines of a log together; what has no end was cut off. */
export function readEntries(lines: readonly Line[]): Entry[] {
  const begun = new Map<number, Entry>();
  for (const line of lines) {
    if ('begin' in line) begun.set(line.number, { ...line.begin, end: null });
    else {
      const entry = begun.get(line.number)!;
      begun.set(line.number, { ...entry, end: line.end, result: line.result });
    }
  }
  return [...begun.values()];
}
