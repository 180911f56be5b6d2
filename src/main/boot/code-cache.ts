import type { Script } from 'node:vm';
import { readCacheFile, touchCacheFile, writeCacheFile } from './cache-file.ts';
import { cacheDirectory } from './cache-place.ts';

/** After so many milliseconds what is cached is made anew: by then functions were needed that were not when it was made. */
const RENEW_AFTER = 60 * 60 * 1000;

/** More is not kept, in bytes. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Code that V8 has compiled, kept from one process to the next that runs the same command. */
export interface CodeCache {
  /** Compiled code of a chunk; undefined where none is kept. */
  find(chunk: string): Uint8Array | undefined;
  /** Takes note of the script that a chunk was compiled to. */
  keep(chunk: string, script: Script): void;
  /** Writes what is to be kept, at the end of a process: then its functions are compiled as well. Never throws. */
  save(): void;
}

/** What a cache needs to know of its process. */
export type CachingProcess = Pick<
  NodeJS.Process,
  'env' | 'version' | 'platform' | 'arch' | 'execArgv' | 'pid'
> &
  Partial<Pick<NodeJS.Process, 'geteuid'>>;

/**
 * The cache of one build of jit for one command, any name of it; null where there is none to be: switched off, without a place, or a system
 * without owners.
 */
export function openCodeCache(process: CachingProcess, build: string, command: string): CodeCache | null {
  const { env } = process;
  const owner = process.geteuid?.();
  const directory = cacheDirectory(env);
  // What is measured for coverage must be compiled for that.
  if (env.JIT_NO_CODE_CACHE || env.NODE_V8_COVERAGE || owner === undefined || directory === null) return null;
  const flags = [...process.execArgv, ...(env.NODE_OPTIONS ? [env.NODE_OPTIONS] : [])].join(' ');
  // V8 refuses what other flags have made: without a name of its own it would be made again each time.
  const runtime = [process.version, process.platform, process.arch, ...(flags === '' ? [] : [hash(flags)])];
  const file = `${directory}/${build}-${runtime.join('-')}-${command.replaceAll(' ', '-')}.bin`;

  const found = readCacheFile(file, owner);
  const scripts = new Map<string, Script>();
  /** Whether something was compiled that the file should have had. */
  let stale = found === null;
  /** Whether V8 refused something: then all of the file was made by another V8. */
  let refused = false;

  function save(): void {
    if (!stale && found !== null && Date.now() - found.writtenAt < RENEW_AFTER) return;
    // What this process had no need of may be needed again.
    const codes = new Map(refused ? [] : found?.codes);
    for (const [chunk, script] of scripts) codes.set(chunk, script.createCachedData());
    const bytes = [...codes.values()].reduce((sum, code) => sum + code.length, 0);
    if (bytes > MOST_BYTES) return;
    if (!stale && found !== null && bytes <= found.bytes) touchCacheFile(file);
    else writeCacheFile({ file, codes, directory: directory!, owner: owner!, pid: process.pid });
  }

  return {
    find: (chunk) => found?.codes.get(chunk),
    keep(chunk, script) {
      scripts.set(chunk, script);
      if (script.cachedDataRejected === true) refused = true;
      if (script.cachedDataRejected !== false) stale = true;
    },
    save() {
      try {
        save();
      } catch {
        // The next process compiles what this one did: that is all.
      }
    },
  };
}

/** A short name for a text. */
function hash(text: string): string {
  let sum = 5381;
  for (let at = 0; at < text.length; at += 1) sum = (Math.imul(sum, 33) ^ text.charCodeAt(at)) >>> 0;
  return sum.toString(36);
}
