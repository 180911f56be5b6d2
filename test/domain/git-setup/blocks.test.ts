import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  COMMITTED,
  dropAttributes,
  judgeAttributes,
  localBlock,
  putAttributes,
} from '../../../src/domain/git-setup/attributes.ts';
import {
  dropSettings,
  putSettings,
  readSettings,
  settingsFor,
} from '../../../src/domain/git-setup/config-block.ts';
import { dropBlock, findBlock, putBlock } from '../../../src/domain/git-setup/marked-block.ts';

const bytes = fc
  .array(
    fc.oneof(fc.constantFrom('\n', '\r\n', '#!/bin/sh\n', '[core]\n', '\tx = y', '# >>> jit'), fc.string()),
  )
  .map((parts) => parts.join(''));
const owners = fc.constantFrom('', '.jit', 'sub dir/.jit', '"\\\'');

test('a block that is put and dropped leaves every byte', () => {
  fc.assert(
    fc.property(bytes, owners, fc.nat(), (text, owner, at) => {
      const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
      for (const spot of ['end', starts[at % starts.length]!] as const) {
        const put = putBlock(text, owner, 'one\ntwo\n', 'f', spot);
        expect(findBlock(put, owner, 'f')!.body).toBe('one\ntwo\n');
        expect(putBlock(put, owner, 'one\ntwo\n', 'f', spot)).toBe(put);
        const other = putBlock(put, owner, 'three\n', 'f', spot);
        expect(findBlock(other, owner, 'f')!.body).toBe('three\n');
        expect(dropBlock(put, owner, 'f')).toBe(text);
        expect(dropBlock(other, owner, 'f')).toBe(text);
      }
      expect(dropBlock(text, owner, 'f')).toBe(text);
    }),
  );
});

test('what is written around a block stays when it goes', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, (text, above, below) => {
      const put = putBlock(text, '.jit', 'one\n', 'f', 'end');
      const ended =
        text === '' || text.endsWith('\n') ? text : `${text}${/^[^\n]*\r\n/.test(text) ? '\r\n' : '\n'}`;
      const edited = (above === '' ? '' : `${above}\n`) + put + below;
      const rest = (above === '' ? '' : `${above}\n`) + (below === '' ? text : ended + below);
      expect(dropBlock(edited, '.jit', 'f')).toBe(rest);
    }),
  );
});

test('blocks of several owners do not see each other', () => {
  const one = putBlock('x\n', 'a/.jit', 'one\n', 'f', 'end');
  const both = putBlock(one, 'b/.jit', 'two\n', 'f', 'end');
  expect(dropBlock(both, 'b/.jit', 'f')).toBe(one);
  expect(dropBlock(dropBlock(both, 'a/.jit', 'f'), 'b/.jit', 'f')).toBe('x\n');
});

test('a block without its end is refused, and the file is named', () => {
  const text = putBlock('', '.jit', 'one\n', 'f', 'end').replace(/# <<<.*\n/, '');
  for (const act of [findBlock, dropBlock])
    expect(() => act(text, '.jit', '.git/config')).toThrow(
      '.git/config: the block of jit has lost its last line',
    );
});

describe('.gitattributes', () => {
  test('line ends are those of the file; a checkout may change them', () => {
    const text = putAttributes('* text\r\n', COMMITTED, 'f');
    expect(text.split('\n').every((line) => line === '' || line.endsWith('\r'))).toBe(true);
    expect(judgeAttributes(text, COMMITTED, 'f')).toBe('present');
    const checkedOut = putAttributes('* text\n', COMMITTED, 'f').replaceAll('\n', '\r\n');
    expect(judgeAttributes(checkedOut, COMMITTED, 'f')).toBe('present');
    expect(dropAttributes(checkedOut, COMMITTED, 'f')).toBe('* text\r\n');
    expect(judgeAttributes(text.replace('gates.json merge=jit\r\n', ''), COMMITTED, 'f')).toBe('outdated');
    expect(judgeAttributes('* text\n', COMMITTED, 'f')).toBe('none');
  });

  test.each([
    ['.jit', '/.jit/events.jsonl'],
    ['a b/.jit', '"/a b/.jit/events.jsonl"'],
    ['a"b/.jit', '/a"b/.jit/events.jsonl'],
    ['a "b"\\c/.jit', '"/a \\"b\\"\\\\\\\\c/.jit/events.jsonl"'],
    ['[a]*?/.jit', '/\\[a]\\*\\?/.jit/events.jsonl'],
    ['a\tb\nc/.jit', '"/a\\011b\\012c/.jit/events.jsonl"'],
  ])('the log of %j alone is meant by %s', (store, pattern) => {
    const block = localBlock(store);
    expect(block).toEqual({ owner: store, lines: [`${pattern} merge=jit`] });
    const text = putAttributes('', block, 'f');
    expect(judgeAttributes(text, block, 'f')).toBe('present');
    expect(judgeAttributes(text, localBlock('b/.jit'), 'f')).toBe('none');
    expect(judgeAttributes(text.replace('=jit', '=union'), block, 'f')).toBe('outdated');
  });
});

describe('the configuration', () => {
  const settings = settingsFor(['/a b/node', '/it\'s 100% \\ "x"/jit'], './tools/hooks');

  test('says what was put, however git has rewritten it', () => {
    const text = putSettings('[core]\n', '.jit', settings, 'f');
    expect(readSettings(text, '.jit', 'f')).toEqual(settings);
    const plain = text.replace(/hooks = "(.*)"/, 'hooks = $1');
    expect(readSettings(plain, '.jit', 'f')).toEqual(settings);
    expect(readSettings('[core]\n', '.jit', 'f')).toBeNull();
  });

  test('what somebody else set among them moves out under its heading, and only that is left', () => {
    const text = putSettings('[core]\n', '.jit', settings, 'f')
      .replace('[diff "jit"]\n', '[diff "jit"]\n\txfuncname = x\n; mine\n')
      .replace(/\tdriver = .*\n/, '\tdriver = mine %A\n');
    expect(dropSettings(text, '.jit', 'f')).toBe(
      '[core]\n[merge "jit"]\n\tdriver = mine %A\n[diff "jit"]\n\txfuncname = x\n; mine\n',
    );
    expect(readSettings(text, '.jit', 'f')).toEqual({ ...settings, driver: '' });
    const again = putSettings(text, '.jit', settings, 'f');
    expect(readSettings(again, '.jit', 'f')).toEqual(settings);
    expect(dropSettings(again, '.jit', 'f')).toBe(dropSettings(text, '.jit', 'f'));
  });
});
