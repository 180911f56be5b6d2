import { JitError } from '../domain/errors.ts';
import { findNearest, findNearestValue, hintValues, type Synonyms } from '../domain/suggest.ts';
import type { Declaration } from './command.ts';
import type { Mistake } from './mistake.ts';
import { spellings } from './parse.ts';
import { listCalls, type Route } from './route.ts';

/** Says what is wrong with a command line, and what was probably meant. */
export function explainMistake(declaration: Declaration, mistake: Mistake): JitError {
  const command = `jit ${declaration.path.join(' ')}`;
  const help = `${command} --help shows what it takes`;
  const usage = (message: string, hint: string, details: Readonly<Record<string, unknown>> = {}) =>
    new JitError('USAGE', message, { details: { command: declaration.path.join(' '), ...details }, hint });

  switch (mistake.type) {
    case 'unknown-option': {
      const { option } = mistake;
      const near = option.length > 3 ? findNearest(option, longOptions(declaration)) : undefined;
      return usage(
        `unknown option ${option} for ${command}`,
        near === undefined ? `${help}; words that start with - go after --` : `did you mean ${near}?`,
        { option, ...(near === undefined ? {} : { nearest: near }) },
      );
    }
    case 'missing-value': {
      const { option, next } = mistake;
      const hint =
        next === undefined || next === '--'
          ? help
          : `if ${next} is meant as the value, write ${option}${option.startsWith('--') ? '=' : ''}${next}`;
      return usage(`option ${option} needs a value`, hint, { option });
    }
    case 'unexpected-value':
      return usage(`option ${mistake.option} takes no value`, help, { ...pick(mistake, 'option', 'value') });
    case 'repeated':
      return usage(`option ${mistake.option} is given twice`, `give ${mistake.option} once`, {
        option: mistake.option,
      });
    case 'missing':
      return usage(`missing ${mistake.what}`, usageLine(declaration), { missing: mistake.what });
    case 'surplus':
      return usage(`unexpected argument ${JSON.stringify(mistake.word)}`, usageLine(declaration), {
        value: mistake.word,
      });
    case 'empty':
      return usage(
        `the value of ${mistake.what} is empty`,
        'an unset shell variable gives an empty argument',
        pick(mistake, 'what'),
      );
    case 'not-integer':
      return usage(
        `${mistake.what} must be a whole number, not ${JSON.stringify(mistake.value)}`,
        help,
        pick(mistake, 'what', 'value'),
      );
    case 'not-duration':
      return usage(
        `${mistake.what} must be a duration, not ${JSON.stringify(mistake.value)}`,
        'write a number and a unit: 30s, 15m, 1h, 7d or 2w',
        pick(mistake, 'what', 'value'),
      );
    case 'unknown-value':
      return refuseValue(mistake.what, mistake.value, mistake.values, mistake.synonyms);
  }
}

/** UNKNOWN_VALUE with the valid values, the other words that are taken for them, and the nearest of all. */
export function refuseValue(
  what: string,
  value: string,
  values: readonly string[],
  synonyms?: Synonyms,
): JitError {
  const nearest = findNearestValue(value, values, synonyms);
  return new JitError('UNKNOWN_VALUE', `${what} cannot be ${JSON.stringify(value)}`, {
    details: {
      what,
      value,
      values,
      ...(synonyms === undefined ? {} : { synonyms }),
      ...(nearest === undefined ? {} : { nearest }),
    },
    hint: hintValues(nearest, values, synonyms),
  });
}

/** Says why a command line leads to no command. */
export function explainRoute(route: Route & { readonly to: 'unknown' | 'refused' | 'group' }): JitError {
  if (route.to === 'refused') {
    return new JitError('USAGE', `jit ${route.call} is not a command`, {
      details: { command: route.call },
      hint: route.hint,
    });
  }
  const start = route.path.map((word) => `${word} `).join('');
  const next = nextWords(start);
  if (route.to === 'group') {
    return new JitError('USAGE', `jit ${start.trim()} needs a verb`, {
      details: { command: start.trim(), values: next },
      hint: `one of: ${next.join(', ')}`,
    });
  }
  if (route.word.startsWith('-')) {
    return new JitError('USAGE', `unknown option ${route.word} before the command`, {
      details: { option: route.word },
      hint: 'options of a command stand after its name; jit --help lists the commands',
    });
  }
  const near = findNearest(route.word, next);
  const elsewhere = near === undefined ? findCallThatEndsWith(route.word) : undefined;
  const suggestion = near === undefined ? elsewhere : `${start}${near}`;
  const list = start === '' ? 'jit --help lists the commands' : `one of: ${next.join(', ')}`;
  return new JitError('USAGE', `unknown command: jit ${start}${route.word}`, {
    details: {
      command: `${start}${route.word}`,
      ...(suggestion === undefined ? {} : { nearest: suggestion }),
      ...(start === '' ? {} : { values: next }),
    },
    hint: suggestion === undefined ? list : `did you mean jit ${suggestion}?`,
  });
}

/** `jit issue claim ID [WHO] [options]`. */
export function usageLine(declaration: Declaration): string {
  const words = ['jit', ...declaration.path];
  let command = '';
  for (const { name, type, required, many } of declaration.positionals ?? []) {
    if (type === 'command') {
      command = ` -- ${name.toUpperCase()}...`;
      continue;
    }
    const shown = `${name.toUpperCase()}${many === true ? '...' : ''}`;
    words.push(required === true ? shown : `[${shown}]`);
  }
  for (const [name, option] of Object.entries(declaration.options ?? {})) {
    if (option.required === true) words.push(`--${name} ${option.placeholder ?? option.type.toUpperCase()}`);
  }
  return `${words.join(' ')} [options]${command}`;
}

/**
 * The words that may follow these, in the order of the registry. `start` is empty or ends with a space. After what is a command
 * itself, such as `claim`, only names are offered, and no other ways to call what has a name elsewhere.
 */
export function nextWords(start: string): readonly string[] {
  const words = new Set<string>();
  const { calls } = listCalls();
  const ofCommand = calls.has(start.trim());
  for (const [call, entry] of calls) {
    if (ofCommand && call !== entry.calls[0]) continue;
    if (entry.hidden !== true && call.startsWith(start)) words.add(call.slice(start.length).split(' ')[0]!);
  }
  return [...words];
}

function findCallThatEndsWith(word: string): string | undefined {
  for (const [call, entry] of listCalls().calls) {
    if (entry.hidden !== true && call.endsWith(` ${word}`)) return call;
  }
  return undefined;
}

const longOptions = (declaration: Declaration): readonly string[] =>
  [...spellings(declaration).keys()].filter((name) => name.length > 1).map((name) => `--${name}`);

const pick = (mistake: Mistake, ...keys: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(mistake).filter(([key]) => keys.includes(key)));
