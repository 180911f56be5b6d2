import { realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { Place } from '../cli/context.ts';
import { JitError } from '../domain/errors.ts';
import type { HookName } from '../domain/git-setup/hook-script.ts';
import { keptName } from '../domain/git-setup/hook-script.ts';
import { findBareRepository, findRepository, type Repository } from '../git/repository.ts';
import { ownProgram, programsInWorkTree } from '../git/setup/find-program.ts';
import { isInside, readHooksPlace, recordedHooks } from '../git/setup/hooks-place.ts';
import { applyChange, lookAt, lookThrough } from '../git/setup/place-files.ts';
import { readGitSettings, readSettingsIn } from '../git/setup/read-settings.ts';
import type { GitWorkshop, HooksPlace } from '../operations/git-workshop.ts';
import type { Host } from './host.ts';
import { once } from './once.ts';
import { findTracked, type Tracked } from './tracked.ts';

/** The keys that a setup is concerned with, as git compares them: in lower case. */
const KEYS = '^(merge\\.jit|diff\\.jit)\\.|^core\\.hookspath$';

/** The workshop of a store. `place` null: there is none, and this is a bare repository. Throws GIT. */
export function findGitWorkshop(place: Place | null, host: Host): GitWorkshop {
  const repository = place === null ? null : findRepository(place.root);
  if (place !== null && repository !== null) return openGitWorkshop(findTracked(place, repository), host);
  if (place === null || findBareRepository(place.root) !== null) {
    throw new JitError('GIT', 'this is a bare repository: nothing is merged in it', {
      hint: 'run it in a work tree or a clone',
    });
  }
  throw new JitError('GIT', 'the store is in no git repository', {
    details: { dir: place.dir },
    hint: 'git init, then again',
  });
}

/** Everything that `jit git setup` asks and changes, for a store in its repository. */
function openGitWorkshop({ place, repository: found, directory }: Tracked, host: Host): GitWorkshop {
  // git answers in paths without symbolic links.
  const repository = {
    topLevel: realpathSync(found.topLevel),
    gitDir: realpathSync(found.gitDir),
    commonDir: realpathSync(found.commonDir),
  };
  const { topLevel, commonDir } = repository;
  const { env } = host;
  const configFile = join(commonDir, 'config');
  const attributesFile = join(realpathSync(place.dir), '.gitattributes');
  return {
    store: directory,
    attributesFile,
    // git follows a link there, other than in the work tree.
    localAttributesFile: realPath(join(commonDir, 'info', 'attributes')),
    configFile,
    bytes: (text) => Buffer.from(text, 'utf8').toString('latin1'),
    readable: (text) => Buffer.from(text, 'latin1').toString('utf8'),
    nameOf: (path) => nameIn(topLevel, path),
    look: (path) => (path === configFile ? lookThrough(path) : lookAt(path)),
    settings: async (text) => {
      const [inForce, inText] = await Promise.all([
        readGitSettings(repository, KEYS, env),
        readSettingsIn(repository, text, KEYS, env),
      ]);
      const isShared = (origin: string): boolean =>
        origin.startsWith('file:') &&
        realPath(resolve(topLevel, origin.slice('file:'.length))) === realPath(configFile);
      const own = inText.map((each) => ({ ...each, scope: 'local', origin: nameIn(topLevel, configFile) }));
      const others = inForce.filter(({ origin }) => !isShared(origin));
      // git reads the system's and the user's files first, and those of the repository after them.
      const early = others.filter(({ scope }) => scope === 'system' || scope === 'global');
      return [...early, ...own, ...others.filter((each) => !early.includes(each))];
    },
    hooksPlace: () => readHooksPlace(repository, env),
    placeOf: (recorded) => recordedHooks(repository, recorded),
    spotOf: (hooks, hook) => spotOf(hooks, hook),
    missingAbove,
    directoriesAbove: (path) => directoriesAbove(repository, path),
    programs: once(() => ({
      own: ownProgram(host.program, env),
      inWorkTree: programsInWorkTree(host.program, topLevel),
    })),
    apply: (changes) => {
      for (const change of changes) applyChange(change, configFile);
    },
  };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const nameIn = (topLevel: string, path: string): string =>
  path.startsWith(topLevel + sep) ? path.slice(topLevel.length + 1) : path;

function spotOf({ directory, sourced }: HooksPlace, hook: HookName) {
  const path = join(directory, hook);
  const kept = join(directory, keptName(hook));
  return {
    path,
    entry: lookAt(path),
    kept: { path: kept, there: lookAt(kept).kind !== 'none' },
    sourced,
    missing: missingAbove(path),
  };
}

function missingAbove(path: string): readonly string[] {
  const missing: string[] = [];
  for (
    let above = dirname(path);
    lookAt(above).kind === 'none' && dirname(above) !== above;
    above = dirname(above)
  )
    missing.unshift(above);
  return missing;
}

function directoriesAbove({ topLevel, commonDir }: Repository, path: string): readonly string[] {
  const found: string[] = [];
  for (let above = dirname(path); ; above = dirname(above)) {
    const isRoot = above === topLevel || above === commonDir;
    if (isRoot || !(isInside(topLevel, above) || isInside(commonDir, above))) return found;
    found.push(above);
  }
}
