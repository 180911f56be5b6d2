import { describe, expect, test } from 'vitest';
import type { Declaration } from '../../src/cli/command.ts';
import type { Mistake } from '../../src/cli/mistake.ts';
import { type Parsed, parse } from '../../src/cli/parse.ts';
import { explainMistake } from '../../src/cli/usage.ts';

const declaration: Declaration = {
  path: ['issue', 'make'],
  summary: 'Make.',
  positionals: [
    { name: 'id', type: 'id', required: true, description: 'Which.' },
    { name: 'rest', type: 'string', many: true, description: 'More.' },
  ],
  options: {
    title: { type: 'text', alias: ['t'], description: 'Title.' },
    label: { type: 'string', alias: ['l', 'add-label'], many: true, description: 'Labels.' },
    note: { type: 'text', many: true, description: 'Notes.' },
    limit: { type: 'integer', alias: ['n'], description: 'How many.' },
    ttl: { type: 'duration', description: 'How long.' },
    state: {
      type: 'string',
      values: ['in_progress', 'done'],
      synonyms: { closed: 'done' },
      description: 'State.',
    },
    gates: { type: 'boolean', default: true, description: 'Gates.' },
    yes: { type: 'boolean', alias: ['y'], description: 'Yes.' },
    quick: { type: 'boolean', alias: ['q'], description: 'Quick.' },
  },
  reads: 'Nothing.',
  writes: 'Nothing.',
  examples: [],
  kinds: [],
};

const read = (...words: string[]): Parsed => parse(declaration, words);

function input(...words: string[]): unknown {
  const parsed = read(...words);
  if (parsed.verdict !== 'right') throw new Error(JSON.stringify(parsed));
  return parsed.input;
}

function mistake(...words: string[]): Mistake {
  const parsed = read(...words);
  if (parsed.verdict !== 'wrong') throw new Error(`${JSON.stringify(words)} is ${parsed.verdict}`);
  return parsed.mistake;
}

describe('what is right', () => {
  test.each<[string[], Record<string, unknown>]>([
    [['A'], {}],
    [['A', '--title', 'x'], { title: 'x' }],
    [['A', '--title=x'], { title: 'x' }],
    [['A', '--title=a=b'], { title: 'a=b' }],
    [['-t', 'x', 'A'], { title: 'x' }],
    [['-tx', 'A'], { title: 'x' }],
    [['-t=x', 'A'], { title: 'x' }],
    [['A', '--title', '-x'], { title: '-x' }],
    [['A', '-t', '-foo'], { title: '-foo' }],
    [['A', '-t', '-'], { title: '-' }],
    [['A', '--title', '--unheard-of'], { title: '--unheard-of' }],
    [['A', '--title=--yes'], { title: '--yes' }],
    [['A', '-l', 'a', '--label', 'b, c', '--add-label=d'], { label: ['a', 'b', 'c', 'd'] }],
    [['A', '--note', 'a, b', '--note', 'c'], { note: ['a, b', 'c'] }],
    [['A', '-n', '-5'], { limit: -5 }],
    [['A', '-n5'], { limit: 5 }],
    [['A', '--ttl', '15m'], { ttl: 900_000 }],
    [['A', '--ttl', '0'], { ttl: 0 }],
    [['A', '--state', 'In-Progress'], { state: 'in_progress' }],
    [['A', '--state', 'CLOSED'], { state: 'done' }],
    [['A', '--no-gates'], { gates: false }],
    [['A', '--gates'], {}],
    [['A', '--yes=true', '--quick=false'], { yes: true, quick: false }],
    [['A', '-yq'], { yes: true, quick: true }],
    [['A', '-yqtx'], { yes: true, quick: true, title: 'x' }],
    [['A', '--yes', '--yes'], { yes: true }],
    [['A', 'b', 'c', '-'], { rest: ['b', 'c', '-'] }],
  ])('%j', (words, expected) => {
    expect(input(...words)).toEqual({ id: 'A', gates: true, ...expected });
  });

  test('behind -- everything is a word', () => {
    expect(input('--', '-A', '--title', '--')).toEqual({ id: '-A', rest: ['--title', '--'], gates: true });
  });

  test('global options are apart', () => {
    expect(read('A', '--json', '--dir', 'x', '--no-color')).toMatchObject({
      verdict: 'right',
      globals: { json: true, dir: 'x', color: false },
    });
  });

  test.each([[['--help']], [['-h']], [['A', '--help', '--nonsense']], [['--title', '--help']]])(
    '%j asks for help',
    (words) => {
      expect(read(...words).verdict).toBe('help');
    },
  );
});

