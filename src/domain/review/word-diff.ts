import { diffLines } from '../merge/diff-lines.ts';

/** A piece of a text that was changed. `skipped` stands for a long part that is the same. */
export interface Piece {
  readonly op: 'same' | 'removed' | 'added' | 'skipped';
  readonly text: string;
}

/** So much of what is the same is kept on each side of a change, in characters. */
const AROUND = 40;

/** What was changed between two texts, word by word, with what stands around it. Empty where nothing was. */
export function diffWords(before: string, after: string): readonly Piece[] {
  const pieces = new Pieces();
  // Lines first: a long text of which little changed then costs little.
  const [oldLines, newLines] = [linesOf(before), linesOf(after)];
  let at = 0;
  for (const { start, end, lines } of diffLines(oldLines, newLines)) {
    pieces.add('same', oldLines.slice(at, start).join(''));
    addWords(pieces, oldLines.slice(start, end).join(''), lines.join(''));
    at = end;
  }
  pieces.add('same', oldLines.slice(at).join(''));
  return pieces.list.length === 1 && pieces.list[0]!.op === 'same' ? [] : shorten(pieces.list);
}

function addWords(pieces: Pieces, before: string, after: string): void {
  const [oldWords, newWords] = [wordsOf(before), wordsOf(after)];
  let at = 0;
  for (const { start, end, lines } of diffLines(oldWords, newWords)) {
    pieces.add('same', oldWords.slice(at, start).join(''));
    pieces.add('removed', oldWords.slice(start, end).join(''));
    pieces.add('added', lines.join(''));
    at = end;
  }
  pieces.add('same', oldWords.slice(at).join(''));
}

const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{M}\p{N}_]+|\s+|./gsu) ?? [];

class Pieces {
  readonly list: Piece[] = [];

  add(op: Piece['op'], text: string): void {
    if (text === '') return;
    const last = this.list.at(-1);
    if (last?.op === op) this.list[this.list.length - 1] = { op, text: last.text + text };
    else this.list.push({ op, text });
  }
}

function shorten(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.flatMap((piece, i): readonly Piece[] => {
    const characters = [...piece.text];
    const first = i === 0;
    const last = i === pieces.length - 1;
    if (piece.op !== 'same' || characters.length <= 3 * AROUND) return [piece];
    const skipped = { op: 'skipped', text: '…' } as const;
    const head = { op: 'same', text: characters.slice(0, AROUND).join('') } as const;
    const tail = { op: 'same', text: characters.slice(-AROUND).join('') } as const;
    return [...(first ? [] : [head]), skipped, ...(last ? [] : [tail])];
  });
}
