// What is to be reached: the most that a command may cost, as a ratio to `node -e 0`. `row`: what is measured for it.

export const TARGET_SIZES = [100, 1000, 10_000, 100_000];

const FLOOR = [1.08, 1.08, 1.1, 1.3];
const CHANGE = [1.25, 1.25, 1.4, 2.6];

export const TARGETS = [
  { label: '`version`', row: 'version', most: FLOOR },
  { label: '`--help`', row: 'help', most: FLOOR },
  { label: '`issue show ID --json`', row: 'show', most: FLOOR },
  { label: '`query ready --json`, default', row: 'ready', most: [1.1, 1.35, 2.6, 7] },
  { label: '`query ready --json`, fast mode', row: 'ready-fast', most: [1.1, 1.1, 1.4, 2.6] },
  { label: '`issue create` with fsync', row: 'create', most: [1.15, 1.15, 1.2, 1.4] },
  { label: '`claim-next` that wins, fast mode', row: 'claim-next-fast', most: [1.2, 1.2, 1.3, 1.6] },
  { label: '`claim-next` that wins, default', row: 'claim-next', most: [1.2, 1.5, 2.8, 7.5] },
  { label: '`dep add`, fast mode', row: 'dep-add-fast', most: CHANGE },
  { label: '`complete` with promotion, fast mode', row: 'complete-fast', most: CHANGE },
  { label: 'first command after a clone', row: 'clone', most: [1.3, 2.3, 11, 95] },
  { label: 'after `git checkout` of a branch that changes 1%', row: 'checkout', most: [1.2, 1.5, 3.5, 20] },
  { label: '`validate`', row: 'validate', most: [1.4, 3, 14, 130] },
];

/** Sixteen that claim: at least this share of the rate at which sixteen start Node; the longest wait under so many medians. */
export const CROWD_TARGET = { rate: 0.7, wait: 20 };

/** `query ready` with 100,000 issues: so many MB above `node -e 0` at most. */
export const MEMORY_TARGET = { size: 100_000, megabytes: 45 };

/** A lock whose owner was killed delays the next by so many milliseconds at most. */
export const DEAD_LOCK_TARGET = 50;

/** In process: which issues are ready, and whether an edge closes a cycle. */
export const IN_PROCESS_TARGET = { size: 100_000, milliseconds: 100 };

/** From so many issues up every other tracker is to be slower. */
export const PEER_TARGET = 1000;
