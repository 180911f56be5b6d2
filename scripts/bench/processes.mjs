import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const MEASURE = fileURLToPath(new URL('measure.bash', import.meta.url));

/**
 * Runs a program to its end and returns its exit code and output. An aborted signal kills it together with all that it
 * started, and throws.
 */
export async function run(words, { cwd, env, signal, input }) {
  signal.throwIfAborted();
  const child = spawn(words[0], words.slice(1), { cwd, env, detached: true });
  const kill = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  };
  signal.addEventListener('abort', kill);
  try {
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (chunk) => {
        texts[name] += chunk;
      });
    // Who ends without reading all of it says why with its exit code.
    child.stdin.on('error', () => {});
    Readable.from(input ?? []).pipe(child.stdin);
    const exit = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    signal.throwIfAborted();
    return { exit, ...texts };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

/** As `run`, and an exit code other than 0 throws. */
export async function mustRun(words, options) {
  const { exit, stdout, stderr } = await run(words, options);
  if (exit === 0) return stdout;
  throw new Error(`${words.join(' ')}: exit ${exit}: ${(stderr || stdout).slice(0, 500)}`);
}

/**
 * Runs a command once, its output in the file `out`, and measures it: `wall` in microseconds, `cpu` in milliseconds of user and
 * system time. Throws when it fails.
 */
export async function measure(words, out, options) {
  const { stdout, stderr } = await run(['bash', MEASURE, out, ...words], options);
  const [exit, wall] = stdout.trim().split(' ').map(Number);
  const [user, system] = stderr.trim().split(' ').map(Number);
  if (exit === 0) return { wall, cpu: (user + system) * 1000 };
  throw new Error(`exit ${exit}: ${readFileSync(out, 'utf8').trim().slice(0, 300)}`);
}
