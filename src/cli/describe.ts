import { ERROR_CODES, type ErrorCode } from '../domain/errors.ts';
import type { Declaration, Option, Positional } from './command.ts';
import { COMMANDS, type Entry } from './commands.ts';
import { GLOBAL_OPTIONS } from './parse.ts';
import type { Document } from './print.ts';
import { usageLine } from './usage.ts';

/** Codes that any command may end with. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  ...(['INTERNAL', 'USAGE', 'UNKNOWN_VALUE', 'INTERRUPTED'] as const),
  // The current directory is gone.
  'FILE_NOT_FOUND',
];

/** The entries whose name, or one of whose other calls, starts with these words; hidden ones only by their whole name. */
export function findEntries(path: readonly string[]): readonly Entry[] {
  const start = path.join(' ');
  const whole = COMMANDS.filter(({ calls }) => calls.includes(start));
  if (whole.length > 0) return whole;
  return COMMANDS.filter(
    ({ calls, hidden }) =>
      hidden !== true && (start === '' || calls.some((call) => call.startsWith(`${start} `))),
  );
}

/** The document of `jit schema`: commands with their inputs, outputs and exit codes. */
export async function describeCommands(path: readonly string[]): Promise<Document> {
  const commands = await Promise.all(
    findEntries(path).map(async ({ load }) => describe((await load()).declaration)),
  );
  return {
    kind: 'schema',
    global_options: describeOptions(GLOBAL_OPTIONS),
    commands,
    exit_codes: Object.entries(ERROR_CODES).map(([code, { exit, retry }]) => ({ code, exit, retry })),
  };
}

/** Codes that any command may end with that reads the store, and those of any that writes it. */
const READING_ERRORS: readonly ErrorCode[] = ['NOT_INITIALIZED', 'CORRUPT_FILE', 'SCHEMA_TOO_NEW', 'IO'];
const WRITING_ERRORS: readonly ErrorCode[] = ['DISK_FULL', 'LOCK_TIMEOUT', 'REMOTE', 'GIT'];

/** Every code that a command may end with, its own first. */
export const errorsOf = ({ errors = [], storeless, writes }: Declaration): readonly ErrorCode[] => [
  ...new Set([
    ...errors,
    ...COMMON_ERRORS,
    ...(storeless === true ? [] : READING_ERRORS),
    ...(storeless === true || writes.startsWith('Nothing.') ? [] : WRITING_ERRORS),
  ]),
];

function describe(declaration: Declaration) {
  return {
    command: declaration.path.join(' '),
    aliases: (declaration.aliases ?? []).map((alias) => alias.join(' ')),
    summary: declaration.summary,
    description: declaration.description ?? null,
    usage: usageLine(declaration),
    positionals: (declaration.positionals ?? []).map(describePositional),
    options: describeOptions(declaration.options ?? {}),
    reads: declaration.reads,
    writes: declaration.writes,
    kinds: declaration.kinds,
    errors: errorsOf(declaration),
    examples: declaration.examples.map(([command, what]) => ({ command, what })),
  };
}

const describePositional = ({ name, description, type, required, many, values }: Positional) => ({
  name,
  description,
  type,
  required: required ?? false,
  many: many ?? false,
  values: values ?? null,
});

const describeOptions = (options: Readonly<Record<string, Option>>) =>
  Object.entries(options).map(([name, option]) => ({
    name: `--${name}`,
    aliases: (option.alias ?? []).map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`)),
    description: option.description,
    type: option.type,
    required: option.required ?? false,
    many: option.many ?? false,
    values: option.values ?? null,
    synonyms: option.synonyms ?? {},
    default: option.default ?? null,
  }));
