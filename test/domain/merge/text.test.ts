import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { diffLines, MOST_EDITS } from '../../../src/domain/merge/diff-lines.ts';
import { mergeText } from '../../../src/domain/merge/merge-text.ts';
import { compareContent } from '../../../src/domain/merge/order.ts';
import type { Side } from '../../../src/domain/merge/three-way.ts';
import { cpuTimeOf } from '../../support/cpu-time.ts';
import { size } from '../../support/size.ts';

vi.setConfig({ testTimeout: 120_000 });

const SEED = 20260104;
const greater = (ours: unknown, theirs: unknown): Side =>
  compareContent(ours, theirs) > 0 ? 'ours' : 'theirs';
const merge = (base: string, ours: string, theirs: string, side: Side = 'ours') =>
  mergeText({ base, ours, theirs }, () => side);

describe('a difference of lines', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });

  test('makes the one text of the other', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const made: string[] = [];
        let at = 0;
        for (const hunk of diffLines(before, after)) {
          expect(hunk.start >= at && hunk.end >= hunk.start).toBe(true);
          made.push(...before.slice(at, hunk.start), ...hunk.lines);
          at = hunk.end;
        }
        expect([...made, ...before.slice(at)]).toEqual(after);
      }),
      { numRuns: size(1000, 20_000), seed: SEED },
    );
  });

  test('is the least there is', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const edits = diffLines(before, after).reduce(
          (sum, hunk) => sum + hunk.end - hunk.start + hunk.lines.length,
          0,
        );
        expect(edits).toBe(before.length + after.length - 2 * commonLength(before, after));
      }),
      { numRuns: size(1000, 20_000), seed: SEED },
    );
  });

  test('of texts that have little in common replaces the one by the other', () => {
    const before = Array.from({ length: MOST_EDITS }, (_, i) => `old ${i}`);
    const after = Array.from({ length: MOST_EDITS }, (_, i) => (i === 500 ? 'old 500' : `new ${i}`));
    expect(diffLines(before, after)).toEqual([{ start: 0, end: before.length, lines: after }]);
    const near = before.with(500, 'new');
    expect(diffLines(before, near)).toEqual([{ start: 500, end: 501, lines: ['new'] }]);
  });

  test.each([
    ['blank lines', () => '', () => ''],
    ['two lines again and again', (i: number) => `${i % 2}`, (i: number) => `${i % 3}`],
    ['nothing in common', (i: number) => `a${i}`, (i: number) => `b${i}`],
  ])('takes no time to speak of: %s', (_, one, other) => {
    const before = Array.from({ length: 100_000 }, (_, i) => one(i));
    const after = Array.from({ length: 99_000 }, (_, i) => other(i));
    expect(cpuTimeOf(() => diffLines(before, after))).toBeLessThan(3000);
  });
});

