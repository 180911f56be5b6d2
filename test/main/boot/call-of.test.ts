import { expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { callOf } from '../../../src/main/boot/call-of.ts';

const calls = COMMANDS.flatMap((entry) => entry.calls);
const joined = `|${calls.join('|')}|`;

test('every call is known, whatever stands around its words', () => {
  for (const call of calls) {
    const words = call.split(' ');
    expect(callOf(words, joined)).toBe(call);
    expect(callOf(['--json', ...words, '--x', 'ID'], joined)).toBe(call);
  }
});

test.each([
  [[]],
  [['--json']],
  [['nothing', 'of', 'that', 'kind']],
  [['issue']],
  [['|']],
  [['']],
  [['../x']],
])('%j is other', (argv) => {
  expect(callOf(argv, joined)).toBe('other');
});

test('a word that is no call ends nothing: the longest call counts', () => {
  expect(callOf(['create', 'list'], joined)).toBe('create');
  expect(callOf(['issue', 'claim', '01ABC'], joined)).toBe('issue claim');
});
