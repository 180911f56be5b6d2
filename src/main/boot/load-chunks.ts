import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import type { CodeCache } from './code-cache.ts';

/** A chunk is a function of what Node gives to CommonJS: so scripts/build.mjs writes it down, since to put that around it here copies all of it. */
type Chunk = (
  this: unknown,
  exports: unknown,
  require: (name: string) => unknown,
  module: { readonly exports: unknown },
  file: string,
  directory: string,
) => void;

/**
 * Loads chunks of the program from `directory` (which ends with a slash), each once, and runs them. They are CommonJS that asks for
 * nothing but each other and what Node has built in, so that nothing is searched for. `cache`: compiled code from earlier; null for none.
 */
export function makeLoader(
  directory: string,
  build: string,
  cache: CodeCache | null,
): (chunk: string) => unknown {
  const loaded = new Map<string, { exports: unknown }>();
  const mark = `/*${build}*/`;

  function load(chunk: string): unknown {
    const known = loaded.get(chunk);
    if (known !== undefined) return known.exports;
    const file = directory + chunk;
    const code = readFileSync(file, 'utf8');
    // A build that goes on meanwhile has other code; what is cached is not that of this file.
    const usable = cache !== null && code.startsWith(mark);
    const cachedData = usable ? cache.find(chunk) : undefined;
    const script = new Script(code, {
      filename: file,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    if (usable) cache.keep(chunk, script);
    const module = { exports: {} };
    loaded.set(chunk, module);
    try {
      const run: Chunk = script.runInThisContext();
      run.call(module.exports, module.exports, requireFrom, module, file, directory);
    } catch (error) {
      loaded.delete(chunk);
      throw error;
    }
    return module.exports;
  }

  function requireFrom(name: string): unknown {
    if (name.startsWith('./')) return load(name.slice(2));
    const builtIn = process.getBuiltinModule(name);
    if (builtIn === undefined) throw new Error(`a chunk of jit asks for ${name}, which is no part of Node`);
    return builtIn;
  }

  return load;
}
