import { resolve } from 'node:path';
import type { Context, Place } from '../cli/context.ts';
import type { Globals } from '../cli/parse.ts';
import { JitError } from '../domain/errors.ts';
import type { Actor } from '../domain/identity.ts';
import { readHeadCommit } from '../git/head-commit.ts';
import { findRepository } from '../git/repository.ts';
import { readUserName } from '../git/user-name.ts';
import type { Session } from '../operations/session.ts';
import type { Problem } from '../store/store.ts';
import type { Host } from './host.ts';
import { requireExplicit, settleActor } from './identity.ts';
import { readLocalConfig, writeLocalConfig } from './local-config.ts';
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
    opened ??= watchStore(host.openStore(place(), host.clock));
    const { store } = opened;
    let settled: Actor | undefined;
    const settle = (): Actor => {
      settled ??= actor(who.named);
      return settled;
    };
    if (who.explicit === true) requireExplicit(settle());
    return {
      store,
      clock: host.clock,
      // Settled when it is asked for: a command that only reads must not start git to learn a name.
      get actor() {
        return settle();
      },
      newId: host.newId,
      headCommit: () => {
        const repository = findRepository(root);
        return repository === null ? null : readHeadCommit(repository);
      },
    } satisfies Session;
  };

  const context: Context = {
    session,
    actor,
    place: placeIfAny,
    initialize: async (gates) => {
      const { initializeFilesStore } = await import('../store/files/initialize.ts');
      const target = namedPlace(where) ?? defaultPlace(host.cwd);
      return { ...target, ...initializeFilesStore({ ...target, gates }) };
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
    demoGround: async () => (await import('./demo-ground.ts')).makeDemoGround(host),
  };
  return { context, problems: () => opened?.problems() ?? [] };
}

/** Where `jit init` puts a store that nobody placed: at the top of the repository, or here. */
function defaultPlace(cwd: string): Place {
  const root = findRepository(cwd)?.topLevel ?? resolve(cwd);
  return { root, dir: resolve(root, '.jit') };
}
