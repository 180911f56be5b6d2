/** The lines `start` up to, not including, `end` of the old text, and what stands there in the new one. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/**
 * Texts that differ in more lines than this, after what is the same at their start and end, count as rewritten. It bounds
 * time and memory by its square, whatever the texts.
 */
export const MOST_EDITS = 1000;

/**
 * What was changed between two texts given as lines, in order: the fewest lines deleted and inserted (Myers, "An O(ND)
 * Difference Algorithm and Its Variations", 1986).
 */
export function diffLines(before: readonly string[], after: readonly string[]): readonly Hunk[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let oldEnd = before.length;
  let newEnd = after.length;
  while (oldEnd > start && newEnd > start && before[oldEnd - 1] === after[newEnd - 1]) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  const kept = commonLines(before.slice(start, oldEnd), after.slice(start, newEnd));
  const hunks: Hunk[] = [];
  let [oldAt, newAt] = [start, start];
  for (const [oldLine, newLine] of [...kept, [oldEnd - start, newEnd - start] as const]) {
    const [oldNext, newNext] = [start + oldLine, start + newLine];
    if (oldNext > oldAt || newNext > newAt) {
      hunks.push({ start: oldAt, end: oldNext, lines: after.slice(newAt, newNext) });
    }
    [oldAt, newAt] = [oldNext + 1, newNext + 1];
  }
  return hunks;
}

type Pair = readonly [oldLine: number, newLine: number];

/** A longest common subsequence, as pairs of line numbers; none where the texts differ too much. */
function commonLines(before: readonly string[], after: readonly string[]): readonly Pair[] {
  const most = Math.min(before.length + after.length, MOST_EDITS);
  // furthest[k]: how far into `before` one gets on the diagonal k = old − new with as many edits as so far.
  const furthest = new Int32Array(2 * most + 3);
  const middle = most + 1;
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits += 1) {
    history.push(furthest.slice(middle - edits - 1, middle + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const down = isInsertion(furthest, middle, k, edits);
      let oldLine = down ? furthest[middle + k + 1]! : furthest[middle + k - 1]! + 1;
      while (
        oldLine < before.length &&
        oldLine - k < after.length &&
        before[oldLine] === after[oldLine - k]
      ) {
        oldLine += 1;
      }
      furthest[middle + k] = oldLine;
      if (oldLine >= before.length && oldLine - k >= after.length) {
        return pairsBack(history, before.length, after.length);
      }
    }
  }
  return [];
}

const isInsertion = (furthest: Int32Array, middle: number, k: number, edits: number): boolean =>
  k === -edits || (k !== edits && furthest[middle + k - 1]! < furthest[middle + k + 1]!);

function pairsBack(history: readonly Int32Array[], oldEnd: number, newEnd: number): readonly Pair[] {
  const pairs: Pair[] = [];
  let [oldLine, newLine] = [oldEnd, newEnd];
  for (let edits = history.length - 1; edits >= 0; edits -= 1) {
    const furthest = history[edits]!;
    const middle = edits + 1;
    const k = oldLine - newLine;
    const down = isInsertion(furthest, middle, k, edits);
    const fromOld = edits === 0 ? 0 : furthest[middle + (down ? k + 1 : k - 1)]!;
    const fromNew = edits === 0 ? 0 : fromOld - (down ? k + 1 : k - 1);
    const [matchOld, matchNew] =
      edits === 0 ? [0, 0] : down ? [fromOld, fromNew + 1] : [fromOld + 1, fromNew];
    while (oldLine > matchOld && newLine > matchNew) {
      oldLine -= 1;
      newLine -= 1;
      pairs.push([oldLine, newLine]);
    }
    [oldLine, newLine] = [fromOld, fromNew];
  }
  return pairs.reverse();
}
