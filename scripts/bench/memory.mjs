import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { measure } from './processes.mjs';
import { summarize } from './statistics.mjs';

const PRELOAD = fileURLToPath(new URL('peak-memory.cjs', import.meta.url));

/** The peak memory of a Node program in MB, the median of three runs. Throws when it fails. */
export async function peakMemory([node, ...words], out, options) {
  const file = `${out}-memory`;
  const env = { ...options.env, JIT_BENCH_MEMORY: file };
  const seen = [];
  for (let run = 0; run < 3; run += 1) {
    await measure([node, '--require', PRELOAD, ...words], out, { ...options, env });
    seen.push(Number(readFileSync(file, 'utf8')) / 1024);
  }
  return summarize(seen).median;
}
