import { describe, expect, test } from 'vitest';
import { COMMANDS, REFUSED } from '../../src/cli/commands.ts';
import { splitLine } from '../../src/cli/completion/split-line.ts';
import { parse, spellings } from '../../src/cli/parse.ts';
import { route } from '../../src/cli/route.ts';
import { explainMistake } from '../../src/cli/usage.ts';
import { ERROR_CODES } from '../../src/domain/errors.ts';
import { listKinds, validatorOf } from '../support/output-schemas.ts';

const commands = await Promise.all(
  COMMANDS.map(async (entry) => ({ entry, declaration: (await entry.load()).declaration })),
);
const kinds = listKinds();

test('no two commands are called alike', () => {
  const calls = COMMANDS.flatMap(({ calls }) => calls);
  expect(calls.filter((call, at) => calls.indexOf(call) !== at)).toEqual([]);
});

test('what is refused is no command', () => {
  for (const call of Object.keys(REFUSED)) {
    expect(
      COMMANDS.some(({ calls }) => calls.includes(call)),
      call,
    ).toBe(false);
    expect(route(call.split(' ')), call).toMatchObject({ to: 'refused' });
  }
});

describe.each(commands.map((command) => [command.entry.calls[0]!, command] as const))(
  'jit %s',
  (_, command) => {
    const { entry, declaration } = command;
    const options = Object.entries(declaration.options ?? {});
    const positionals = declaration.positionals ?? [];

    test('is registered as it is declared', () => {
      const declared = [declaration.path, ...(declaration.aliases ?? [])].map((call) => call.join(' '));
      expect([...entry.calls].sort()).toEqual(declared.sort());
      expect(entry.calls[0]).toBe(declaration.path.join(' '));
      for (const call of entry.calls) expect(route(call.split(' '))).toMatchObject({ to: 'command', entry });
    });

    test('has options that do not collide', () => {
      const written = [
        ...['json', 'dir', 'no-color', 'help', 'h'],
        ...options.flatMap(([name, { alias }]) => [name, ...(alias ?? [])]),
        ...positionals.map(({ name }) => `POSITIONAL ${name}`),
      ];
      expect(written.filter((name, at) => written.indexOf(name) !== at)).toEqual([]);
      // Options and positionals arrive under their names in one record; a command that takes both reads either.
      for (const spelling of spellings(declaration).keys())
        expect(spelling).toMatch(/^([a-z]+(-[a-z]+)*|[a-zA-Z])$/);
    });

    test('declares words in an order that can be read', () => {
      const optional = positionals.findIndex(({ required }) => required !== true);
      const laterRequired = positionals.findLastIndex(({ required }) => required === true);
      expect(optional === -1 || laterRequired < optional, 'a required word behind an optional one').toBe(
        true,
      );
      expect(
        positionals.slice(0, -1).some(({ many }) => many === true),
        'a list before the last word',
      ).toBe(false);
    });

    test('has values that its own rules accept', () => {
      for (const [name, option] of options) {
        for (const meant of Object.values(option.synonyms ?? {})) {
          if (option.values !== undefined) expect(option.values, `--${name}`).toContain(meant);
        }
        if (option.default !== undefined && option.values !== undefined) {
          expect(option.values, `--${name}`).toContain(option.default);
        }
      }
    });

    test('names all that an option takes when it refuses a value', () => {
      for (const [name, { values, synonyms = {} }] of options) {
        if (values === undefined) continue;
        const parsed = parse({ ...declaration, positionals: [] }, [`--${name}`, '@']);
        if (parsed.verdict !== 'wrong') expect.fail(`--${name} takes @`);
        const { hint } = explainMistake(declaration, parsed.mistake);
        for (const word of [...values, ...Object.keys(synonyms)]) expect(hint, `--${name}`).toContain(word);
      }
    });

    test('is explained', () => {
      expect(declaration.summary).toMatch(/^[A-Z].{10,}\.$/);
      expect(declaration.reads).toMatch(/\.$/);
      expect(declaration.writes).toMatch(/\.$/);
      expect(declaration.examples).toHaveLength(2);
      for (const described of [...positionals, ...options.map(([, option]) => option)]) {
        expect(described.description).toMatch(/[.?)]$/);
      }
      for (const code of declaration.errors ?? []) expect(Object.keys(ERROR_CODES)).toContain(code);
    });

    test('has examples that parse', async () => {
      const called = [];
      for (const [example] of declaration.examples) {
        const line = example.match(/\bjit .*$/)?.[0].replace(/\s*(?:[|>;&].*|\)"?)$/, '');
        expect(line, example).toBeDefined();
        const way = route(splitLine(line!));
        if (way.to !== 'command') throw new Error(`not a command: ${example}`);
        called.push(way.entry);
        expect(parse((await way.entry.load()).declaration, way.words), example).toMatchObject({
          verdict: 'right',
        });
      }
      if (entry.hidden !== true) expect(called, 'none of them shows this command').toContain(entry);
    });

    test('prints only kinds that have a schema', () => {
      expect(declaration.kinds.length).toBeGreaterThan(0);
      for (const kind of declaration.kinds) {
        expect(kinds, kind).toContain(kind);
        expect(validatorOf(kind), `the schema of ${kind} compiles`).toBeTypeOf('function');
      }
    });
  },
);

test('every schema is of a kind that some command prints', () => {
  const printed = new Set(['error', ...commands.flatMap(({ declaration }) => declaration.kinds)]);
  expect(kinds.filter((kind) => !printed.has(kind))).toEqual([]);
});
