import { JitError } from '../domain/errors.ts';
import { knownEpoch } from './fence.ts';
import { resolveIssues } from './resolve.ts';
import type { Session } from './session.ts';
import { settleLeases } from './settle-leases.ts';

/**
 * Learns before a change what other clones have done: what the remote is owed is paid, and whoever acts under an epoch has the remote
 * asked whether it still counts. No contact is made where neither is so.
 */
export async function catchUp(session: Session, texts: readonly string[]): Promise<void> {
  await settleLeases(session);
  const { fence, leases } = session;
  if (fence.epoch === null && fence.epochs.size === 0) return;
  const fenced = (await findIds(session, texts)).filter((id) => knownEpoch(fence, id) !== null);
  if (fenced.length === 0) return;
  await leases.refresh(fenced);
  await settleLeases(session);
}

/** Asks the remote anew about the issues that are named. */
export async function askAnew(session: Session, texts: readonly string[]): Promise<void> {
  await session.leases.refresh(await findIds(session, texts));
  await settleLeases(session);
}

/** The issues that are named; none where the change itself will refuse what is named. */
async function findIds({ store }: Session, texts: readonly string[]): Promise<readonly string[]> {
  try {
    return await store.read(async (view) => (await resolveIssues(view, texts)).map(({ id }) => id));
  } catch (error) {
    if (error instanceof JitError) return [];
    throw error;
  }
}
