import { ref } from '../../domain/issue.ts';
import { safeLine } from '../../render/terminal-text.ts';
import type { Declaration, Input, Option, Output, Positional } from '../command.ts';
import type { Context } from '../context.ts';
import { listCalls } from '../route.ts';
import { nextWords } from '../usage.ts';
import { type Expectation, expectNext, findNamed } from './expectation.ts';
import { splitLine } from './split-line.ts';

export const declaration: Declaration = {
  path: ['completion', 'candidates'],
  summary: 'List what may follow on an unfinished command line: what the completion scripts call.',
  description:
    'One candidate a line: the word, a tab, what it means. A line with :files alone asks the shell to offer files as well.',
  positionals: [
    {
      name: 'words',
      type: 'string',
      many: true,
      description: 'The finished words after jit, and behind them a + with the word that is being typed.',
    },
  ],
  options: {
    line: {
      type: 'string',
      placeholder: 'LINE',
      description: 'The whole line up to the cursor, instead of words.',
    },
  },
  reads: 'Issues and gates, where one may be named.',
  writes: 'Nothing.',
  examples: [
    ["jit completion candidates --line 'jit issue cl'", 'verbs that start with cl'],
    ['jit completion candidates -- issue claim +', 'issues to claim'],
  ],
  kinds: ['completion-candidates'],
};

/** word and meaning */
type Candidate = readonly [string, string];

/** More would not be read. */
const MOST_ISSUES = 200;

export async function run({ line, words }: Input, context: Context): Promise<Output> {
  const given = line === undefined ? readWords(words as readonly string[]) : splitLine(line as string);
  const typed = given.at(-1) ?? '';
  const finished = given.slice(0, -1);
  const named = await findNamed(finished);
  const expected = expectNext(finished, named, typed);
  const found: Candidate[] = await listCandidates(expected, context);
  // `jit completion` is a command, and also the noun of others.
  if (named !== null) {
    const after = nextWords(`${finished.join(' ')} `);
    found.push(...after.map((word) => [word, ''] as const));
  }
  const start = expected.what === 'value' ? expected.typed : typed;
  const candidates = found.filter(([word]) => word.toUpperCase().startsWith(start.toUpperCase()));
  const prefix = expected.what === 'value' ? expected.prefix : '';
  const files = expected.what === 'value' && expected.of.type === 'path';
  const shown = candidates.map(([word, meaning]) => ({ word: prefix + word, meaning }));
  return {
    document: { kind: 'completion-candidates', candidates: shown, files },
    text: [
      ...shown.map(({ word, meaning }) => (meaning === '' ? word : `${word}\t${safeLine(meaning)}`)),
      ...(files ? [':files'] : []),
    ].join('\n'),
  };
}

/** The word that is typed comes behind a `+`, because it may be empty, and an empty argument is a mistake elsewhere. */
const readWords = (words: readonly string[] = ['+']): readonly string[] => [
  ...words.slice(0, -1),
  words.at(-1)!.replace(/^\+/, ''),
];

async function listCandidates(expected: Expectation, context: Context): Promise<Candidate[]> {
  switch (expected.what) {
    case 'nothing':
      return [];
    case 'command':
      return listWords(expected.path);
    case 'option':
      return Object.entries(expected.options).flatMap(([name, option]) => listSpellings(name, option));
    case 'value':
      return listValues(expected.of, expected.typed, context);
  }
}

async function listWords(path: readonly string[]): Promise<Candidate[]> {
  const { calls } = listCalls();
  const start = path.map((word) => `${word} `).join('');
  return Promise.all(
    nextWords(start).map(async (word): Promise<Candidate> => {
      const entry = calls.get(start + word);
      return [word, entry === undefined ? '' : (await entry.load()).declaration.summary];
    }),
  );
}

/** What is on by default is only ever turned off. */
const listSpellings = (name: string, { description, default: value }: Option): Candidate[] => [
  [value === true ? `--no-${name}` : `--${name}`, description],
];

async function listValues(of: Option | Positional, typed: string, context: Context): Promise<Candidate[]> {
  if (of.values !== undefined) return of.values.map((value) => [value, '']);
  if ((of.type !== 'id' && of.type !== 'gate') || context.place() === null) return [];
  return context.session().store.read(async (view): Promise<Candidate[]> => {
    if (of.type === 'gate') return Object.values(await view.gates()).map(({ key, title }) => [key, title]);
    const wanted = typed.toUpperCase();
    const { rows } = await view.select({ where: { op: 'is', what: 'open' } });
    return rows
      .map(({ issue: { id, title } }): Candidate => [ref(id).startsWith(wanted) ? ref(id) : id, title])
      .filter(([word]) => word.startsWith(wanted))
      .slice(0, MOST_ISSUES);
  });
}
