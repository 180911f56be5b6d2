import { JitError } from '../domain/errors.ts';
import type { Leases } from './leases.ts';

const refuse = async (): Promise<never> => {
  throw new JitError('USAGE', 'nothing can be claimed in the past', { hint: 'leave out --at' });
};

/** The leases of a board of the past: none are on record, because leases are of now. */
export const PAST_LEASES: Leases = {
  acquire: refuse,
  renew: refuse,
  release: refuse,
  inspect: async () => new Map(),
  expire: refuse,
  refresh: async () => {},
  settle: async () => ({ kept: [], lost: [] }),
};
