import type { Declaration, Option } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { COMMON_ERRORS, errorsOf } from '../../src/cli/describe.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/parse.ts';
import { usageLine } from '../../src/cli/usage.ts';
import { ERROR_CODES, type ErrorCode } from '../../src/domain/errors.ts';

const HEAD = `# The command line

<!-- Made from the declarations of the commands by \`npm run docs\`. Do not edit. -->

## How to write it

- \`jit NOUN VERB\`. What is typed all day has a short form: \`jit list\` is \`jit issue list\`.
- Options: \`--name value\`, \`--name=value\`, \`-n value\`, \`-nvalue\`. Flags are turned off with \`--no-name\`. Options and words may mix.
- A value may start with \`-\`, unless it is exactly an option of the command: then write \`--name=value\`. Words that start with \`-\` stand behind \`--\`.
- An option marked *several* may be repeated, and takes values separated by commas. Any other option is given once.
- An issue is named by its id, or by four or more characters of its start or end, in any case.
- Durations: \`500ms\`, \`30s\`, \`15m\`, \`1h\`, \`7d\`, \`2w\`.
- An empty value is refused: it is nearly always an unset shell variable.
- The store is the nearest \`.jit\` upwards. \`--dir PATH\` and \`JIT_DATA_DIR\` name another.
- \`NO_COLOR\` and \`--no-color\` turn colour off. \`JIT_DEBUG=1\` shows where an error came from.
- Compiled code is kept in \`~/.cache/jit-tracker\` (or \`XDG_CACHE_HOME\`), so that the next command starts faster. \`JIT_NO_CODE_CACHE=1\` keeps and uses none.
- What was read of issues is kept in \`.jit/local/cache\`. \`--no-index\` and \`JIT_INDEX=never\` do without; \`JIT_INDEX=always\` keeps it of fewer than 32 issues, too.

## What programs read

With \`--json\` every command prints exactly one JSON document on stdout, with \`schema_version\` and \`kind\`, and nothing on
stderr. \`schemas/output/\` has a JSON Schema for each kind. What had to be passed over (a file that cannot be read) is listed in
\`warnings\`; without \`--json\` it goes to stderr. Streams print one document a line.

A failure prints nothing on stdout and one line on stderr:

\`\`\`json
{"schema_version":1,"kind":"error","error":{"code":"USAGE","message":"…","details":{},"hint":"…","retry":"other"}}
\`\`\`

\`retry\` says what a caller may do: \`same\` the same again, \`other\` something else, \`stop\` nothing. Where a rule refuses,
\`details.reasons\` lists every reason.

`;

const EXITS: Readonly<Record<number, string>> = {
  0: 'done, or already so; an empty list',
  1: 'a bug in jit',
  2: 'the command line is wrong',
  3: 'what was named is not there',
  4: 'a rule refuses it',
  5: 'nothing to do',
  6: 'somebody else was first',
  7: 'the store cannot be read or written',
  8: 'something outside failed',
  130: 'interrupted',
};

/** The whole of docs/cli.md. */
export async function renderCliDocs(): Promise<string> {
  const declarations = await Promise.all(
    COMMANDS.filter(({ hidden }) => hidden !== true).map(async ({ load }) => (await load()).declaration),
  );
  return [
    HEAD,
    renderExits(),
    '## Every command takes\n\n',
    renderOptions(GLOBAL_OPTIONS),
    '\n## Commands\n\n',
    ...declarations.map(
      (each) => `- [\`${nameOf(each)}\`](#${nameOf(each).replaceAll(' ', '-')}): ${cell(each.summary)}\n`,
    ),
    ...declarations.map(renderCommand),
  ].join('');
}

const nameOf = ({ path }: Declaration): string => `jit ${path.join(' ')}`;

function renderExits(): string {
  const rows = Object.entries(EXITS).map(([exit, meaning]) => {
    const codes = (Object.keys(ERROR_CODES) as ErrorCode[]).filter(
      (code) => ERROR_CODES[code].exit === Number(exit),
    );
    return `| ${exit} | ${meaning} | ${codes.map((code) => `\`${code}\``).join(' ')} |\n`;
  });
  return `| exit | meaning | \`code\` |\n|---|---|---|\n${rows.join('')}\n`;
}

function renderCommand(declaration: Declaration): string {
  const { summary, description, aliases, positionals, options, reads, writes, kinds, examples } = declaration;
  const words = (positionals ?? []).map(
    ({ name, description: what, values }) =>
      `| \`${name.toUpperCase()}\` | ${cell(what)}${oneOf(values)} |\n`,
  );
  const own = declaration.errors ?? [];
  const errors = errorsOf(declaration).filter((code) => own.includes(code) || !COMMON_ERRORS.includes(code));
  return [
    `\n### ${nameOf(declaration)}\n\n${cell(summary)}${description === undefined ? '' : ` ${cell(description)}`}\n\n`,
    `\`\`\`\n${usageLine(declaration)}\n\`\`\`\n\n`,
    aliases === undefined ? '' : `Also ${aliases.map((call) => `\`jit ${call.join(' ')}\``).join(', ')}.\n\n`,
    words.length === 0 ? '' : `| word | |\n|---|---|\n${words.join('')}\n`,
    options === undefined ? '' : `${renderOptions(options)}\n`,
    `Reads: ${cell(reads)}<br>\nWrites: ${cell(writes)}<br>\n`,
    `Prints: ${kinds.map((kind) => `\`${kind}\``).join(' ')}<br>\n`,
    `Errors: ${errors.length === 0 ? 'only those of every command.' : errors.map((code) => `\`${code}\``).join(' ')}\n\n`,
    `\`\`\`sh\n${examples.map(([command, what]) => `${command}   # ${what}\n`).join('')}\`\`\`\n`,
  ].join('');
}

function renderOptions(options: Readonly<Record<string, Option>>): string {
  const rows = Object.entries(options).map(([name, option]) => {
    const written = option.default === true ? `no-${name}` : name;
    const spellings = [written, ...(option.default === true ? [] : (option.alias ?? []))].map(
      (spelling) => `\`${spelling.length === 1 ? '-' : '--'}${spelling}\``,
    );
    const value = option.type === 'boolean' ? '' : ` ${option.placeholder ?? option.type.toUpperCase()}`;
    const notes = [
      option.many === true ? '*several*' : '',
      option.required === true ? '*required*' : '',
      option.default === undefined || option.type === 'boolean' ? '' : `Default \`${option.default}\`.`,
    ].filter((note) => note !== '');
    return `| ${spellings.join(' ')}${value} | ${cell([option.description, ...notes].join(' '))}${oneOf(option.values)} |\n`;
  });
  return `| option | |\n|---|---|\n${rows.join('')}`;
}

const oneOf = (values: readonly string[] | undefined): string =>
  values === undefined ? '' : ` One of ${values.map((value) => `\`${value}\``).join(', ')}.`;

/** A text inside a table, or at the start of a line. */
const cell = (text: string): string =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
