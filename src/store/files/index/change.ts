import { HEAD_KEYS } from '../../../domain/canonical-json.ts';
import type { Issue, IssueHead, Tombstone } from '../../../domain/issue.ts';
import type { Stamp } from '../../../system/disk.ts';

/** What became of one file: null, it is gone. `head` null: a tombstone. */
export type Change = { readonly stamp: Stamp; readonly head: IssueHead | null } | null;

/** A stamp that no file has. */
export const NEVER: Stamp = { plain: true, device: -1, ino: -1, size: -1, mtime: -1, ctime: -1 };

/** What a table keeps of a file; null for a tombstone. */
export function headOf(stored: Issue | Tombstone): IssueHead | null {
  if ('deleted_at' in stored) return null;
  const head: Record<string, unknown> = {};
  for (const key of HEAD_KEYS) head[key] = stored[key];
  return head as unknown as IssueHead;
}
