import type { ErrorCode } from '../domain/errors.ts';
import type { Context } from './context.ts';

/**
 * What a word on the command line must be.
 * `id`: an issue, full or abbreviated (resolved by the command, completed live). `ids` of one option are separated by commas, and the option may repeat.
 * `integer` and `duration` arrive as numbers; a duration is written `30s`, `15m`, `1h`, `7d`, `2w` or `0`, and arrives in milliseconds.
 * `text` is prose: with `many` it is not split at commas.
 * `command`, which only the last positional can be, is the words behind `--`: a command line of the user's, taken as it is.
 */
export type ValueType =
  | 'string'
  | 'text'
  | 'integer'
  | 'boolean'
  | 'duration'
  | 'id'
  | 'gate'
  | 'path'
  | 'command';

export interface Positional {
  readonly name: string;
  readonly description: string;
  readonly type: ValueType;
  readonly required?: boolean;
  /** Takes all words that remain. */
  readonly many?: boolean;
  /** The only values allowed. */
  readonly values?: readonly string[];
}

export interface Option {
  readonly description: string;
  readonly type: ValueType;
  /** Other spellings, one character for short ones, without dashes. */
  readonly alias?: readonly string[];
  /** The only values allowed; case does not matter, nor does `-` for `_`. */
  readonly values?: readonly string[];
  /** Accepted spellings of values: what is written → what is meant, for example `p0` → `critical`. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** May be repeated, and holds several values separated by commas. */
  readonly many?: boolean;
  /** Stands in `Input` when the option is not given. */
  readonly default?: string | number | boolean;
  readonly required?: boolean;
  /** What a value is called in help, for example `DURATION`. */
  readonly placeholder?: string;
}

/**
 * The declaration of a command: the router, yargs, `jit schema`, the completion and docs/cli.md are made from it.
 * Options are named in kebab case, and arrive in `Input` under that name.
 */
export interface Declaration {
  /** The words that call it, for example `['issue', 'claim-next']`. */
  readonly path: readonly string[];
  /** Other ways to call it, for example `[['claim-next']]`. */
  readonly aliases?: readonly (readonly string[])[];
  /** One sentence. */
  readonly summary: string;
  /** What else a user must know, in plain short sentences; shown below the summary. */
  readonly description?: string;
  readonly positionals?: readonly Positional[];
  readonly options?: Readonly<Record<string, Option>>;
  /** Options that every command has (`json`, `dir`, `no-color`, `no-index`, `help`) are not repeated here. */
  readonly reads: string;
  readonly writes: string;
  /** It asks nothing of its context, which is then not made: it starts faster. */
  readonly contextless?: true;
  /** It opens no store, so that nothing of a store can go wrong. */
  readonly storeless?: true;
  /** Codes it ends with besides those that any command may end with. */
  readonly errors?: readonly ErrorCode[];
  /** Two, as one would type them. */
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** The kinds of JSON document it prints; `schemas/output/<kind>.schema.json` describes each. */
  readonly kinds: readonly string[];
}

type Value = string | number | boolean | readonly string[] | undefined;

/** The parsed and checked command line: positionals and options by name; what was not given is absent. */
export type Input = Readonly<Record<string, Value>>;

/** What a command answers: a document for machines, and the same for people. */
export interface Output {
  /** Printed with `--json`; `schema_version` is added by the surface, `warnings` too when there are any. */
  readonly document: { readonly kind: string; readonly [field: string]: unknown };
  /** What is printed without `--json`, to stdout; must be safe for a terminal (see render/). */
  readonly text: string;
  /** Printed in place of the text, piece by piece, as they are: for what may be too long for one. */
  readonly pieces?: Iterable<string>;
  /** A sentence for people, printed to stderr when that is a terminal. */
  readonly note?: string;
  /** What is printed to stderr without `--json`, whether or not that is a terminal: stdout belongs to git (its drivers). */
  readonly told?: string;
  /** The text is that of a file: it is printed without a newline that it does not end with. */
  readonly verbatim?: true;
  /** Everything was printed by `context.emit`: the document and the text are not. */
  readonly streamed?: true;
  /** The document tells itself what the store had to pass over: it is not told again as warnings (validate, doctor). */
  readonly tellsProblems?: true;
  /** Exit code when it is not 0, although there is a document (validate, doctor). */
  readonly exit?: number;
}

export interface Command {
  readonly declaration: Declaration;
  run(input: Input, context: Context): Promise<Output>;
}
