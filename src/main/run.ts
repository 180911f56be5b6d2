import type { Command, Output } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { type Globals, parse, wantsHelp, wantsJson } from '../cli/parse.ts';
import { renderDocument, renderWarnings, toJitError } from '../cli/print.ts';
import { route } from '../cli/route.ts';
import { WIDEST } from '../cli/width.ts';
import type { JitError } from '../domain/errors.ts';
import type { WiredContext } from './context.ts';
import type { Host, Screen } from './host.ts';

/** For a command that asks nothing of the outside. */
const NO_CONTEXT = {} as Context;

/** Loads what a command needs to do its work. */
type LoadHost = () => Promise<Host>;

/** Reads a text that was rendered when jit was built; null where there is none. */
type ReadAnswer = (name: string) => string | null;

/**
 * Runs one command line and returns its exit code. Everything that it says goes through `screen`. What is not needed to understand
 * the line is only loaded by a command that asks for it: most of the time that a command takes goes by with loading.
 */
export async function run(
  argv: readonly string[],
  screen: Screen,
  loadHost: LoadHost,
  readAnswer: ReadAnswer = () => null,
): Promise<number> {
  try {
    return await follow(argv, screen, loadHost, readAnswer);
  } catch (error) {
    if (isClosedPipe(error)) return 0;
    return fail(toJitError(error), wantsJson(argv), screen);
  }
}

async function follow(
  argv: readonly string[],
  screen: Screen,
  loadHost: LoadHost,
  readAnswer: ReadAnswer,
): Promise<number> {
  const way = route(argv);
  if (way.to === 'command') {
    // What nearly everybody types who asks for help, without loading the command.
    if (way.words.length === 1 && wantsHelp(way.words))
      return explain(way.entry.calls[0]!.split(' '), false, screen, readAnswer);
    const command = await way.entry.load();
    const parsed = parse(command.declaration, way.words);
    if (parsed.verdict === 'right') return runCommand(command, parsed, screen, loadHost);
    if (parsed.verdict === 'help')
      return explain(command.declaration.path, parsed.globals.json, screen, readAnswer);
    const { explainMistake } = await import('../cli/usage.ts');
    return fail(explainMistake(command.declaration, parsed.mistake), parsed.globals.json, screen);
  }
  const json = wantsJson(argv);
  if (way.to === 'unknown' && way.path.length === 0) {
    if (way.word === 'help') return follow([...way.words, '--help'], screen, loadHost, readAnswer);
    if (['--version', '-V', '-v'].includes(way.word))
      return follow(['version', ...way.words], screen, loadHost, readAnswer);
  }
  if (way.to === 'group' && (way.path.length === 0 || wantsHelp(way.words)))
    return explain(way.path, json, screen, readAnswer);
  const { explainRoute } = await import('../cli/usage.ts');
  return fail(explainRoute(way), json, screen);
}

async function runCommand(
  command: Command,
  { input, globals }: { input: Parameters<Command['run']>[0]; globals: Globals },
  screen: Screen,
  loadHost: LoadHost,
): Promise<number> {
  const emit: Context['emit'] = ({ document, text }) =>
    screen.out(globals.json ? renderDocument(document, [], false) : line(text));
  let problems: WiredContext['problems'] = () => [];
  let output: Output;
  try {
    if (command.declaration.contextless === true) output = await command.run(input, NO_CONTEXT);
    else {
      const [{ wireContext }, host] = await Promise.all([import('./context.ts'), loadHost()]);
      const wired = wireContext(host, globals, emit);
      problems = wired.problems;
      output = await command.run(input, wired.context);
    }
  } catch (error) {
    if (isClosedPipe(error)) return 0;
    if (!globals.json) screen.err(renderWarnings(problems()));
    return fail(toJitError(error), globals.json, screen);
  }
  const passedOver = output.tellsProblems === true ? [] : problems();
  const exit = output.exit ?? (output.streamed === true ? exitOfStream(screen) : 0);
  try {
    if (globals.json) {
      if (output.streamed !== true)
        screen.out(renderDocument(output.document, passedOver, screen.terminal.stdout));
    } else {
      screen.err(renderWarnings(passedOver));
      if (output.told !== undefined) screen.err(line(output.told));
      if (output.pieces !== undefined) for (const piece of output.pieces) screen.out(piece);
      else if (output.streamed !== true)
        screen.out(output.verbatim === true ? output.text : line(output.text));
      if (output.note !== undefined && screen.terminal.stderr) screen.err(line(output.note));
    }
  } catch (error) {
    if (isClosedPipe(error)) return exit;
    const { unprinted } = await import('./fail.ts');
    return fail(unprinted(error), globals.json, screen);
  }
  return exit;
}

/** A stream ends by itself, or because it was stopped; only then is it cut short. */
function exitOfStream(screen: Screen): number {
  const { aborted, reason } = screen.interruption();
  return aborted && typeof reason === 'number' ? reason : 0;
}

async function explain(
  path: readonly string[],
  json: boolean,
  screen: Screen,
  readAnswer: ReadAnswer,
): Promise<number> {
  if (json) {
    const { describeCommands } = await import('../cli/describe.ts');
    screen.out(renderDocument(await describeCommands(path), [], screen.terminal.stdout));
    return 0;
  }
  const columns = screen.terminal.stdout ? screen.terminal.columns : WIDEST;
  screen.out(
    (columns < WIDEST ? null : readAnswer(['help', ...path].join('-'))) ??
      (await (await import('../cli/help.ts')).renderHelp(path, columns)),
  );
  return 0;
}

async function fail(error: JitError, json: boolean, screen: Screen): Promise<number> {
  const failure = await import('./fail.ts');
  return failure.fail(error, json, screen);
}

const line = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

const isClosedPipe = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 'EPIPE';
