// Compiles the schemas, then bundles src/main/jit.ts to dist/chunks: CommonJS, one chunk a command and five that many share, because
// that starts fastest (docs/decisions.md); and src/main/boot/boot.ts, which loads them, to dist/jit.cjs.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { renderAnswers } from './render-answers.mjs';

const root = new URL('../', import.meta.url);
const WIRING = ['main/context.ts', 'main/system-host.ts'];
const READING = ['cli/issue/show.ts', 'cli/issue/list.ts', 'cli/query/ready.ts'];
const WRITING = ['store/files/files-changes.ts'];
const READING_ALL = ['store/files/read-records.ts', 'store/files/passing-reader.ts'];
const CHANGING = [
  ...['claim-next', 'claim', 'complete', 'create', 'update', 'comment'].map((verb) => `cli/issue/${verb}.ts`),
  ...['cli/dep/add.ts', 'cli/gate/pass.ts'],
];
// Code that is only parsed costs start-up time too. Names of functions stay, for stack traces that can be read.
const MINIFY = {
  mangle: { toplevel: true, keepNames: { function: true, class: true } },
  compress: true,
  codegen: { removeWhitespace: true },
};
/** What the bundler adds, 1 KB, in a file of its own; and files that carry it instead, so that commands of every day load one less. */
const RUNTIME = 'rolldown-runtime.cjs';
const HOT = ['program.cjs', 'rules.cjs', 'read.cjs', 'change.cjs', 'write.cjs', 'all.cjs'];
const GETTER =
  /Object\.defineProperty\(exports,["`]([\w$]+)["`],\{enumerable:!0,get:function\(\)\{return ?([\w$]+|`[^`$\\]*`)\}\}\)/g;
const EXPORT = String.raw`exports\.[\w$]+=(?:[\w$]+|\`[^\`]*\`)`;
const EXPORTS = new RegExp(`(?<![\\w$.])${EXPORT}(?:,${EXPORT})*;?\\s*$`);
/**
 * Of what is read with, the part that imports nothing of the rest. In one file both would be larger than 128 KB, and from there on the system
 * and V8 hand out memory by the page, untouched: reading and compiling takes twice as long for each KB.
 */
const RULES = /^(?:src\/(?:domain|render)|node_modules)\//;
const BEYOND_ASCII = /[^\0-\x7f]/;
let groups;

const path = (name) => fileURLToPath(new URL(name, root));

execFileSync(process.execPath, [path('scripts/generate.mjs')], { stdio: 'inherit' });
rmSync(new URL('dist/', root), { recursive: true, force: true });
/** Modules by what each imports statically, as the bundler finds them. */
const imports = new Map();

const bundle = await rolldown({
  input: { program: path('src/main/jit.ts') },
  platform: 'node',
  // Of ulid the build for browsers: the one for Node loads `crypto` at the start, which every command would pay for.
  resolve: { alias: { ulid: path('node_modules/ulid/dist/browser/index.js') } },
  // yargs asks for import.meta in a corner that jit does not use (configuration files that extend others).
  checks: { emptyImportMeta: false },
  plugins: [{ name: 'imports', moduleParsed: ({ id, importedIds }) => void imports.set(id, importedIds) }],
});
const { output } = await bundle.generate({
  format: 'cjs',
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      { name: 'rules', test: (id) => groupOf(id) === 'rules' },
      { name: 'read', test: (id) => groupOf(id) === 'read' },
      { name: 'change', test: (id) => groupOf(id) === 'change' },
      { name: 'write', test: (id) => groupOf(id) === 'write' },
      { name: 'all', test: (id) => groupOf(id) === 'all' },
    ],
  },
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
  minify: MINIFY,
});
await bundle.close();

refuseCycles(output);

mkdirSync(new URL('dist/chunks/', root), { recursive: true });
const runtime = output.find(({ fileName }) => fileName === RUNTIME).code;
const chunks = output.map(({ fileName, code, moduleIds }) => [
  fileName,
  toAscii({ code: HOT.includes(fileName) ? quicken(code) : code, moduleIds }),
]);
// What is compiled and kept for one build must not be taken for another.
const build = createHash('sha256').update(JSON.stringify(chunks)).digest('hex').slice(0, 16);
for (const [fileName, code] of chunks)
  writeFileSync(
    new URL(`dist/chunks/${fileName}`, root),
    `/*${build}*/(function(exports,require,module,__filename,__dirname){${code}\n})`,
  );

