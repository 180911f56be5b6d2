// Compiles the schemas, then bundles src/main/jit.ts to dist/: CommonJS, one chunk a command and two that many share, because
// that starts fastest (docs/decisions.md).
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = new URL('../', import.meta.url);
const WIRING = ['main/context.ts', 'main/system-host.ts'];
const READING = ['cli/issue/show.ts', 'cli/issue/list.ts', 'cli/query/ready.ts'];
const WRITING = ['store/files/files-changes.ts'];
const CHANGING = [
  ...['claim-next', 'claim', 'complete', 'create', 'update', 'comment'].map((verb) => `cli/issue/${verb}.ts`),
  ...['cli/dep/add.ts', 'cli/gate/pass.ts'],
];
let groups;

const path = (name) => fileURLToPath(new URL(name, root));

execFileSync(process.execPath, [path('scripts/generate.mjs')], { stdio: 'inherit' });
rmSync(new URL('dist/', root), { recursive: true, force: true });
/** Modules by what each imports statically, as the bundler finds them. */
const imports = new Map();

const bundle = await rolldown({
  input: { jit: path('src/main/jit.ts') },
  platform: 'node',
  // Of ulid the build for browsers: the one for Node loads `crypto` at the start, which every command would pay for.
  resolve: { alias: { ulid: path('node_modules/ulid/dist/browser/index.js') } },
  // yargs asks for import.meta in a corner that jit does not use (configuration files that extend others).
  checks: { emptyImportMeta: false },
  plugins: [{ name: 'imports', moduleParsed: ({ id, importedIds }) => void imports.set(id, importedIds) }],
});
const { output } = await bundle.write({
  dir: path('dist/'),
  format: 'cjs',
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      { name: 'read', test: (id) => groupOf(id) === 'read' },
      { name: 'change', test: (id) => groupOf(id) === 'change' },
      { name: 'write', test: (id) => groupOf(id) === 'write' },
    ],
  },
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name].cjs',
  // Code that is only parsed costs start-up time too. Names of functions stay, for stack traces that can be read.
  minify: {
    mangle: { toplevel: true, keepNames: { function: true, class: true } },
    compress: true,
    codegen: { removeWhitespace: true },
  },
});
await bundle.close();

// Which modules each file is made of: test/main/loads.test.ts reads that. It is not published.
const made = output.map(({ fileName, moduleIds }) => [
  fileName,
  (moduleIds ?? []).map((id) => relative(path('.'), id)),
]);
writeFileSync(new URL('dist/modules.json', root), `${JSON.stringify(Object.fromEntries(made), null, 1)}\n`);

/**
 * Each file that is loaded costs as much as some 10 KB of code. So what the commands of every day share is put together: what they
 * read with in one chunk, what they change with in another, and what writes in a third. Elsewhere the bundler splits as it finds modules shared.
 */
function groupOf(id) {
  groups ??= new Map([
    ...closureOf(WRITING).map((module) => [module, 'write']),
    ...sharedBy([...READING, ...CHANGING]).map((module) => [module, 'change']),
    ...sharedBy([...READING, ...CHANGING], closureOf(READING)).map((module) => [module, 'read']),
    ...closureOf(WIRING).map((module) => [module, 'read']),
    ...closureOf(['main/jit.ts']).map((module) => [module, null]),
  ]);
  return groups.get(id) ?? null;
}

/** What at least two of these modules come to import, among `these`. */
function sharedBy(modules, these = [...imports.keys()]) {
  const counts = new Map();
  for (const module of modules)
    for (const imported of closureOf([module])) counts.set(imported, (counts.get(imported) ?? 0) + 1);
  return these.filter((module) => counts.get(module) > 1);
}

/** The modules, and all that they come to import statically. */
function closureOf(modules) {
  const reached = new Set(modules.map((module) => path(`src/${module}`)));
  for (const module of reached) for (const imported of imports.get(module) ?? []) reached.add(imported);
  return [...reached];
}
