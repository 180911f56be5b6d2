import { readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/binary.ts';

// Starting is most of what a command costs, and loading is most of starting. So what the commands of every day load is listed
// here, and a heavy module that creeps in fails.

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const RECORDER = fileURLToPath(new URL('../support/record-loads.cjs', import.meta.url));

interface Loads {
  /** Built-in modules of Node beyond those of its start. */
  readonly builtIns: readonly string[];
  readonly atStart: readonly string[];
  /** Files of dist. */
  readonly files: readonly string[];
  /** Modules that these were bundled from: paths in this repository. */
  readonly modules: readonly string[];
}

const COMMANDS = {
  version: ['version'],
  help: ['--help'],
  'help of a noun': ['issue', '--help'],
  doctor: ['doctor'],
  show: ['issue', 'show', 'ID', '--json'],
  ready: ['query', 'ready', '--json'],
  list: ['issue', 'list', '--json'],
  'claim-next': ['issue', 'claim-next', '--by', 'agent:a', '--json'],
};
type Name = keyof typeof COMMANDS;

/** What each may load: so many files of dist, and these built-ins. Without `vm` there is no compiled code to be had from the cache. */
const MOST: Readonly<
  Record<Exclude<Name, 'help' | 'help of a noun' | 'version' | 'doctor'>, { readonly files: number }>
> = {
  show: { files: 6 },
  ready: { files: 8 },
  list: { files: 8 },
  'claim-next': { files: 10 },
};
const BUILT_INS = ['vm'];
const HOT = Object.keys(MOST) as (keyof typeof MOST)[];

/** Small packages, and the small parts of ajv that its compiled code calls. */
const ALLOWED = /^(?:ulid|fast-deep-equal|ajv\/dist\/runtime)\//;

const HEAVY =
  /^(?:execa|cross-spawn|chokidar|@dagrejs|graphlib|proper-lockfile|yargs|yargs-parser|ajv\/dist\/(?!runtime\/))/;

const EXPLAINING =
  /^src\/(?:domain\/generated\/validators\.js|cli\/(?:usage|help|yargs-command|describe)\.ts)$/;

const BOOT_BYTES = 7 * 1024;
const ENTRY_BYTES = 25 * 1024;

const packagesOf = ({ modules }: Pick<Loads, 'modules'>): string[] =>
  modules
    .filter((module) => module.includes('node_modules/'))
    .map((module) => module.slice(module.lastIndexOf('node_modules/') + 'node_modules/'.length));

function loadsOf({ repository, jit }: Sandbox, words: readonly string[]): Loads {
  const record = join(repository, 'loads.json');
  const env = { JIT_TEST_LOADS: record, NODE_OPTIONS: `--require "${RECORDER}"` };
  jit(words, { env });
  const { files, builtIns, atStart } = JSON.parse(readFileSync(record, 'utf8'));
  const made: Record<string, string[]> = JSON.parse(readFileSync(join(dist, 'modules.json'), 'utf8'));
  const own = (files as string[])
    .map((file) => relative(dist, file))
    .filter((file) => !file.startsWith('..'));
  return { files: own, builtIns, atStart, modules: own.flatMap((file) => made[file] ?? []) };
}

/** A store with one issue, and what each of the commands loads there. */
function enter(): (name: Name) => Loads {
  const sandbox = makeSandbox();
  sandbox.jit(['init']);
  const id = sandbox.jit(['create', 'x', '--by', 'human:h']).stdout.trim();
  return (name) =>
    loadsOf(
      sandbox,
      COMMANDS[name].map((word) => (word === 'ID' ? id : word)),
    );
}

test('what is compiled anew each time is tiny, and the program behind it small', () => {
  expect(statSync(join(dist, 'jit.cjs')).size).toBeLessThanOrEqual(BOOT_BYTES);
  expect(statSync(join(dist, 'chunks/program.cjs')).size).toBeLessThanOrEqual(ENTRY_BYTES);
});

test('what is loaded is seen: doctor starts programs, and Node starts without what is looked for', () => {
  const { atStart, ...loads } = enter()('doctor');
  expect(packagesOf(loads).filter((module) => HEAVY.test(module))).not.toEqual([]);
  expect(atStart).toContain('fs');
  for (const builtIn of ['crypto', 'child_process', 'fs/promises']) expect(atStart).not.toContain(builtIn);
});

test.each([
  ['version', 'answers/version.txt'],
  ['help', 'answers/help.txt'],
] as const)('%s is answered before the program is loaded', (name, answer) => {
  expect(enter()(name)).toMatchObject({ files: ['jit.cjs', answer], builtIns: BUILT_INS });
});

test('the help of a noun is read, without yargs', () => {
  expect(enter()('help of a noun')).toMatchObject({
    files: ['jit.cjs', 'chunks/program.cjs', 'answers/help-issue.txt'],
    builtIns: BUILT_INS,
  });
});

test.each(HOT)('%s loads little', (name) => {
  const { files, modules, builtIns } = enter()(name);
  const packages = packagesOf({ modules });
  expect(packages.filter((module) => HEAVY.test(module))).toEqual([]);
  expect(packages.filter((module) => !ALLOWED.test(module))).toEqual([]);
  // What explains mistakes, and what says why a document is wrong.
  expect(modules.filter((module) => EXPLAINING.test(module))).toEqual([]);
  expect(modules.length).toBeGreaterThan(0);
  expect(builtIns).toEqual(BUILT_INS);
  expect(files.length, files.join(', ')).toBeLessThanOrEqual(MOST[name].files);
});

test.each(HOT)('the code of %s is ASCII: one character beyond Latin doubles the memory of a file', (name) => {
  const { files } = enter()(name);
  const chunks = files.filter((file) => file.endsWith('.cjs'));
  expect(chunks.length).toBeGreaterThan(1);
  expect(chunks.filter((file) => /[^\0-\x7f]/.test(readFileSync(join(dist, file), 'latin1')))).toEqual([]);
});
