import { resolve } from 'node:path';
import type { Leases } from '../claims/leases.ts';
import { PAST_LEASES } from '../claims/past-leases.ts';
import type { Context, Place } from '../cli/context.ts';
import type { Globals } from '../cli/parse.ts';
import type { Clock } from '../domain/clock.ts';
import { JitError } from '../domain/errors.ts';
import type { Actor } from '../domain/identity.ts';
import type { Workplace } from '../domain/lease.ts';
import { explained } from '../domain/violations.ts';
import { readHeadCommit } from '../git/head-commit.ts';
import { findBareRepository, findRepository } from '../git/repository.ts';
import { readUserName } from '../git/user-name.ts';
import { workplaceOf } from '../git/worktrees.ts';
import { NO_FENCE, type Session } from '../operations/session.ts';
import type { IndexUse } from '../store/files/files-store.ts';
import type { Problem, Store } from '../store/store.ts';
import { readEpochs } from './epochs.ts';
import type { Host } from './host.ts';
import { requireExplicit, settleActor } from './identity.ts';
import { readLocalConfig, writeLocalConfig } from './local-config.ts';
import { once } from './once.ts';
import { findPlace, namedPlace } from './place.ts';
import { readUserFile, removeUserFile, writeUserFile } from './user-files.ts';
import { type WatchedStore, watchStore } from './watched-store.ts';

export interface WiredContext {
  readonly context: Context;
  /** What the store had to pass over so far. */
  problems(): readonly Problem[];
}

