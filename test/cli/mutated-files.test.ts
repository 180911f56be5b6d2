import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startCli } from '../support/cli.ts';
import { create, type Doc, document, expectClean } from '../support/command-line.ts';
import { arbitraryMutations, mutate } from '../support/mutations.ts';
import { report } from '../support/report.ts';
import { size } from '../support/size.ts';

const RUNS = size(200, 5000);
const SEED = 20_260_102;

test(`${RUNS} mutated issue files through validate: one document, never a bug, every error names its file`, async () => {
  const cli = startCli({ store: 'files' });
  await cli('init');
  const need = await create(cli, 'Need');
  const id = await create(
    cli,
    'T',
    '-d',
    'text\nmore',
    '--needs',
    need,
    '-g',
    'review,unit-tests',
    '-l',
    'a,b',
    '--context',
    'k=v',
  );
  await create(cli, 'User', '--needs', id, '--parent', id, '--hold', 'x');
  await cli(['comment', id, 'a comment']);
  await cli(`gate pass ${id} unit-tests --by ci:x`);
  const file = join(cli.cwd, `.jit/issues/${id}.json`);
  const name = `.jit/issues/${id}.json`;
  const original = readFileSync(file);
  const ends: Record<string, number> = { valid: 0, invalid: 0 };
  const codes = new Set<string>();

  await fc.assert(
    fc.asyncProperty(arbitraryMutations, async (mutations) => {
      const damaged = mutations.reduce(mutate, original);
      writeFileSync(file, damaged);
      // The contract of a document (one, on stdout, of its schema) is checked where it is printed.
      const ran = await cli('validate --json');
      expect([0, 4]).toContain(ran.exit);
      expectClean(ran);
      const said = ran.json as Doc;
      expect(said.valid).toBe(ran.exit === 0);
      ends[said.valid ? 'valid' : 'invalid']! += 1;
      const errors = said.problems.filter(({ severity }: Doc) => severity === 'error');
      expect(errors.length > 0).toBe(!said.valid);
      for (const problem of said.problems) {
        codes.add(problem.code);
        expect(problem.file).toMatch(/^\.jit\/(issues\/[0-9A-HJKMNP-TV-Z]{26}\.json|events\.jsonl)$/);
      }
      // Nothing else was touched: what is wrong in other files follows from this one, which is named as well.
      if (errors.length > 0) expect(said.problems.map((problem: Doc) => problem.file)).toContain(name);
      const text = await cli('validate');
      expect({ exit: text.exit, stderr: text.stderr }).toEqual({ exit: ran.exit, stderr: '' });
      expectClean(text);
      // The others are served, and the file is left alone.
      const listed = await document(cli, 'list --all');
      expect(listed.issues.map((row: Doc) => row.id)).toContain(need);
      const shown = await cli(`show ${id} --json`);
      expect([0, 3, 7]).toContain(shown.exit);
      expect(readFileSync(file).equals(damaged)).toBe(true);
    }),
    { numRuns: RUNS, seed: SEED },
  );

  expect(ends.valid, 'some mutations are harmless').toBeGreaterThan(0);
  expect(ends.invalid, 'some are not').toBeGreaterThan(RUNS / 4);
  for (const code of ['invalid-json', 'truncated', 'schema', 'wrong-name'])
    expect([...codes]).toContain(code);
  report('mutated issue files through validate', { seed: SEED, files: RUNS, ...ends, codes: codes.size });
}, 600_000);
