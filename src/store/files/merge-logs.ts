import type { Digest } from '../../domain/merge/derive-id.ts';
import { mergeEvents } from '../../domain/merge/merge-log.ts';

interface Logs {
  readonly base: Buffer | null;
  readonly ours: Buffer | null;
  readonly theirs: Buffer | null;
}

/** Merges three versions of the log, and adds the events that tell of the merge. A log that is not there has no events. */
export function mergeLogs(
  { ours, theirs }: Logs,
  _options: { readonly digest: Digest; readonly ancestor: boolean },
): string {
  return mergeEvents((ours ?? '').toString(), (theirs ?? '').toString());
}
