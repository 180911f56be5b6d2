import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWord } from '../../src/domain/shell-word.ts';

test('a name stays as it is where a shell would not touch it', () => {
  for (const name of ['agent:worker-1', 'human:ada@example.org', 'ci:a/b.c_d=e%f,g+h'])
    expect(shellWord(name)).toBe(name);
});

test('a shell reads any other text back as one word', () => {
  const texts = fc.sample(fc.stringMatching(/^[^\0\n]+$/), { numRuns: 100, seed: 1 });
  const all = ['agent:$(id)', "a'b", 'x;y', '`id`', '!!', '~', '*', ...texts];
  const script = `printf '%s\\n' ${all.map(shellWord).join(' ')}`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${all.join('\n')}\n`);
});
