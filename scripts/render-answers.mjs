// Renders what is the same everywhere, so that nobody waits for it: the help of all commands, and the version.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

/** `answers`: texts by name. `calls`: what calls a command. `root`: the URL of the repository. */
export async function renderAnswers(root) {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const dir = mkdtempSync(join(tmpdir(), 'jit-answers-'));
  try {
    const bundle = await rolldown({
      input: { help: fileURLToPath(new URL('src/cli/help.ts', root)) },
      platform: 'node',
      checks: { emptyImportMeta: false },
    });
    await bundle.write({
      dir,
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name]-[hash].mjs',
    });
    await bundle.close();
    const { listCalls, listHelpPaths, renderHelp, WIDEST } = await import(
      pathToFileURL(join(dir, 'help.mjs')).href
    );
    const answers = [['version', `${version}\n`]];
    for (const path of listHelpPaths())
      answers.push([['help', ...path].join('-'), await renderHelp(path, WIDEST)]);
    return { answers, calls: [...listCalls().calls.keys()] };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
