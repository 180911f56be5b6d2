import type { Declaration, Option, Positional } from '../../src/cli/command.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/parse.ts';
import { declareToYargs } from '../../src/cli/yargs-command.ts';
import { parseDuration } from '../../src/domain/duration.ts';

/** What yargs makes of a command line: the values by name, or why it refuses. */
export type Reading = { readonly right: Record<string, unknown> } | { readonly wrong: string };

/** Reads a command line with yargs, and its raw words as the declared types say. */
export async function readWithYargs(declaration: Declaration, words: readonly string[]): Promise<Reading> {
  try {
    const parser = declareToYargs(declaration, words).fail(false).showHelpOnFail(false);
    const argv: Record<string, unknown> = await parser.parseAsync();
    return { right: convertAll(declaration, argv, words) };
  } catch (error) {
    return { wrong: `${(error as Error).name}: ${(error as Error).message}` };
  }
}

function convertAll(
  declaration: Declaration,
  argv: Record<string, unknown>,
  words: readonly string[],
): Record<string, unknown> {
  // What is declared as a word and as an option of the same name is read as that which was written.
  const written = (name: string, { alias = [] }: Option): boolean =>
    words.some((word) => [name, ...alias].some((spelling) => word.split('=')[0] === `--${spelling}`));
  const declared: [string, Option | Positional][] = [
    ...(declaration.positionals ?? []).map((positional): [string, Positional] => [
      positional.name,
      positional,
    ]),
    ...Object.entries(declaration.options ?? {}).filter(
      ([name, option]) =>
        declaration.positionals?.every((positional) => positional.name !== name) !== false ||
        written(name, option),
    ),
    ...Object.entries(GLOBAL_OPTIONS),
  ];
  const values: Record<string, unknown> = {};
  for (const [name, of] of declared) {
    const raw = argv[name];
    const absent = raw === undefined || (Array.isArray(raw) && raw.length === 0);
    if (!absent)
      values[name] = convert(of, raw, declaration.positionals?.includes(of as Positional) === true);
  }
  return values;
}

function convert(of: Option | Positional, raw: unknown, isWord: boolean): unknown {
  if (of.type === 'boolean') return raw;
  if (of.many === true) {
    const parts = (Array.isArray(raw) ? raw : [raw]).map(String);
    const split =
      isWord || of.type === 'text' ? parts : parts.flatMap((part) => part.split(',').map((x) => x.trim()));
    return split.map((part) => convertOne(of, part));
  }
  if (Array.isArray(raw)) throw new Error('given twice');
  return typeof raw === 'string' ? convertOne(of, raw) : raw;
}

function convertOne({ type }: Option | Positional, text: string): unknown {
  if (text.trim() === '') throw new Error('empty');
  if (type === 'id') return text.trim();
  if (type === 'integer') {
    if (!/^-?\d{1,15}$/.test(text)) throw new Error('not a whole number');
    return Number(text);
  }
  if (type !== 'duration') return text;
  const duration = parseDuration(text);
  if (duration === undefined) throw new Error('not a duration');
  return duration;
}
