import { ERROR_CODES } from '../domain/errors.ts';
import type { Declaration } from './command.ts';
import { errorsOf, findEntries } from './describe.ts';
import { OVERVIEW } from './overview.ts';
import { placeholderOf } from './parse.ts';
import { listCalls } from './route.ts';
import { usageLine } from './usage.ts';
import { WIDEST } from './width.ts';
import { bareYargs, declareToYargs } from './yargs-command.ts';

export { listCalls, WIDEST };

/** Everything that help explains, by the words: jit itself, every noun, and every command by its own name. */
export function listHelpPaths(): readonly (readonly string[])[] {
  const { calls, groups } = listCalls();
  const names = new Set([...groups, ...[...calls.values()].map((entry) => entry.calls[0]!)]);
  return [[], ...[...names].map((name) => name.split(' '))];
}

/** The help of a command, of a noun (its verbs), or of everything. `columns` is the width of the terminal. */
export async function renderHelp(path: readonly string[], columns: number): Promise<string> {
  const width = Math.min(columns, WIDEST);
  if (path.length === 0) return renderOverview();
  const entry = listCalls().calls.get(path.join(' '));
  const help =
    entry === undefined
      ? await renderNoun(path, width)
      : await renderCommand((await entry.load()).declaration, width);
  return `${help}\n`;
}

async function renderCommand(declaration: Declaration, width: number): Promise<string> {
  const { summary, description, aliases, reads, writes, examples } = declaration;
  const also = (aliases ?? []).map((alias) => `jit ${alias.join(' ')}`).join(', ');
  const exits = new Map<number, string[]>([[0, ['done']]]);
  for (const code of errorsOf(declaration)) {
    const { exit } = ERROR_CODES[code];
    exits.set(exit, [...(exits.get(exit) ?? []), code]);
  }
  const exitLines = [...exits]
    .sort(([a], [b]) => a - b)
    .map(([exit, codes]) => `  ${String(exit).padStart(3)}  ${codes.join(', ')}`);
  const help = await declareToYargs(declaration, [], width, placeholderOf).getHelp();
  const head = [summary, ...(description === undefined ? [] : ['', description])].join('\n');
  // yargs begins with a usage line that does not say that there are options.
  const rest = help.replace(/^.*\n/, '');
  return [
    wrap(head, width),
    '',
    `Usage: ${usageLine(declaration)}`,
    rest,
    '',
    ...renderExamples(examples, width),
    '',
    wrap(`Reads: ${reads}\nWrites: ${writes}`, width),
    'Exit codes:',
    ...exitLines,
    ...(also === '' ? [] : ['', `Also: ${also}`]),
  ].join('\n');
}

/** Beside each command what it does, or below where one line has no room for both. A command is never broken: it is to be copied. */
function renderExamples(examples: Declaration['examples'], width: number): readonly string[] {
  const longest = Math.max(...examples.map(([command]) => command.length));
  const fits = examples.every(([, what]) => 2 + longest + 2 + what.length <= width);
  return [
    'Examples:',
    ...examples.flatMap(([command, what]) =>
      fits ? [`  ${command.padEnd(longest)}  ${what}`] : [`  ${command}`, wrap(what, width - 6, '      ')],
    ),
  ];
}

async function renderNoun(path: readonly string[], width: number): Promise<string> {
  const noun = path.join(' ');
  const parser = bareYargs([], `jit ${noun}`, width).usage('Usage: $0 VERB [options]').showHidden(false);
  for (const { load } of findEntries(path)) {
    const { declaration } = await load();
    const own = [declaration.path, ...(declaration.aliases ?? [])].find(
      (call) => call.slice(0, path.length).join(' ') === noun,
    )!;
    const words = (declaration.positionals ?? []).map(({ name, required }) =>
      required ? `<${name}>` : `[${name}]`,
    );
    parser.command([...own.slice(path.length), ...words].join(' '), declaration.summary);
  }
  return `${await parser.epilogue(`jit ${noun} VERB --help explains one of them.`).getHelp()}`;
}

/** One screen: what there is, by purpose. No command has to be loaded. */
function renderOverview(): string {
  const columns = [0, 1].map((column) =>
    Math.max(
      ...OVERVIEW.map(([purpose, calls]) =>
        column === 0 ? purpose.length : Math.max(...calls.map(([call]) => call.length)),
      ),
    ),
  );
  const rows = OVERVIEW.flatMap(([purpose, calls]) =>
    calls.map(([call, what], i) =>
      [(i === 0 ? purpose : '').padEnd(columns[0]!), call.padEnd(columns[1]!), what].join('  '),
    ),
  );
  return `${[
    'jit: issues, gates and claims for many workers on one git repository',
    '',
    'Usage: jit COMMAND [options]      jit COMMAND --help explains one',
    '',
    ...rows,
    '',
    `Nouns: ${NOUNS.join(' ')}; jit NOUN --help lists the verbs of one.`,
    'Every command takes --json, --dir PATH, --no-color, --no-index and --help.',
  ].join('\n')}\n`;
}

const NOUNS = ['issue', 'dep', 'gate', 'lease', 'graph', 'query', 'events', 'config'];

/** Breaks lines at spaces. `width` counts without the indent. */
function wrap(text: string, width: number, indent = ''): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const lines = [''];
      for (const word of line.split(' ')) {
        const last = lines.length - 1;
        const longer = lines[last] === '' ? word : `${lines[last]} ${word}`;
        if (longer.length > width && lines[last] !== '') lines.push(word);
        else lines[last] = longer;
      }
      return lines;
    })
    .map((line) => (line === '' ? '' : indent + line))
    .join('\n');
}
