import { type Check, conclude, type Finding, fault, note, warn } from './check.ts';

/** The oldest git whose work trees and refs do all that jit asks of them. */
export const OLDEST_GIT = '2.31';

/** The oldest Node.js that jit is tested with. */
export const OLDEST_NODE = '20.19';

/** Whether a version, for example `2.39.5` or `v20.20.0`, is at least another. */
export function isAtLeast(version: string, oldest: string): boolean {
  const numbers = (text: string): readonly number[] =>
    text.replace(/^v/, '').split('.').map(Number.parseFloat);
  const [have, want] = [numbers(version), numbers(oldest)];
  for (const [at, number] of want.entries()) {
    const other = have[at] ?? 0;
    if (other !== number) return other > number;
  }
  return true;
}

export function checkNode(version: string): Check {
  const findings = isAtLeast(version, OLDEST_NODE)
    ? []
    : [fault(`jit needs Node.js ${OLDEST_NODE} or newer: install it`)];
  return conclude('node', `Node.js ${version.replace(/^v/, '')}`, findings, {
    version: version.replace(/^v/, ''),
    oldest: OLDEST_NODE,
  });
}

export interface GitFacts {
  /** For example `2.39.5`; null: git cannot be started. */
  readonly version: string | null;
  /** Variables that would lead a git to another repository; set in hooks. */
  readonly locations: readonly string[];
  /** GIT_DIR names another repository than the one around the store. */
  readonly astray: boolean;
  /** There is a repository around the store. */
  readonly inRepository: boolean;
  /** Claims are made on a remote. */
  readonly needed: boolean;
}

export function checkGit({ version, locations, astray, inRepository, needed }: GitFacts): Check {
  const findings: Finding[] = [];
  if (version === null) {
    const without = 'git cannot be started';
    if (needed) findings.push(fault(`${without}, and claims are made on a remote: install git`));
    else if (inRepository) findings.push(warn(`${without}: names of people and claims on a remote need it`));
    else findings.push(note(`${without}; nothing here needs it`));
  } else if (!isAtLeast(version, OLDEST_GIT)) {
    const old = `git ${version} is older than ${OLDEST_GIT}, which work trees and claims on a remote need`;
    findings.push(needed ? fault(`${old}: install a newer one`) : warn(old));
  }
  if (locations.length > 0) {
    const names = locations.join(', ');
    if (astray) {
      findings.push(
        warn(`the environment names another repository (${names}): jit goes by the directory, not by it`),
      );
    } else findings.push(note(`the environment of a hook is not followed: ${names}`));
  }
  const message = version === null ? 'git is not there' : `git ${version}`;
  return conclude('git', message, findings, { version, oldest: OLDEST_GIT, environment: locations });
}

/** `apart`: the git directory stands elsewhere. `bare`: no work tree is around the store. */
export type RepositoryKind = 'none' | 'broken' | 'bare' | 'main' | 'linked' | 'submodule' | 'apart';

export interface RepositoryFacts {
  readonly kind: RepositoryKind;
  readonly topLevel: string | null;
  readonly gitDir: string | null;
  readonly commonDir: string | null;
  readonly branch: string | null;
  /** The common directory is that of a bare repository. */
  readonly bare: boolean;
  /** A `.git` file that leads nowhere, and where it leads. */
  readonly broken: { readonly file: string; readonly target: string | null } | null;
}

const KINDS: Readonly<Record<RepositoryKind, string>> = {
  none: 'no git repository',
  broken: 'a work tree without its repository',
  bare: 'a bare repository',
  main: 'the main work tree',
  linked: 'a linked work tree',
  submodule: 'a submodule',
  apart: 'a work tree whose git directory stands apart',
};

/**
 * `stored`: there is a store. `elsewhere`: the top of the work tree that one stands in, where that is not the store's;
 * null: it is.
 */
export function checkRepository(facts: RepositoryFacts, stored: boolean, elsewhere: string | null): Check {
  const { kind, topLevel, branch, bare, broken } = facts;
  const findings: Finding[] = [];
  if (broken !== null) {
    const target =
      broken.target === null ? 'names no git directory' : `leads to ${broken.target}, which is gone`;
    findings.push(
      fault(
        `${broken.file} ${target}: claims made here are not seen by other work trees; if the repository was moved, run git worktree repair there with this path`,
      ),
    );
  }
  if (kind === 'none' && stored) {
    findings.push(note('claims are kept in .jit/leases, for this directory alone'));
  }
  if (kind === 'bare' && stored) {
    findings.push(warn('the store is in no work tree, so that git does not track it'));
  }
  if (stored && elsewhere !== null && topLevel !== null) {
    findings.push(
      warn(`${elsewhere} is a work tree of its own, without a store: the one in ${topLevel} is used`),
    );
  }
  const on = branch === null ? 'on no branch' : `on ${branch}`;
  const where = topLevel === null ? '' : ` at ${topLevel}, ${on}`;
  const ofBare = kind === 'linked' && bare ? ' of a bare repository' : '';
  return conclude('repository', `${KINDS[kind]}${ofBare}${where}`, findings, {
    kind,
    bare,
    top_level: topLevel,
    git_dir: facts.gitDir,
    common_dir: facts.commonDir,
    branch,
    broken,
    elsewhere,
  });
}
