// Compiles the schemas, then bundles src/main/jit.ts to dist/: CommonJS, one chunk a command, because
// that starts fastest (docs/decisions.md).
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = new URL('../', import.meta.url);
execFileSync(process.execPath, [fileURLToPath(new URL('scripts/generate.mjs', root))], { stdio: 'inherit' });
rmSync(new URL('dist/', root), { recursive: true, force: true });
const bundle = await rolldown({
  input: { jit: fileURLToPath(new URL('src/main/jit.ts', root)) },
  platform: 'node',
});
await bundle.write({
  dir: fileURLToPath(new URL('dist/', root)),
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name].cjs',
});
await bundle.close();
