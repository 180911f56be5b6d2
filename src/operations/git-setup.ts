import { JitError } from '../domain/errors.ts';
import { type AttributesBlock, COMMITTED, localBlock } from '../domain/git-setup/attributes.ts';
import { type Change, type FileImage, rewrite } from '../domain/git-setup/change.ts';
import {
  type ConfigSettings,
  dropSettings,
  putSettings,
  readSettings,
  settingsFor,
} from '../domain/git-setup/config-block.ts';
import { HOOKS, type HookName } from '../domain/git-setup/hook-script.ts';
import { plainFile } from '../domain/git-setup/plain-file.ts';
import {
  type AttributesSpot,
  planAttributes,
  planAttributesRemoval,
} from '../domain/git-setup/plan-attributes.ts';
import { type HookForm, planHook, planHookRemoval } from '../domain/git-setup/plan-hook.ts';
import { isByName, type Program, programOfDriver, programOfTextconv } from '../domain/git-setup/program.ts';
import type { GitWorkshop, HooksPlace, Setting } from './git-workshop.ts';

export interface SetUpHook {
  readonly hook: HookName;
  readonly path: string;
  readonly form: HookForm;
}

/** What was done, or would be. */
export interface GitSetupResult {
  /** In the order in which it is done; empty: everything was so already. */
  readonly changes: readonly Change[];
  readonly settings: { readonly before: ConfigSettings | null; readonly after: ConfigSettings | null };
  /** How git starts jit; null after an unsetup. */
  readonly program: Program | null;
  /** Where the hooks are; null: there are none of jit's. */
  readonly place: HooksPlace | null;
  readonly hooks: readonly SetUpHook[];
  /** What else is worth knowing. */
  readonly notes: readonly string[];
}

export interface SetUpOptions {
  /** Null: hooks are brought up to date where they were set up before. */
  readonly hooks: boolean | null;
  readonly apply: boolean;
}

/**
 * Makes git merge and show the files of a store by jit. Doing it again brings it up to date.
 * Throws ALREADY_DEFINED where the user has set what jit would set; INVALID, GIT, IO, DISK_FULL, LOCK_TIMEOUT.
 */
export async function setUpGit(
  workshop: GitWorkshop,
  { hooks, apply }: SetUpOptions,
): Promise<GitSetupResult> {
  const owner = workshop.bytes(workshop.store);
  const notes: string[] = [];
  const config = readFile(workshop, workshop.configFile);
  const before = readSettings(config.text, owner, workshop.configFile);
  const others = await workshop.settings(dropSettings(config.text, owner, workshop.configFile));
  refuseOthers(others);
  notes.push(...tellOthers(others));

  const wanted = hooks ?? (before?.hooks ?? null) !== null;
  const place = wanted ? await placeForHooks(workshop, others, hooks === true, notes) : null;
  const { own, inWorkTree } = workshop.programs();
  const after = settingsFor(own.map(workshop.bytes), place === null ? null : workshop.bytes(place.recorded));

  const programs = place?.inWorkTree === true ? inWorkTree : [own];
  const installed = place === null ? [] : planHooks(workshop, owner, place, programs);
  if (place !== null && !isByName(own) && place.inWorkTree && programs.every(isByName)) {
    notes.push(
      'jit is not on the PATH: hooks that may be committed call it by its name, and check nothing until it is',
    );
  }
  const left = placesToLeave(workshop, before, place);
  const changes = [
    ...rewrite(workshop.configFile, config, putSettings(config.text, owner, after, workshop.configFile)),
    ...attributesOf(workshop).flatMap(([path, block]) =>
      planAttributes(attributesSpot(workshop, path), block),
    ),
    ...installed.flatMap(({ plan }) => plan.changes),
    ...left.flatMap((old) => planRemovals(workshop, owner, old)),
  ];
  if (apply) workshop.apply(changes);
  return {
    changes,
    settings: { before: readable(workshop, before), after: readable(workshop, after) },
    program: own,
    place,
    hooks: installed.map(({ hook, path, plan }) => ({ hook, path, form: plan.form })),
    notes,
  };
}

/** Takes all of it back. What others have written meanwhile stays. Throws INVALID, GIT, IO, DISK_FULL, LOCK_TIMEOUT. */
export async function takeBackGit(workshop: GitWorkshop, apply: boolean): Promise<GitSetupResult> {
  const owner = workshop.bytes(workshop.store);
  const config = readFile(workshop, workshop.configFile);
  const before = readSettings(config.text, owner, workshop.configFile);
  const rest = dropSettings(config.text, owner, workshop.configFile);
  const places = placesToLeave(workshop, before, null, await workshop.hooksPlace());
  const changes = [
    ...places.flatMap((place) => planRemovals(workshop, owner, place)),
    ...attributesOf(workshop).flatMap(([path, block]) =>
      planAttributesRemoval(attributesSpot(workshop, path), block, workshop.directoriesAbove(path)),
    ),
    ...rewrite(workshop.configFile, config, rest),
  ];
  const others = (await workshop.settings(rest)).filter(isJits);
  if (apply) workshop.apply(changes);
  return {
    changes,
    settings: { before: readable(workshop, before), after: null },
    program: null,
    place: null,
    hooks: [],
    notes: others.map(({ key, origin }) => `${key} is still set in ${origin}, which this did not write`),
  };
}