const { answers, calls } = await renderAnswers(root);
const boot = await rolldown({
  input: { jit: path('src/main/boot/boot.ts') },
  platform: 'node',
  transform: { define: { BUILD: JSON.stringify(build), CALLS: JSON.stringify(`|${calls.join('|')}|`) } },
});
const booted = await boot.generate({ format: 'cjs', minify: MINIFY });
await boot.close();
writeFileSync(path('dist/jit.cjs'), `#!/usr/bin/env node\n${booted.output[0].code}`, { mode: 0o755 });
// Node looks for one above each file that it loads, and would read all of ours.
writeFileSync(path('dist/package.json'), '{"type":"commonjs"}\n');

mkdirSync(new URL('dist/answers/', root));
for (const [name, text] of answers) writeFileSync(new URL(`dist/answers/${name}.txt`, root), text);

// Which modules each file is made of: test/main/loads.test.ts reads that. It is not published.
const made = output.map(({ fileName, moduleIds }) => [
  `chunks/${fileName}`,
  (moduleIds ?? []).map((id) => relative(path('.'), id)),
]);
writeFileSync(new URL('dist/modules.json', root), `${JSON.stringify(Object.fromEntries(made), null, 1)}\n`);

/**
 * What commands of every day load comes with the runtime, and without a getter for each export: those that it is made of
 * never change a value that they export, and a hundred getters take half a millisecond. One object that is made at once takes half as long
 * as one that a hundred properties are added to.
 */
function quicken(code) {
  return code
    .replace(`require("./${RUNTIME}")`, () => `((exports)=>{${runtime}return exports})({})`)
    .replace(GETTER, (_, name, variable) => `exports.${name}=${variable}`)
    .replace(
      EXPORTS,
      (all) =>
        `module.exports={${all
          .trim()
          .replace(/;$/, '')
          .replace(/exports\.([\w$]+)=/g, '$1:')}};`,
    );
}

/**
 * Node keeps a text that has one character beyond Latin in twice the memory, and takes longer to read it. Code in which an escape could
 * mean something else stays as it is.
 */
function toAscii({ code, moduleIds }) {
  if (/\\[^\0-\x7f]/.test(code) || (BEYOND_ASCII.test(code) && moduleIds.some(hasRawText))) return code;
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return code.replace(new RegExp(BEYOND_ASCII, 'g'), escaped);
}

/** Whether characters beyond ASCII may stand where a backslash is only a backslash. */
function hasRawText(id) {
  if (id.startsWith('\0')) return false;
  const source = readFileSync(id, 'utf8');
  return source.includes('String.raw') && BEYOND_ASCII.test(source);
}

/**
 * Each file that is loaded costs as much as some 10 KB of code. So what the commands of every day share is put together: what they
 * read with in two chunks, what they change with in another, what writes in a third, and what reads all of a store in one more. Elsewhere the bundler splits as it finds modules shared.
 */
function groupOf(id) {
  groups ??= new Map([
    ...closureOf(READING_ALL).map((module) => [module, 'all']),
    ...closureOf(WRITING).map((module) => [module, 'write']),
    ...sharedBy([...READING, ...CHANGING]).map((module) => [module, 'change']),
    ...sharedBy([...READING, ...CHANGING], closureOf(READING)).map((module) => [module, 'read']),
    ...closureOf(WIRING).map((module) => [module, 'read']),
    ...closureOf(['main/jit.ts']).map((module) => [module, null]),
  ]);
  const group = groups.get(id) ?? null;
  return group === 'read' && RULES.test(relative(path('.'), id)) ? 'rules' : group;
}

/** A chunk that is loaded in the middle of one that it needs finds nothing of it. */
function refuseCycles(chunks) {
  const above = new Map(chunks.map(({ fileName, imports: files }) => [fileName, files]));
  const visit = (file, way) => {
    if (way.includes(file)) throw new Error(`chunks import each other: ${[...way, file].join(', ')}`);
    for (const next of above.get(file) ?? []) visit(next, [...way, file]);
    above.set(file, []);
  };
  for (const { fileName } of chunks) visit(fileName, []);
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
