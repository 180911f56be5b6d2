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
  show: ['issue', 'show', 'ID', '--json'],
  ready: ['query', 'ready', '--json'],
  list: ['issue', 'list', '--json'],
  'claim-next': ['issue', 'claim-next', '--by', 'agent:a', '--json'],
};
type Name = keyof typeof COMMANDS;

/** What each may load: so many files of dist, and these built-ins. */
const MOST: Readonly<Record<Exclude<Name, 'help'>, { readonly files: number; readonly builtIns: string[] }>> =
  {
    version: { files: 3, builtIns: [] },
    show: { files: 6, builtIns: [] },
    ready: { files: 8, builtIns: [] },
    list: { files: 8, builtIns: [] },
    'claim-next': { files: 10, builtIns: ['perf_hooks'] },
  };
const HOT = Object.keys(MOST) as (keyof typeof MOST)[];

/** Small packages, and the small parts of ajv that its compiled code calls. */
const ALLOWED = /^(?:@noble\/hashes|ulid|fast-deep-equal|ajv\/dist\/runtime)\//;

const HEAVY =
  /^(?:execa|cross-spawn|chokidar|@dagrejs|graphlib|proper-lockfile|yargs|yargs-parser|ajv\/dist\/(?!runtime\/))/;

const EXPLAINING =
  /^src\/(?:domain\/generated\/validators\.js|cli\/(?:usage|help|yargs-command|describe)\.ts)$/;

const ENTRY_BYTES = 25 * 1024;

const packagesOf = ({ modules }: Pick<Loads, 'modules'>): string[] =>
  modules
    .filter((module) => module.includes('node_modules/'))
    .map((module) => module.slice(module.lastIndexOf('node_modules/') + 'node_modules/'.length));

function loadsOf({ repository, jit }: Sandbox, words: readonly string[]): Loads {
  const record = join(repository, 'loads.json');
  const env = { JIT_TEST_LOADS: record, NODE_OPTIONS: `--require "${RECORDER}"` };
  expect(jit(words, { env })).toMatchObject({ exit: 0, stderr: '' });
  const { files, builtIns, atStart } = JSON.parse(readFileSync(record, 'utf8'));
  const made: Record<string, string[]> = JSON.parse(readFileSync(join(dist, 'modules.json'), 'utf8'));
  const own = (files as string[])
    .map((file) => relative(dist, file))
    .filter((file) => !file.startsWith('..'));
  return { files: own, builtIns, atStart, modules: own.flatMap((file) => made[file]!) };
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

test('the entry stays small', () => {
  expect(statSync(join(dist, 'jit.cjs')).size).toBeLessThanOrEqual(ENTRY_BYTES);
});

test('what is loaded is seen: help needs yargs, and Node starts without what is looked for', () => {
  const { atStart, ...loads } = enter()('help');
  expect(packagesOf(loads).filter((module) => HEAVY.test(module))).not.toEqual([]);
  expect(atStart).toContain('fs');
  for (const builtIn of ['crypto', 'child_process', 'fs/promises']) expect(atStart).not.toContain(builtIn);
});

test.each(HOT)('%s loads little', (name) => {
  const { files, modules, builtIns } = enter()(name);
  const packages = packagesOf({ modules });
  expect(packages.filter((module) => HEAVY.test(module))).toEqual([]);
  expect(packages.filter((module) => !ALLOWED.test(module))).toEqual([]);
  // What explains mistakes, and what says why a document is wrong.
  expect(modules.filter((module) => EXPLAINING.test(module))).toEqual([]);
  expect(modules.length).toBeGreaterThan(0);
  expect(builtIns).toEqual(MOST[name].builtIns);
  expect(files.length, files.join(', ')).toBeLessThanOrEqual(MOST[name].files);
});
