// Compiles the schemas, then bundles src/main/jit.ts to dist/: CommonJS, one chunk a command, because
// that starts fastest (docs/decisions.md).
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = new URL('../', import.meta.url);
const path = (name) => fileURLToPath(new URL(name, root));

execFileSync(process.execPath, [path('scripts/generate.mjs')], { stdio: 'inherit' });
rmSync(new URL('dist/', root), { recursive: true, force: true });
const bundle = await rolldown({
  input: { jit: path('src/main/jit.ts') },
  platform: 'node',
  // Of ulid the build for browsers: the one for Node loads `crypto` at the start, which every command would pay for.
  resolve: { alias: { ulid: path('node_modules/ulid/dist/browser/index.js') } },
  // yargs asks for import.meta in a corner that jit does not use (configuration files that extend others).
  checks: { emptyImportMeta: false },
});
await bundle.write({
  dir: path('dist/'),
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name].cjs',
  // Code that is only parsed costs start-up time too. Names stay, for stack traces that can be read.
  minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
});
await bundle.close();
