import type { Argv } from 'yargs';
import yargs from 'yargs/yargs';
import type { Declaration, Option, Positional } from './command.ts';
import { GLOBAL_OPTIONS } from './parse.ts';

/** A yargs without the conveniences that would act on their own: no exit, no output, no locale, no built-in options. */
export const bareYargs = (words: readonly string[], name: string, width: number): Argv =>
  yargs([...words], '/')
    .scriptName(name)
    .locale('en')
    .help(false)
    .version(false)
    .exitProcess(false)
    .wrap(width)
    .parserConfiguration({
      'boolean-negation': true,
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': true,
      'flatten-duplicate-arrays': true,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'strip-aliased': true,
    });

/**
 * One declared command as yargs understands it: its positionals, its options and those of every command.
 * `nameWord` says how positionals are called; in help they must not collide with options of the same name.
 */
export function declareToYargs(
  declaration: Declaration,
  words: readonly string[],
  width = 100,
  nameWord: (name: string) => string = (name) => name,
): Argv {
  const positionals = (declaration.positionals ?? []).map((each) => ({ ...each, name: nameWord(each.name) }));
  const pattern = positionals.map(({ name, required, many }) => {
    const dots = many === true ? '..' : '';
    return required === true ? `<${name}${dots}>` : `[${name}${dots}]`;
  });
  return bareYargs(words, `jit ${declaration.path.join(' ')}`, width).command(
    ['$0', ...pattern].join(' '),
    false,
    (command) => {
      for (const positional of positionals) declarePositional(command, positional);
      for (const [name, option] of Object.entries(declaration.options ?? {}))
        declareOption(command, name, option, 'Options:');
      for (const [name, option] of Object.entries(GLOBAL_OPTIONS)) {
        declareOption(command, name, option, 'Every command has:');
      }
      return command.strict();
    },
    () => {},
  );
}

function declarePositional(command: Argv, { name, description, values }: Positional): void {
  command.positional(name, {
    describe: description,
    type: 'string',
    ...(values === undefined ? {} : { choices: values }),
  });
}

function declareOption(command: Argv, name: string, option: Option, group: string): void {
  const { description, alias, type, values, many, required } = option;
  command.option(name, {
    describe: description,
    type: type === 'boolean' ? 'boolean' : 'string',
    ...(alias === undefined ? {} : { alias }),
    ...(many === true ? { array: true } : {}),
    ...(values === undefined ? {} : { choices: values }),
    ...(option.default === undefined ? {} : { default: option.default }),
    ...(required === true ? { demandOption: true } : {}),
    ...(type === 'boolean' ? {} : { requiresArg: true }),
    group,
  });
}