/** The length of a longest common subsequence, by the textbook. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const line of a) {
    const next = [0];
    for (let j = 0; j < b.length; j += 1) {
      next.push(line === b[j] ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!));
    }
    row = next;
  }
  return row[b.length]!;
}

describe('a merge of texts', () => {
  test.each([
    ['changes in different places', 'a\nb\nc', 'A\nb\nc', 'a\nb\nC', 'A\nb\nC'],
    ['changes of neighbouring lines', 'a\nb', 'A\nb', 'a\nB', 'A\nB'],
    ['an insertion beside a change', 'a\nb', 'a\nnew\nb', 'a\nB', 'a\nnew\nB'],
    ['a line added at the end, another at the start', 'a\n', 'a\nend\n', 'start\na\n', 'start\na\nend\n'],
    ['the same deletion, and one elsewhere', 'a\nb\nc\nd', 'b\nc', 'a\nb\nc', 'b\nc'],
    ['the same change, and more', 'a', 'x', 'x\ny', 'x\ny'],
    ['the same lines added, and more', 'a\n', 'a\nx\n', 'a\nx\ny\n', 'a\nx\ny\n'],
    ['the last line without its end', 'a\nb', 'A\nb', 'a\nb\n', 'A\nb\n'],
    ['the end of the last line taken away', 'a\nb\n', 'a\nb', 'A\nb\n', 'A\nb'],
    ['a deletion elsewhere', 'a\nb\nc', 'b\nc', 'a\nb\nC', 'b\nC'],
    ['line ends that became CRLF', 'a\nb', 'a\r\nb', 'A\nb', 'A\r\nb'],
    ['CRLF throughout', 'a\r\nb', 'A\r\nb', 'a\r\nB', 'A\r\nB'],
    ['CRLF here and there', 'a\r\nb\nc', 'A\r\nb\nc', 'a\r\nb\nC', 'A\r\nb\nC'],
    ['a first line beside CRLF', 'a', 'a\r\nb', 'x', 'x\r\nb'],
  ])('takes %s together', (_, base, ours, theirs, expected) => {
    const told = { text: expected, conflict: null };
    expect(merge(base, ours, theirs)).toEqual(told);
    expect(merge(base, theirs, ours)).toEqual(told);
  });

  test.each([
    ['a line both changed', 'a\nb\nc', 'a\nX\nc', 'a\nY\nc', 'a\nX\nc', 'X', 'Y'],
    ['lines both added in one place', 'a\n', 'a\nX\n', 'a\nY\n', 'a\nX\n', 'X', 'Y'],
    ['a line one changed and the other deleted', 'a\nb\nc', 'a\nX\nc', 'a\nc', 'a\nX\nc', 'X', ''],
    ['what they have in common stays out of it', 'a', 'p\nX\nq', 'p\nY\nq', 'p\nX\nq', 'X', 'Y'],
    [
      'several places at once, with other changes in between',
      'a\nb\nc\nd\ne',
      'X\nb\nc\nd\nX',
      'Y\nb\nC\nd\nY',
      'X\nb\nC\nd\nX',
      'X\n[…]\nX',
      'Y\n[…]\nY',
    ],
  ])('gives to one side %s', (_, base, ours, theirs, text, kept, lost) => {
    expect(merge(base, ours, theirs)).toEqual({ text, conflict: { winner: 'ours', kept, lost } });
    expect(merge(base, theirs, ours, 'theirs')).toEqual({ text, conflict: { winner: 'theirs', kept, lost } });
  });

  type Fate = 'keep' | 'change' | 'drop' | 'extend';
  test.each<[string, string, readonly Fate[]]>([
    ['with a line in between', 'between', ['keep', 'change', 'drop', 'extend']],
    ['line by line', '', ['keep', 'change']],
  ])('keeps all that two changed in different places, %s', (_, between, fates) => {
    const arbitraryFate = fc.record({
      who: fc.constantFrom<Side>('ours', 'theirs'),
      what: fc.constantFrom(...fates),
    });
    const apply = (lines: readonly { who: Side; what: Fate }[], sides: readonly Side[]): string =>
      lines
        .map(({ who, what }, i) => {
          if (!sides.includes(who) || what === 'keep') return `line ${i}`;
          if (what === 'drop') return 'gone';
          return what === 'change' ? `changed ${i}` : `line ${i}\nafter ${i}`;
        })
        .reduce((text, line, i) => `${text}${between === '' ? '' : `\nbetween ${i}`}\n${line}`)
        .replaceAll(/\ngone\b|\bgone\n/g, '');
    fc.assert(
      fc.property(fc.array(arbitraryFate, { minLength: 2, maxLength: 20 }), (lines) => {
        const merged = merge(apply(lines, []), apply(lines, ['ours']), apply(lines, ['theirs']));
        expect(merged).toEqual({ text: apply(lines, ['ours', 'theirs']), conflict: null });
      }),
      { numRuns: size(300, 10_000), seed: SEED },
    );
  });

  test('is the same whichever side is ours', () => {
    const text = fc.array(fc.constantFrom('a', 'b', ''), { maxLength: 8 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, text, (base, ours, theirs) => {
        const one = mergeText({ base, ours, theirs }, greater);
        const other = mergeText({ base, ours: theirs, theirs: ours }, greater);
        expect([other.text, other.conflict?.lost]).toEqual([one.text, one.conflict?.lost]);
      }),
      { numRuns: size(1000, 20_000), seed: SEED },
    );
  });

  test('never finds a conflict where git finds none, and then comes to the same text', () => {
    const directory = mkdtempSync(join(tmpdir(), 'jit-merge-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    let clean = 0;
    const line = fc.constantFrom('change', 'drop', 'keep', 'keep', 'keep', 'keep', 'keep');
    const edits = fc.array(line, { minLength: 12, maxLength: 12 });
    const edit = (how: readonly string[], name: string): string =>
      how
        .flatMap((what, i) => (what === 'drop' ? [] : [what === 'keep' ? `line ${i}\n` : `${name} ${i}\n`]))
        .join('');
    fc.assert(
      fc.property(edits, edits, (a, b) => {
        const texts = [
          edit(a, 'a'),
          edit(
            a.map(() => 'keep'),
            '',
          ),
          edit(b, 'b'),
        ];
        const files = texts.map((text, i) => {
          const file = join(directory, `${i}`);
          writeFileSync(file, text);
          return file;
        });
        const git = spawnSync('git', ['merge-file', '-p', ...files], { encoding: 'utf8' });
        if (git.status !== 0) return;
        clean += 1;
        expect(merge(texts[1]!, texts[0]!, texts[2]!)).toEqual({ text: git.stdout, conflict: null });
      }),
      { numRuns: size(60, 1000), seed: SEED },
    );
    expect(clean).toBeGreaterThan(size(5, 100));
  });
});