describe('what is wrong', () => {
  test.each<[string[], Partial<Mistake>]>([
    [[], { type: 'missing', what: 'ID' }],
    [['A', '--constructor', 'x'], { type: 'unknown-option', option: '--constructor' }],
    [['A', '--__proto__', 'x'], { type: 'unknown-option', option: '--__proto__' }],
    [['A', '--toString'], { type: 'unknown-option' }],
    [['A', '--no-title'], { type: 'unknown-option' }],
    [['A', '---title', 'x'], { type: 'unknown-option' }],
    [['A', '--t', 'x'], { type: 'unknown-option' }],
    [['A', '-x'], { type: 'unknown-option', option: '-x' }],
    [['-5'], { type: 'unknown-option', option: '-5' }],
    [['A', '--title'], { type: 'missing-value', option: '--title' }],
    [['A', '--title', '--yes'], { type: 'missing-value', option: '--title', next: '--yes' }],
    [['A', '--title', '-y'], { type: 'missing-value', option: '--title', next: '-y' }],
    [['A', '--title', '--', 'x'], { type: 'missing-value', option: '--title' }],
    [['A', '--title', ''], { type: 'empty', what: '--title' }],
    [['A', '--title='], { type: 'empty' }],
    [['A', '-t', ' \t'], { type: 'empty' }],
    [['A', '--label', 'a,,b'], { type: 'empty' }],
    [['', 'b'], { type: 'empty', what: 'ID' }],
    [['A', '--title', 'x', '-t', 'x'], { type: 'repeated' }],
    [['A', '--gates', '--no-gates'], { type: 'repeated' }],
    [['A', '--yes=maybe'], { type: 'unexpected-value', value: 'maybe' }],
    [['A', '--no-gates=true'], { type: 'unexpected-value' }],
    [['A', '-n', '5x'], { type: 'not-integer' }],
    [['A', '-n', '1e3'], { type: 'not-integer' }],
    [['A', '--ttl', '5'], { type: 'not-duration' }],
    [['A', '--ttl', '5 m'], { type: 'not-duration' }],
    [['A', '--state', 'doen'], { type: 'unknown-value', value: 'doen' }],
  ])('%j', (words, expected) => {
    expect(mistake(...words)).toMatchObject(expected);
  });

  test('surplus words are refused', () => {
    const { positionals, ...rest } = declaration;
    const parsed = parse({ ...rest, positionals: positionals!.slice(0, 1) }, ['A', 'B']);
    expect(parsed).toMatchObject({ verdict: 'wrong', mistake: { type: 'surplus', word: 'B' } });
  });

  test('--json is seen even so', () => {
    expect(read('A', '--nonsense', '--json').globals.json).toBe(true);
    expect(read('A', '--nonsense', '--', '--json').globals.json).toBe(false);
  });
});

describe('what is said about it', () => {
  const explain = (...words: string[]) => explainMistake(declaration, mistake(...words));

  test.each<[string[], string, string]>([
    [['A', '--titel', 'x'], 'unknown option --titel', 'did you mean --title?'],
    [['A', '--lable', 'x'], 'unknown option --lable', 'did you mean --label?'],
    [
      ['A', '--state', 'dnoe'],
      '--state cannot be "dnoe"',
      'did you mean done? valid: in_progress, done; also closed',
    ],
    [['A', '--state', 'zzz'], '--state cannot be "zzz"', 'valid: in_progress, done; also closed'],
    [['A', '--state', 'cloesd'], '--state cannot be "cloesd"', 'did you mean closed?'],
    [['A', '--title', '--yes'], 'option --title needs a value', '--title=--yes'],
    [['A', '-t', '-y'], 'option -t needs a value', '-t-y'],
    [[], 'missing ID', 'jit issue make ID [REST...] [options]'],
    [['', 'b'], 'the value of ID is empty', 'unset shell variable'],
    [['A', '--ttl', 'soon'], '--ttl must be a duration', '30s'],
  ])('%j', (words, message, hint) => {
    const error = explain(...words);
    expect(error.exit).toBe(2);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  test('unknown values carry the valid ones for machines', () => {
    expect(explain('A', '--state', 'dnoe')).toMatchObject({
      code: 'UNKNOWN_VALUE',
      details: { values: ['in_progress', 'done'], synonyms: { closed: 'done' }, nearest: 'done' },
    });
  });
});
