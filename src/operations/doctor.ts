import { isTombstone } from '../domain/canonical-json.ts';
import { claimSettings } from '../domain/claim-settings.ts';
import { JitError } from '../domain/errors.ts';
import { type Check, type CheckName, failed, skipped } from '../domain/health/check.ts';
import { checkFileSystems } from '../domain/health/file-system.ts';
import { checkGit, checkNode, checkRepository } from '../domain/health/git.ts';
import { checkGitSetup } from '../domain/health/git-setup.ts';
import { checkIndex } from '../domain/health/issue-index.ts';
import { checkLeases } from '../domain/health/leases.ts';
import { checkClock, checkIdentity, TOLERANCE } from '../domain/health/machine.ts';
import { checkRemote, REMOTE_NOT_ASKED, REMOTE_NOT_IN_USE } from '../domain/health/remote.ts';
import { checkDurability, checkLock, checkStore, NO_STORE } from '../domain/health/store.ts';
import { checkWorktrees, type WorktreesFacts } from '../domain/health/worktrees.ts';
import type { Actor } from '../domain/identity.ts';
import type { Config, IssueHead } from '../domain/issue.ts';
import type { Liveness, Loss, Standing } from '../domain/lease.ts';
import { findLosses } from './lost-claims.ts';
import type { Session } from './session.ts';
import type { StoreSurroundings, Surroundings } from './surroundings.ts';

export interface ExamineOptions {
  /** Ask no remote. */
  readonly offline: boolean;
  /** Try this remote, also when no claims are made on it; null: only the one that is in use. */
  readonly remote: string | null;
}

/** Longer than this no check waits for whatever it asks; a remote is asked several times. Milliseconds. */
const PATIENCE = 30_000;
const REMOTE_PATIENCE = 120_000;

/**
 * Looks at everything that jit stands on. Changes nothing. A check that fails is reported as its own error, and the others are
 * made all the same. `session` null: there is no store.
 */
export async function examine(
  session: Session | null,
  surroundings: Surroundings,
  options: ExamineOptions,
): Promise<readonly Check[]> {
  const { files } = surroundings;
  const config = session === null ? null : await readConfig(session);
  const attempt = async (
    check: CheckName,
    work: () => Check | Promise<Check>,
    patience = PATIENCE,
  ): Promise<Check> => {
    try {
      return await surroundings.within(patience, async () => work());
    } catch (error) {
      const { message, hint } = error instanceof JitError ? error : { message: String(error), hint: null };
      return failed(check, message, hint);
    }
  };
  const stored = session !== null;
  const ofStore = (check: CheckName, work: (session: Session) => Check | Promise<Check>): Promise<Check> =>
    session === null ? Promise.resolve(skipped(check, NOTHING_THERE)) : attempt(check, () => work(session));
  const ofFiles = (
    check: CheckName,
    work: (session: Session, files: StoreSurroundings) => Check | Promise<Check>,
  ) => ofStore(check, (open) => (files === null ? skipped(check, IN_NO_FILES) : work(open, files)));

  return [
    await attempt('node', () => checkNode(surroundings.nodeVersion)),
    await attempt('git', () => {
      const inRepository = surroundings.repository().kind !== 'none';
      return checkGit({ ...surroundings.git(), inRepository, needed: isRemote(config) });
    }),
    await attempt('repository', () =>
      checkRepository(surroundings.repository(), stored, surroundings.elsewhere()),
    ),
    await attempt('worktrees', () => {
      const facts = surroundings.worktrees();
      return facts === null ? skipped('worktrees', 'no work tree of git') : checkWorktrees(facts);
    }),
    await ofStore('setup', () => lookAtGitSetup(surroundings)),
    session === null ? NO_STORE : await attempt('store', () => lookAtStore(session, files)),
    await ofFiles('lock', (_, { lock }) => checkLock(lock())),
    await ofFiles('leases', (open, found) => lookAtLeases(open, surroundings, found)),
    await ofFiles('filesystem', (_, { fileSystems }) => checkFileSystems(fileSystems())),
    await ofStore('durability', () =>
      config === null
        ? skipped('durability', 'the configuration cannot be read')
        : checkDurability(config.durability ?? 'full'),
    ),
    await ofFiles('index', (_, { index }) =>
      checkIndex(index(), config === null ? null : (config.index?.trust ?? 'files')),
    ),
    await attempt('remote', () => lookAtRemote(config, surroundings, options), REMOTE_PATIENCE),
    await ofFiles('clock', async (open, { clock }) =>
      checkClock({
        ...clock(),
        now: open.clock.now(),
        soon: open.clock.ago(-TOLERANCE),
        newestEvent: await newestEvent(open),
      }),
    ),
    await attempt('identity', () => checkIdentity(actorOf(surroundings))),
  ];
}