/** Wires a command to the host: the store is opened, and git asked, only when the command wants it. */
export function wireContext(host: Host, globals: Globals, emit: Context['emit']): WiredContext {
  const where = { dir: globals.dir, dataDir: host.env.JIT_DATA_DIR, cwd: host.cwd };
  let opened: WatchedStore | undefined;
  let leases: Leases | undefined;
  const index = globals.index ? indexUse(host.env.JIT_INDEX) : 'never';
  const told = new Map<string, Problem>();

  // What is told by a decision that is made again is the same.
  const tell: Session['tell'] = (problem) =>
    told.set(JSON.stringify([problem.code, problem.id, problem.message]), problem);
  // With --json stderr is for errors; what came of the wait is among the warnings.
  const tellSilence = (remote: string, longest: number): void => {
    if (!globals.json)
      host.err(`jit: waiting for the remote ${remote}, at most ${Math.round(longest / 1000)} s\n`);
  };
  const place = (): Place => host.place ?? findPlace(where);
  const placeIfAny = (): Place | null => {
    try {
      return place();
    } catch (error) {
      if (error instanceof JitError && error.code === 'NOT_INITIALIZED') return null;
      throw error;
    }
  };
  const actor = (named?: string): Actor =>
    settleActor({
      named,
      env: host.env,
      localConfig: () => {
        const found = placeIfAny();
        return found === null ? {} : readLocalConfig(found.dir);
      },
      gitUserName: () => readUserName(placeIfAny()?.root ?? host.cwd, host.env),
      systemUser: host.systemUser,
      atTerminal: host.terminal.interactive,
    });

  const session: Context['session'] = (who = {}) => {
    const { root } = place();
    opened ??= watchStore(host.openStore(place(), host.clock, index));
    const { store } = opened;
    const repository = once(() => findRepository(root));
    let workplace: Workplace | undefined;
    let settled: Actor | undefined;
    const settle = (): Actor => {
      settled ??= actor(who.named);
      return settled;
    };
    if (who.explicit === true) requireExplicit(settle());
    const { epoch = null, rev = null } = who;
    return {
      store,
      get leases() {
        leases ??= host.openLeases(place(), repository(), host.clock, store, tellSilence);
        return leases;
      },
      clock: host.clock,
      get here() {
        // It is asked for issue by issue, and somebody may change the branch while a command waits.
        if (workplace === undefined) {
          workplace = workplaceOf(repository(), root);
          // `queueMicrotask` would load what follows asynchronous calls.
          Promise.resolve().then(() => {
            workplace = undefined;
          });
        }
        return workplace;
      },
      fence: {
        epoch,
        rev,
        // Of no concern to a command that only reads.
        get epochs() {
          return readEpochs(host.env.JIT_EPOCH);
        },
      },
      // Settled when it is asked for: a command that only reads must not start git to learn a name.
      get actor() {
        return settle();
      },
      newId: host.newId,
      tell,
      digest: host.digest,
      headCommit: () => {
        const found = repository();
        return found === null ? null : readHeadCommit(found);
      },
    } satisfies Session;
  };

  const tracked = once(() => {
    const found = placeIfAny();
    // A board of the past may be looked at where there is none now, and in a bare repository.
    const repository = findRepository(found?.root ?? host.cwd) ?? findBareRepository(host.cwd);
    if (found === null && (repository === null || namedPlace(where) !== null)) place();
    return { place: found ?? storeOf(repository!.topLevel), repository };
  });
  const findBoard = async () => {
    const { findTracked } = await import('./tracked.ts');
    const found = tracked();
    return findTracked(found.place, found.repository);
  };
  /** A session that only reads, over a board that is not the one in the files. */
  const sessionOver = (store: Store, clock: Clock): Session => {
    opened = watchStore(store);
    const { place: found, repository } = tracked();
    return {
      store: opened.store,
      leases: PAST_LEASES,
      clock,
      past: true,
      here: workplaceOf(repository, found.root),
      fence: NO_FENCE,
      get actor() {
        return actor();
      },
      newId: host.newId,
      tell,
      digest: host.digest,
      headCommit: () => null,
    };
  };
  const sessionAt: Context['sessionAt'] = async (revision) => {
    if (revision === undefined) return session();
    const { openRevision } = await import('./revisions.ts');
    const past = await openRevision(await findBoard(), revision);
    return sessionOver(past.store, past.clock);
  };
  const sessionStaged: Context['sessionStaged'] = async () => {
    const { openStaged } = await import('./staged.ts');
    return sessionOver(await openStaged(await findBoard(), host, host.clock), host.clock);
  };

  const context: Context = {
    session,
    sessionAt,
    sessionStaged,
    revisions: async () => {
      const [{ openRevisions }, board] = await Promise.all([import('./compare.ts'), findBoard()]);
      return openRevisions({
        tracked: board,
        openNow: () => session().store,
        env: host.env,
        cwd: host.cwd,
      });
    },
    gitWorkshop: async () => {
      const { findGitWorkshop } = await import('./git-workshop.ts');
      return findGitWorkshop(placeIfAny() ?? (findBareRepository(host.cwd) === null ? place() : null), host);
    },
    merging: async () => {
      const { openMerging } = await import('./open-merging.ts');
      return openMerging(host, place());
    },
    mergeFacts: async () => {
      const { openFacts } = await import('./open-facts.ts');
      return openFacts(host, place());
    },
    remotes: async () => {
      const repository = findRepository(place().root);
      if (repository === null) return null;
      return (await import('../git/remotes.ts')).listRemotes(repository, host.env);
    },
    actor,
    place: placeIfAny,
    initialize: async (gates) => {
      const { initializeFilesStore } = await import('../store/files/initialize.ts');
      const target = namedPlace(where) ?? defaultPlace(host.cwd);
      return { ...target, ...(await explained(() => initializeFilesStore({ ...target, gates }))) };
    },
    localConfig: {
      read: () => readLocalConfig(place().dir),
      write: (config) => writeLocalConfig(place().dir, config),
    },
    terminal: {
      get stdout() {
        return host.terminal.stdout;
      },
      get stderr() {
        return host.terminal.stderr;
      },
      get interactive() {
        return host.terminal.interactive;
      },
      get color() {
        return globals.color && !host.env.NO_COLOR && host.env.TERM !== 'dumb' && host.terminal.stdout;
      },
      get columns() {
        return host.terminal.columns;
      },
    },
    pid: host.pid,
    supervise: (words, env) =>
      host.supervise(words, {
        // Whoever was told where the store is tells the program as well.
        env: { ...host.env, ...(globals.dir === undefined ? {} : { JIT_DATA_DIR: place().dir }), ...env },
        cwd: host.cwd,
        quiet: globals.json,
        sharesTerminal: host.terminal.interactive,
      }),
    processToken: (pid) => {
      const token = host.processToken(pid);
      if (token !== null) return token;
      throw new JitError('USAGE', `no process ${pid} runs on this machine`, {
        details: { pid },
        hint: 'tie a claim to the process that does the work',
      });
    },
    readText: (path) => (path === '-' ? host.readStdin() : readUserFile(resolve(host.cwd, path))),
    writeFile: (path, content) => writeUserFile(resolve(host.cwd, path), content),
    removeFile: (path) => removeUserFile(resolve(host.cwd, path)),
    emit,
    get signal() {
      return host.interruption();
    },
    confirm: host.confirm,
    progress: (text) => {
      if (!globals.json) host.progress(text);
    },
    spool: async () => new (await import('./text-spool.ts')).TextSpool(),
    counting: async (what) =>
      (await import('./counting.ts')).startCounting(host, { what, quiet: globals.json }),
    demoGround: async () => (await import('./demo-ground.ts')).makeDemoGround(host),
    mergeDriver: async (request) => {
      const { driveMerge } = await import('./merge-driver.ts');
      return driveMerge({ ...request, cwd: host.cwd, digest: host.digest });
    },
    surroundings: async () =>
      (await import('./examine.ts')).surroundingsOf({
        host,
        place: placeIfAny(),
        actor: () => actor(),
        index,
      }),
  };
  return { context, problems: () => [...(opened?.problems() ?? []), ...told.values()] };
}

function indexUse(text = ''): IndexUse {
  if (text === 'always' || text === 'never' || text === 'auto') return text;
  if (text === '') return 'auto';
  throw new JitError('USAGE', `JIT_INDEX cannot be ${JSON.stringify(text)}`, {
    hint: 'always, never or auto',
  });
}

/** Where `jit init` puts a store that nobody placed: at the top of the repository, or here. */
function defaultPlace(cwd: string): Place {
  return storeOf(findRepository(cwd)?.topLevel ?? resolve(cwd));
}

const storeOf = (root: string): Place => ({ root, dir: resolve(root, '.jit') });
