import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import type { CodeCache } from './code-cache.ts';

/** Around the code of a chunk, as Node does it with CommonJS. */
const HEAD = '(function (exports, require, module, __filename, __dirname) {';
const TAIL = '\n})';

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
  let depth = 0;

  function load(chunk: string): unknown {
    const known = loaded.get(chunk);
    if (known !== undefined) return known.exports;
    const file = directory + chunk;
    const code = readFileSync(file, 'utf8');
    // A build that goes on meanwhile has other code; what is cached is not that of this file.
    const usable = cache !== null && code.startsWith(mark);
    if (usable && depth === 0) cache.enter(chunk);
    const cachedData = usable ? cache.find(chunk) : undefined;
    const script = new Script(HEAD + code + TAIL, {
      filename: file,
      columnOffset: -HEAD.length,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    if (usable) cache.keep(chunk, script);
    const module = { exports: {} };
    loaded.set(chunk, module);
    depth += 1;
    try {
      script.runInThisContext().call(module.exports, module.exports, requireFrom, module, file, directory);
    } catch (error) {
      loaded.delete(chunk);
      throw error;
    } finally {
      depth -= 1;
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
