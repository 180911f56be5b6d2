import { join } from 'node:path';
import type { Place } from '../cli/context.ts';
import {
  type AttributesBlock,
  type AttributesState,
  COMMITTED,
  judgeAttributes,
  localBlock,
} from '../domain/git-setup/attributes.ts';
import { readSettings } from '../domain/git-setup/config-block.ts';
import { callsIn, HOOKS, type HookName, hookLines } from '../domain/git-setup/hook-script.ts';
import { findBlock } from '../domain/git-setup/marked-block.ts';
import {
  isByName,
  type Program,
  programOfDriver,
  programOfTextconv,
  wordsOf,
} from '../domain/git-setup/program.ts';
import type { GitSetupFacts, HookFacts } from '../domain/health/git-setup.ts';
import { findRepository } from '../git/repository.ts';
import { findOnPath, isFile } from '../git/setup/find-program.ts';
import { readAttributes } from '../git/setup/read-attributes.ts';
import type { GitWorkshop, HooksPlace } from '../operations/git-workshop.ts';
import { findGitWorkshop } from './git-workshop.ts';
import type { Host } from './host.ts';

/** What git is told of a store, and whether that still holds. Null where there is no work tree around it. Throws GIT, INVALID. */
export async function examineGitSetup(place: Place, host: Host): Promise<GitSetupFacts | null> {
  const repository = findRepository(place.root);
  if (repository === null) return null;
  const workshop = findGitWorkshop(place, host);
  const judge = (path: string, block: AttributesBlock): AttributesState => {
    const entry = workshop.look(path);
    return entry.kind === 'file' ? judgeAttributes(entry.text, block, workshop.nameOf(path)) : 'none';
  };
  const attributes = judge(workshop.attributesFile, COMMITTED);
  const local = judge(workshop.localAttributesFile, localBlock(workshop.bytes(workshop.store)));
  const merges = await readMerges(workshop.store, repository.topLevel, host);
  const config = workshop.look(workshop.configFile);
  const text = config.kind === 'file' ? config.text : '';
  const settings = await workshop.settings(text);
  const own = readSettings(text, workshop.bytes(workshop.store), workshop.nameOf(workshop.configFile));
  const command = (key: string, programOf: (command: string) => Program | null) => {
    const said = settings.filter((each) => each.key === key).at(-1);
    if (said === undefined) return null;
    const program = programOf(said.value);
    return { value: said.value, origin: said.origin, there: program === null || isThere(program, host, '/') };
  };
  return {
    attributes,
    overridden: attributes === 'none' ? [] : DRIVEN.filter((name) => merges(name) !== 'jit'),
    log: { file: workshop.nameOf(workshop.localAttributesFile), attributes: local, merge: merges(LOG) },
    driver: command('merge.jit.driver', programOfDriver),
    textconv: command('diff.jit.textconv', programOfTextconv),
    hooks:
      own === null || own.hooks === null
        ? null
        : await lookAtHooks(workshop, workshop.readable(own.hooks), host, repository.topLevel),
  };
}

/** By name on the PATH, else each of its files. `from`: where a relative path starts. */
const isThere = (program: Program, { env }: Host, from: string): boolean =>
  isByName(program)
    ? findOnPath(program[0]!, env) !== null
    : program.every((word) =>
        word.includes('/')
          ? isFile(join(word.startsWith('/') ? '' : from, word))
          : findOnPath(word, env) !== null,
      );

/** The files for which `.jit/.gitattributes` asks for the driver. */
const DRIVEN = ['issues/*.json', 'gates.json', 'config.json', 'index.json'];
const LOG = 'events.jsonl';

/** How git goes about merging each of the files of a store: `jit`, `union`, `unspecified`, ... */
async function readMerges(store: string, topLevel: string, { env }: Host) {
  const pathOf = (name: string): string => `${store}/${name.replace('*', '01')}`;
  const values = await readAttributes(topLevel, 'merge', [...DRIVEN, LOG].map(pathOf), env);
  return (name: string): string => values.get(pathOf(name)) ?? 'unspecified';
}

async function lookAtHooks(workshop: GitWorkshop, recorded: string, host: Host, topLevel: string) {
  const now = await workshop.hooksPlace();
  const place = workshop.placeOf(recorded);
  const directory = workshop.nameOf(place?.directory ?? recorded);
  if (place === null || place.directory !== now.directory)
    return { directory, elsewhere: workshop.nameOf(now.directory), inWorkTree: false, found: [] };
  const found = HOOKS.map((hook) => lookAtHook(workshop, place, hook, host, topLevel));
  return { directory, elsewhere: null, inWorkTree: place.inWorkTree, found };
}

function lookAtHook(
  workshop: GitWorkshop,
  place: HooksPlace,
  hook: HookName,
  host: Host,
  topLevel: string,
): HookFacts {
  const { path, entry } = workshop.spotOf(place, hook);
  const about = { hook, path: workshop.nameOf(path) };
  if (entry.kind !== 'file')
    return { ...about, state: entry.kind === 'none' ? 'gone' : 'lost', there: false };
  const store = workshop.bytes(workshop.store);
  const block = findBlock(entry.text, store, about.path);
  if (block === null) return { ...about, state: 'lost', there: false };
  const programs = programsIn(block.body);
  const there = programs.some((program) => isThere(program.map(workshop.readable), host, topLevel));
  if (!place.sourced && (entry.mode & 0o111) === 0) return { ...about, state: 'idle', there };
  const current = hookLines({ hook, store, programs }) === block.body.replaceAll('\r', '');
  return { ...about, state: current ? 'present' : 'outdated', there };
}

const programsIn = (lines: string): readonly Program[] =>
  callsIn(lines).flatMap((call) => {
    const words = wordsOf(call);
    return words === null ? [] : [words];
  });
