import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Declaration, Option } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { parse, spellings } from '../../src/cli/parse.ts';
import { readWithYargs } from '../support/yargs-reading.ts';

const RUNS = Number(process.env.JIT_PROVE_PARSE ?? 4000);

// A command line of somebody else's, behind `--`, is nothing that yargs knows.
const declarations = (await Promise.all(COMMANDS.map(async ({ load }) => (await load()).declaration))).filter(
  ({ positionals }) => positionals?.at(-1)?.type !== 'command',
);

/**
 * Where jit and yargs differ on purpose. Each says when a command line meets it; on all other lines
 * the two must agree. The table at the end shows one line of each.
 */
const DIFFERENCES: Readonly<Record<string, (line: Line) => boolean>> = {
  'yargs gives an empty value where the next word starts with -': ({ words, options }) =>
    words.some(
      (word, at) =>
        options.get(word)?.type !== 'boolean' && options.has(word) && /^-./.test(words[at + 1] ?? ''),
    ),
  'yargs reads the letters behind a short option as more options': ({ words }) =>
    words.some((word) => /^-[^-]./.test(word)),
  'yargs negates every option': ({ words }) => words.some((word) => word.startsWith('--no-')),
  'yargs lets a boolean have a value': ({ words, options }) =>
    words.some(
      (word, at) =>
        options.get(optionOf(word))?.type === 'boolean' &&
        (word.includes('=') || /^(true|false)$/.test(words[at + 1] ?? '')),
    ),
  'yargs lets a boolean be given twice, and the last one wins': ({ words, options }) => {
    const booleans = words
      .map((word) => options.get(word) ?? options.get(word.replace(/^--no-/, '--')))
      .filter((option) => option?.type === 'boolean');
    return new Set(booleans).size < booleans.length;
  },
  'jit knows values in any case, and synonyms': ({ words, options }) =>
    words.some((word) =>
      [...options.values()].some(
        ({ values, synonyms }) =>
          (values ?? []).some((value) => value !== word && plain(value) === plain(word)) ||
          Object.keys(synonyms ?? {}).some((written) => plain(word.split('=').at(-1)!) === plain(written)),
      ),
    ),
  'jit splits lists at commas before it looks at the values': ({ words }) =>
    words.some((word) => word.includes(',')),
  'jit explains instead of refusing when --help is there as well': ({ words }) =>
    words.some((word) => word === '--help' || word === '-h'),
  'yargs reads words a second time, as values of options': ({ words }) =>
    words.includes('-') ||
    (words.includes('--') && words.slice(words.indexOf('--')).some((word) => /^-./.test(word))),
  'yargs takes negative numbers for words': ({ words }) => words.some((word) => /^-\.?\d/.test(word)),
  'yargs lets a word replace the option of the same name': ({ words, options, declaration }) =>
    (declaration.positionals ?? []).some(({ name }) =>
      words.some(
        (word) => options.has(`--${name}`) && options.get(optionOf(word)) === options.get(`--${name}`),
      ),
    ),
};

const plain = (text: string): string => text.toLowerCase().replaceAll('-', '_');

/** `--title` of `--title=x`. */
const optionOf = (word: string): string => word.split('=')[0]!;

interface Line {
  readonly declaration: Declaration;
  readonly words: readonly string[];
  /** As written, with dashes. */
  readonly options: ReadonlyMap<string, Option>;
}

function lineOf(declaration: Declaration, words: readonly string[]): Line {
  const options = new Map<string, Option>();
  for (const [spelling, { option, negated }] of spellings(declaration)) {
    if (!negated) options.set(spelling.length === 1 ? `-${spelling}` : `--${spelling}`, option);
  }
  return { declaration, words, options };
}

const anyWord = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('A', 'B', '01ABCDEF', 'unit-tests', 'agent:w1', 'a=b', 'x y', '7', '-'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', ' ', 'true', 'false', 'a,b', '-x', '-5', '--', '1e3', 'constructor'),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
);

function valueFor(option: Option): fc.Arbitrary<string> {
  const right: Readonly<Partial<Record<Option['type'], fc.Arbitrary<string>>>> = {
    integer: fc.constantFrom('0', '5', '20', '-3'),
    duration: fc.constantFrom('0', '30s', '15m', '1h', '7d', '2w'),
  };
  const values = [...(option.values ?? []), ...Object.keys(option.synonyms ?? {})];
  const plausible =
    option.values !== undefined ? fc.constantFrom(...values) : (right[option.type] ?? anyWord);
  return fc.oneof({ weight: 6, arbitrary: plausible }, { weight: 1, arbitrary: anyWord });
}

function optionWords({ options }: Line): fc.Arbitrary<string[]> {
  const known = [...options].map(([written, option]): fc.Arbitrary<string[]> => {
    if (option.type === 'boolean') return fc.constantFrom([written], [written], [`--no-${written.slice(2)}`]);
    const long = written.startsWith('--');
    return valueFor(option).chain((value) =>
      fc.constantFrom(
        [written, value],
        [written, value],
        long ? [`${written}=${value}`] : [`${written}${value}`],
      ),
    );
  });
  const unknown: fc.Arbitrary<string[]> = fc.constantFrom<string[][]>(
    ['--nonsense'],
    ['--constructor', 'x'],
    ['--__proto__', 'x'],
    ['-Z'],
    ['--x=1'],
  );
  return fc.oneof(
    { weight: 12, arbitrary: fc.oneof<fc.Arbitrary<string[]>[]>(...known) },
    { weight: 1, arbitrary: unknown },
  );
}

