import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/**
 * Bundles a program that is written against `src/`, as the build does with jit itself, into a directory of its own that the
 * test must remove; returns the file to start. `name`: its file in test/end-to-end/programs, without `.ts`.
 */
export async function bundleProgram(name: string): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'jit-program-'));
  const bundle = await rolldown({
    input: { [name]: path(`test/end-to-end/programs/${name}.ts`) },
    platform: 'node',
    resolve: { alias: { ulid: path('node_modules/ulid/dist/browser/index.js') } },
    checks: { emptyImportMeta: false },
  });
  await bundle.write({
    dir,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
  });
  await bundle.close();
  return join(dir, `${name}.cjs`);
}