const NOTHING_THERE = 'there is no store';
const IN_NO_FILES = 'the store is kept in no files';

/** Null where it cannot be read: the check of the store says why. */
async function readConfig(session: Session): Promise<Config | null> {
  try {
    return await session.store.read((view) => view.config());
  } catch {
    return null;
  }
}

const isRemote = (config: Config | null): boolean =>
  config !== null && claimSettings(config).scope === 'remote';

async function lookAtRemote(
  config: Config | null,
  surroundings: Surroundings,
  { offline, remote: named }: ExamineOptions,
): Promise<Check> {
  const settings = claimSettings(config ?? {});
  const inUse = settings.scope === 'remote' && (named === null || named === settings.remote);
  if (!inUse && named === null) return REMOTE_NOT_IN_USE;
  if (offline) return REMOTE_NOT_ASKED;
  const remote = named ?? settings.remote;
  return checkRemote({ remote, inUse, probe: await surroundings.tryRemote(remote, settings.refPrefix) });
}

async function lookAtGitSetup(surroundings: Surroundings): Promise<Check> {
  // The check of git says so.
  if (surroundings.git().version === null) return skipped('setup', 'git cannot be started');
  const facts = await surroundings.gitSetup();
  return facts === null ? skipped('setup', 'the store is in no work tree of git') : checkGitSetup(facts);
}

async function lookAtStore(session: Session, files: StoreSurroundings | null): Promise<Check> {
  const form = files?.form() ?? { dir: 'memory', schemaVersion: null, knownVersion: 1 };
  try {
    const problems = await session.store.inspect();
    const stored = await session.store.read(async (view) => (await view.ids()).length);
    return checkStore({ ...form, stored, problems, failure: null });
  } catch (error) {
    if (!(error instanceof JitError)) throw error;
    const { message, hint } = error;
    return checkStore({ ...form, stored: null, problems: null, failure: { message, hint } });
  }
}

async function lookAtLeases(
  session: Session,
  surroundings: Surroundings,
  files: StoreSurroundings,
): Promise<Check> {
  const corrupt: { id: string; message: string; fix: string | null }[] = [];
  const found = await session.leases.inspect(undefined, (id, { code, message }) => {
    // What a newer jit wrote is not damaged, and must not be replaced.
    corrupt.push({ id, message, fix: code === 'CORRUPT_FILE' ? `jit lease release ${id} --force` : null });
  });
  const standings = [...found.values()];
  const writers = new Map<string, Liveness>();
  for (const { lease } of standings) {
    if (lease.writer !== null) writers.set(lease.id, files.liveness(lease.writer));
  }
  const trees = surroundings.worktrees();
  return checkLeases({
    ...files.leases(),
    corrupt,
    standings,
    lost: await lostAmong(session, standings),
    writers,
    issues: await readIssues(session),
    here: session.here,
    worktrees: trees === null ? null : namesOf(trees),
    hasBranch: files.hasBranch,
  });
}

async function lostAmong(session: Session, standings: readonly Standing[]): Promise<readonly Loss[]> {
  try {
    return await findLosses(session, standings);
  } catch (error) {
    // The check of the store tells why.
    if (error instanceof JitError) return [];
    throw error;
  }
}

async function readIssues(session: Session): Promise<readonly IssueHead[] | null> {
  try {
    // Not by a query: one who looks at the index must not make it.
    return await session.store.read(async (view) => {
      const issues: IssueHead[] = [];
      for await (const image of view.images()) if (!isTombstone(image)) issues.push(image);
      return issues;
    });
  } catch (error) {
    // The check of the store tells why.
    if (error instanceof JitError) return null;
    throw error;
  }
}

// One that is locked may be on a disk that is away; one that was moved or copied is somewhere.
const namesOf = ({ worktrees }: WorktreesFacts): ReadonlySet<string> =>
  new Set(
    worktrees
      .filter(
        ({ state, locked, here }) => here || locked !== null || (state !== 'gone' && state !== 'replaced'),
      )
      .map(({ name }) => name),
  );

async function newestEvent(session: Session): Promise<string | null> {
  try {
    return await session.store.read(async (view) => {
      let newest: string | null = null;
      for await (const { ts } of view.events({ last: EVENTS }))
        if (newest === null || ts > newest) newest = ts;
      return newest;
    });
  } catch (error) {
    // A log that cannot be read is for the check of the store to tell.
    if (error instanceof JitError) return null;
    throw error;
  }
}

/** So many of the last lines of the log are looked at: merges mix the order. */
const EVENTS = 100;

function actorOf(surroundings: Surroundings): Actor | null {
  try {
    return surroundings.actor();
  } catch (error) {
    if (error instanceof JitError && error.code === 'IDENTITY_REQUIRED') return null;
    throw error;
  }
}
