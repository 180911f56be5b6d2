/** What is looked at, in the order in which it is reported. */
export const CHECKS = [
  'node',
  'git',
  'repository',
  'worktrees',
  'setup',
  'store',
  'lock',
  'leases',
  'filesystem',
  'durability',
  'index',
  'remote',
  'clock',
  'identity',
] as const;

export type CheckName = (typeof CHECKS)[number];

/** One thing that is worth knowing. `ok`: nothing is wrong with it. */
export interface Finding {
  readonly status: 'ok' | 'warning' | 'error';
  readonly message: string;
  /** The command that mends it; null where there is none. */
  readonly fix: string | null;
}

/** What became of one check. */
export interface Check {
  readonly check: CheckName;
  /** The worst of the findings. `skipped`: it was not looked at. */
  readonly status: 'ok' | 'warning' | 'error' | 'skipped';
  readonly message: string;
  readonly findings: readonly Finding[];
  /** The first command to run, of the worst finding that has one; null: none. */
  readonly fix: string | null;
  /** Facts for machines; what is there depends on the check. */
  readonly details: Readonly<Record<string, unknown>>;
}

export const note = (message: string, fix: string | null = null): Finding => ({ status: 'ok', message, fix });
export const warn = (message: string, fix: string | null = null): Finding => ({
  status: 'warning',
  message,
  fix,
});
export const fault = (message: string, fix: string | null = null): Finding => ({
  status: 'error',
  message,
  fix,
});

/** The answer of a check: as bad as the worst that was found. */
export function conclude(
  check: CheckName,
  message: string,
  findings: readonly Finding[],
  details: Check['details'] = {},
): Check {
  const errors = findings.filter(({ status }) => status === 'error');
  const warnings = findings.filter(({ status }) => status === 'warning');
  const status = errors.length > 0 ? 'error' : warnings.length > 0 ? 'warning' : 'ok';
  const fix = [...errors, ...warnings].find((finding) => finding.fix !== null)?.fix ?? null;
  return { check, status, message, findings, fix, details };
}

export const skipped = (check: CheckName, why: string): Check => ({
  check,
  status: 'skipped',
  message: why,
  findings: [],
  fix: null,
  details: {},
});

/** A check that could not be made. */
export const failed = (check: CheckName, why: string, hint: string | null): Check =>
  conclude(check, 'could not be checked', [fault(hint === null ? why : `${why} (${hint})`)]);

/**
 * Whether somebody should do something: about every error, and about a warning that names the command. The other warnings are
 * facts to live with, such as a network file system.
 */
export const needsAction = ({ status, fix }: Check): boolean =>
  status === 'error' || (status === 'warning' && fix !== null);

/** Names at most ten, and counts the others. */
export function several<T>(items: readonly T[], describe: (item: T) => Finding): readonly Finding[] {
  const named = items.slice(0, MOST_NAMED).map(describe);
  const worst = named[0];
  if (worst === undefined || items.length <= MOST_NAMED) return named;
  return [...named, { ...worst, message: `and ${items.length - MOST_NAMED} more of this kind`, fix: null }];
}

const MOST_NAMED = 10;