const isJits = ({ key, value }: Setting): boolean => {
  if (key === DRIVER) return programOfDriver(value) !== null;
  return key === TEXTCONV && programOfTextconv(value) !== null;
};

const DRIVER = 'merge.jit.driver';
const TEXTCONV = 'diff.jit.textconv';
const isForeign = (setting: Setting): boolean =>
  (setting.key === DRIVER || setting.key === TEXTCONV) && !isJits(setting);

/** Whoever set these for this repository wants them so: they are not overridden. */
function refuseOthers(settings: readonly Setting[]): void {
  const foreign = settings.filter((each) => isForeign(each) && OF_REPOSITORY.has(each.scope));
  const [first] = foreign;
  if (first === undefined) return;
  const { key, value, origin, scope } = first;
  throw new JitError('ALREADY_DEFINED', `${key} is set otherwise, to "${value}", in ${origin}`, {
    details: { settings: foreign },
    hint: `if that is not wanted: git config --${scope} --unset ${key}, then again`,
  });
}

const OF_REPOSITORY = new Set(['local', 'worktree']);

const tellOthers = (settings: readonly Setting[]): readonly string[] =>
  settings
    .filter((each) => isForeign(each) && !OF_REPOSITORY.has(each.scope))
    .map(({ key, value, origin, scope }) =>
      scope === 'command'
        ? `${key} is set otherwise for this run of git (${value}), by its environment`
        : `${key} is set otherwise in ${origin} (${value}): in this repository jit's counts`,
    );

/** Throws INVALID where hooks were asked for and lie outside of the repository. */
async function placeForHooks(
  workshop: GitWorkshop,
  settings: readonly Setting[],
  asked: boolean,
  notes: string[],
): Promise<HooksPlace | null> {
  const place = await workshop.hooksPlace();
  if (!place.outside) return place;
  const said = settings.filter(({ key }) => key === 'core.hookspath').at(-1);
  const origin = said === undefined ? 'git' : `${said.scope}, ${said.origin}`;
  const message = `core.hooksPath names ${place.directory}, outside of this repository (${origin})`;
  if (!asked) {
    notes.push(`${message}: the hooks are not there any more`);
    return null;
  }
  throw new JitError(
    'INVALID',
    `${message}: other repositories may run these hooks, so jit does not touch them`,
    {
      details: { directory: place.directory, scope: said?.scope ?? null, origin: said?.origin ?? null },
      hint: 'give this repository hooks of its own: git config --local core.hooksPath .git/hooks; or call jit git hook pre-commit and jit git hook post-merge from these hooks by hand',
    },
  );
}

/** Where hooks may have been put before and are not to be now. */
function placesToLeave(
  workshop: GitWorkshop,
  before: ConfigSettings | null,
  now: HooksPlace | null,
  ...others: readonly HooksPlace[]
): readonly HooksPlace[] {
  const recorded = before?.hooks ?? null;
  const names = ['default', ...(recorded === null ? [] : [workshop.readable(recorded)])];
  const places = [...others, ...names.map(workshop.placeOf)].filter(
    (place): place is HooksPlace => place !== null && !place.outside && place.directory !== now?.directory,
  );
  return [...new Map(places.map((place) => [place.directory, place])).values()];
}

function planHooks(workshop: GitWorkshop, owner: string, place: HooksPlace, programs: readonly Program[]) {
  return HOOKS.map((hook) => {
    const spot = workshop.spotOf(place, hook);
    const call = { hook, store: owner, programs: programs.map((words) => words.map(workshop.bytes)) };
    return { hook, path: spot.path, plan: planHook(spot, owner, call) };
  });
}

const planRemovals = (workshop: GitWorkshop, owner: string, place: HooksPlace): readonly Change[] =>
  HOOKS.flatMap((hook) => {
    const spot = workshop.spotOf(place, hook);
    return planHookRemoval(spot, owner, hook, workshop.directoriesAbove(spot.path));
  });

/** The files of attributes, and what stands in them: one goes with the branches, one belongs to this clone. */
const attributesOf = (workshop: GitWorkshop): readonly (readonly [path: string, AttributesBlock])[] => [
  [workshop.attributesFile, COMMITTED],
  [workshop.localAttributesFile, localBlock(workshop.bytes(workshop.store))],
];

const attributesSpot = (workshop: GitWorkshop, path: string): AttributesSpot => ({
  path,
  entry: workshop.look(path),
  missing: workshop.missingAbove(path),
});

const readFile = (workshop: GitWorkshop, path: string): FileImage => plainFile(workshop.look(path), path);

const readable = (workshop: GitWorkshop, settings: ConfigSettings | null): ConfigSettings | null =>
  settings === null
    ? null
    : {
        driver: workshop.readable(settings.driver),
        textconv: workshop.readable(settings.textconv),
        hooks: settings.hooks === null ? null : workshop.readable(settings.hooks),
      };
