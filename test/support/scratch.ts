import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { BINARY, makeSandbox } from './binary.ts';

/** What a process did. */
export interface Ran {
  /** null when a signal ended it. */
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ScratchOptions {
  /** Added to the environment of the scratch; nothing else is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Called with the process id as soon as there is one. */
  readonly started?: (pid: number) => void;
}

/** A git repository of its own with a store, its own HOME, and the built jit on the PATH; many processes may run at once. */
export interface Scratch {
  readonly root: string;
  /** The `.jit` directory. */
  readonly store: string;
  /** A directory beside the repository, for what a test keeps. */
  readonly beside: string;
  /** Runs the real binary. */
  jit(args: readonly string[], options?: ScratchOptions): Promise<Ran>;
  /** Runs the real binary, throws unless it exits 0, and returns its standard output without the last newline. */
  ok(args: readonly string[], options?: ScratchOptions): Promise<string>;
  /** The same with `--json`, parsed. */
  json<T = Record<string, unknown>>(args: readonly string[], options?: ScratchOptions): Promise<T>;
  /** Runs any program. */
  run(program: string, args: readonly string[], options?: ScratchOptions): Promise<Ran>;
}

/** Makes a scratch repository, removed after the test. Nothing but git's user name says who acts. `init` false: without a store. */
export async function makeScratch({ init = true } = {}): Promise<Scratch> {
  if (!existsSync(join(dirname(BINARY), '../dist/jit.cjs')))
    throw new Error('there is no dist/: npm run build');
  const sandbox = makeSandbox();
  const root = sandbox.repository;
  const beside = dirname(root);
  writeFileSync(sandbox.env.GIT_CONFIG_GLOBAL!, '[user]\n\tname = Some One\n\temail = one@example.org\n');
  const programs = join(beside, 'bin');
  mkdirSync(programs);
  symlinkSync(BINARY, join(programs, 'jit'));
  symlinkSync(process.execPath, join(programs, 'node'));
  const env = { ...sandbox.env, PATH: `${programs}${delimiter}${process.env.PATH}` };
  const run: Scratch['run'] = (program, args, options = {}) =>
    runProcess(program, args, { ...options, cwd: root, env: { ...env, ...options.env } });
  const jit: Scratch['jit'] = (args, options) => run(process.execPath, [BINARY, ...args], options);
  const ok: Scratch['ok'] = async (args, options) => {
    const ran = await jit(args, options);
    if (ran.exit !== 0) throw new Error(`jit ${args.join(' ')} exited ${describe(ran)}`);
    return ran.stdout.replace(/\n$/, '');
  };
  const json: Scratch['json'] = async (args, options) => JSON.parse(await ok([...args, '--json'], options));
  const scratch = { root, store: join(root, '.jit'), beside, jit, ok, json, run };
  if (init) await ok(['init']);
  return scratch;
}

/** How a process ended and what it said, for the message of a failure. */
export const describe = ({ exit, signal, stdout, stderr }: Ran): string =>
  `${exit ?? signal}\n${stdout.slice(-2_000)}\n${stderr.slice(-4_000)}`;

interface Surroundings extends Omit<ScratchOptions, 'env'> {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

function runProcess(program: string, args: readonly string[], options: Surroundings): Promise<Ran> {
  const { cwd, env, stdin, started } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { cwd, env });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    // A child that was killed, or that reads nothing, has closed its end.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin ?? '');
    child.on('close', (exit, signal) => {
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
      resolve({ exit, signal, stdout: text(out), stderr: text(err) });
    });
    if (child.pid !== undefined) started?.(child.pid);
  });
}