const anyLine: fc.Arbitrary<Line> = fc.constantFrom(...declarations).chain((declaration) => {
  const line = lineOf(declaration, []);
  const expected = (declaration.positionals ?? []).map(({ values }) =>
    fc
      .oneof(
        { weight: 8, arbitrary: values === undefined ? anyWord : fc.constantFrom(...values) },
        { weight: 1, arbitrary: anyWord },
      )
      .map((word) => [word]),
  );
  return fc
    .tuple(
      fc.tuple(...expected),
      fc.array(
        fc.oneof(
          { weight: 7, arbitrary: optionWords(line) },
          { weight: 1, arbitrary: anyWord.map((word) => [word]) },
        ),
        {
          maxLength: 4,
        },
      ),
      fc.boolean(),
      fc.nat({ max: 9 }),
    )
    .map(([positionals, options, first, missing]) => {
      const words = (first ? [...positionals, ...options] : [...options, ...positionals]).flat();
      return lineOf(declaration, missing === 0 ? words.slice(0, -1) : words);
    });
});

describe('jit reads a command line as yargs does', () => {
  test('on every line without a named difference', { timeout: 180_000 }, async () => {
    let compared = 0;
    let right = 0;
    await fc.assert(
      fc.asyncProperty(anyLine, async (line) => {
        const ours = parse(line.declaration, line.words);
        if (Object.values(DIFFERENCES).some((meets) => meets(line))) return;
        const theirs = await readWithYargs(line.declaration, line.words);
        compared += 1;
        if ('wrong' in theirs) {
          expect(ours.verdict, `yargs: ${theirs.wrong}`).toBe('wrong');
          return;
        }
        right += 1;
        expect(ours).toMatchObject({ verdict: 'right' });
        if (ours.verdict !== 'right') return;
        const { json, dir, color } = ours.globals;
        const globals = {
          ...(json ? { json } : {}),
          ...(dir === undefined ? {} : { dir }),
          ...(color ? {} : { 'no-color': true }),
        };
        expect({ ...ours.input, ...globals }).toEqual(theirs.right);
      }),
      { numRuns: RUNS, seed: Number(process.env.JIT_PROVE_SEED ?? 7) },
    );
    // The comparison must not dry up because too many lines fall under a difference, or are nonsense.
    expect(compared).toBeGreaterThan(RUNS * 0.35);
    expect(right).toBeGreaterThan(RUNS * 0.1);
  });
});

describe('and differs where yargs has a trap', () => {
  const declaration: Declaration = {
    path: ['try'],
    summary: 'Try.',
    positionals: [{ name: 'who', type: 'string', description: 'Who.' }],
    options: {
      title: { type: 'text', alias: ['t'], description: 'Title.' },
      state: { type: 'string', values: ['done'], synonyms: { closed: 'done' }, description: 'State.' },
      tags: { type: 'string', many: true, values: ['a', 'b'], description: 'Tags.' },
      yes: { type: 'boolean', description: 'Yes.' },
      who: { type: 'string', description: 'Who, instead of the word.' },
    },
    reads: 'Nothing.',
    writes: 'Nothing.',
    examples: [],
    kinds: [],
  };
  const cases: readonly [
    keyof typeof DIFFERENCES,
    readonly string[],
    'wrong' | 'help' | Record<string, unknown>,
  ][] = [
    ['yargs gives an empty value where the next word starts with -', ['--title', '-x'], { title: '-x' }],
    ['yargs reads the letters behind a short option as more options', ['-tfoo'], { title: 'foo' }],
    ['yargs negates every option', ['--no-title'], 'wrong'],
    ['yargs lets a boolean have a value', ['--yes', 'true'], { yes: true, who: 'true' }],
    ['yargs lets a boolean be given twice, and the last one wins', ['--yes', '--no-yes'], 'wrong'],
    ['yargs reads words a second time, as values of options', ['--', '-x'], { who: '-x' }],
    ['yargs takes negative numbers for words', ['-5'], 'wrong'],
    ['yargs lets a word replace the option of the same name', ['--who', 'a', 'b'], 'wrong'],
    ['jit knows values in any case, and synonyms', ['--state', 'closed'], { state: 'done' }],
    ['jit splits lists at commas before it looks at the values', ['--tags', 'a,b'], { tags: ['a', 'b'] }],
    ['jit explains instead of refusing when --help is there as well', ['--help', '--nonsense'], 'help'],
  ];

  test.each(cases)('%s: %j', async (name, words, expected) => {
    expect(DIFFERENCES[name]!(lineOf(declaration, words)), 'the line is one of this kind').toBe(true);
    const ours = parse(declaration, words);
    if (typeof expected === 'string') expect(ours.verdict).toBe(expected);
    else expect(ours).toMatchObject({ verdict: 'right', input: expected });
    expect(await readWithYargs(declaration, words)).toMatchSnapshot();
  });

  test.each(['--constructor', '--__proto__', '--toString', '--no-constructor'])(
    '%s, which every object has, is no option for either',
    async (option) => {
      expect(parse(declaration, [option, 'x'])).toMatchObject({
        verdict: 'wrong',
        mistake: { type: 'unknown-option' },
      });
      expect(await readWithYargs(declaration, [option, 'x'])).toHaveProperty('wrong');
    },
  );

  test('every difference is shown', () => {
    expect(cases.map(([name]) => name).sort()).toEqual(Object.keys(DIFFERENCES).sort());
  });
});
