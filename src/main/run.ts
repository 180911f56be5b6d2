import type { Command, Output } from '../cli/command.ts';
import { type Globals, parse, wantsHelp, wantsJson } from '../cli/parse.ts';
import {
  renderDocument,
  renderFailure,
  renderFailureDocument,
  renderWarnings,
  toJitError,
} from '../cli/print.ts';
import { route } from '../cli/route.ts';
import { JitError } from '../domain/errors.ts';
import { wireContext } from './context.ts';
import type { Host } from './host.ts';

/** Runs one command line and returns its exit code. Everything that it says goes through `host`. */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  try {
    return await follow(argv, host);
  } catch (error) {
    if (isClosedPipe(error)) return 0;
    return fail(toJitError(error), wantsJson(argv), host);
  }
}

async function follow(argv: readonly string[], host: Host): Promise<number> {
  const way = route(argv);
  if (way.to === 'command') {
    const command = await way.entry.load();
    const parsed = parse(command.declaration, way.words);
    if (parsed.verdict === 'right') return runCommand(command, parsed, host);
    if (parsed.verdict === 'help') return explain(command.declaration.path, parsed.globals.json, host);
    const { explainMistake } = await import('../cli/usage.ts');
    return fail(explainMistake(command.declaration, parsed.mistake), parsed.globals.json, host);
  }
  const json = wantsJson(argv);
  if (way.to === 'unknown' && way.path.length === 0) {
    if (way.word === 'help') return follow([...way.words, '--help'], host);
    if (['--version', '-V', '-v'].includes(way.word)) return follow(['version', ...way.words], host);
  }
  if (way.to === 'group' && (way.path.length === 0 || wantsHelp(way.words)))
    return explain(way.path, json, host);
  const { explainRoute } = await import('../cli/usage.ts');
  return fail(explainRoute(way), json, host);
}

async function runCommand(
  command: Command,
  { input, globals }: { input: Parameters<Command['run']>[0]; globals: Globals },
  host: Host,
): Promise<number> {
  const { context, problems } = wireContext(host, globals, ({ document, text }) =>
    host.out(globals.json ? renderDocument(document, [], false) : line(text)),
  );
  let output: Output;
  try {
    output = await command.run(input, context);
  } catch (error) {
    if (isClosedPipe(error)) return 0;
    if (!globals.json) host.err(renderWarnings(problems()));
    return fail(toJitError(error), globals.json, host);
  }
  const passedOver = output.tellsProblems === true ? [] : problems();
  const exit = output.exit ?? (output.streamed === true ? exitOfStream(host) : 0);
  try {
    if (globals.json) {
      if (output.streamed !== true)
        host.out(renderDocument(output.document, passedOver, host.terminal.stdout));
    } else {
      host.err(renderWarnings(passedOver));
      if (output.told !== undefined) host.err(line(output.told));
      if (output.streamed !== true) host.out(line(output.text));
      if (output.note !== undefined && host.terminal.stderr) host.err(line(output.note));
    }
  } catch (error) {
    if (isClosedPipe(error)) return exit;
    return fail(unprinted(error), globals.json, host);
  }
  return exit;
}

/** A stream ends by itself, or because it was stopped; only then is it cut short. */
function exitOfStream(host: Host): number {
  const { aborted, reason } = host.interruption();
  return aborted && typeof reason === 'number' ? reason : 0;
}

async function explain(path: readonly string[], json: boolean, host: Host): Promise<number> {
  if (json) {
    const { describeCommands } = await import('../cli/describe.ts');
    host.out(renderDocument(await describeCommands(path), [], host.terminal.stdout));
    return 0;
  }
  const { renderHelp } = await import('../cli/help.ts');
  host.out(await renderHelp(path, host.terminal.stdout ? host.terminal.columns : 100));
  return 0;
}

function fail(error: JitError, json: boolean, host: Host): number {
  const stack = host.env.JIT_DEBUG ? stackOf(error) : undefined;
  if (json) {
    const shown =
      stack === undefined
        ? error
        : new JitError(error.code, error.message, {
            details: { ...error.details, stack },
            ...(error.hint === null ? {} : { hint: error.hint }),
          });
    host.err(renderFailureDocument(shown));
  } else {
    host.err(renderFailure(error));
    if (stack !== undefined) host.err(line(stack));
  }
  return error.exit;
}

const stackOf = (error: JitError): string =>
  [error.cause, error]
    .map((each) => (each instanceof Error ? (each.stack ?? '') : ''))
    .join('\n')
    .trim();

const line = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

const isClosedPipe = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 'EPIPE';

/** The work was done, but what it answers could not be written, for example to a full disk. */
function unprinted(error: unknown): JitError {
  const code = (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'DISK_FULL' : 'IO';
  return new JitError(code, `the answer could not be written to stdout: ${(error as Error).message}`, {
    hint: 'what the command changed is changed: look before you do it again',
    cause: error,
  });
}
