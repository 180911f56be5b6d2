import { diffLines, type Hunk } from './diff-lines.ts';
import { otherSide, type Side, settle, type Three } from './three-way.ts';

/** What a merge of texts came to. */
export interface MergedText {
  readonly text: string;
  /** Where both changed the same lines: what stands there now, and what one side had instead. */
  readonly conflict: { readonly winner: Side; readonly kept: string; readonly lost: string } | null;
}

/** Stands between passages of a text that are not neighbours. */
export const GAP = '[…]';

/**
 * Merges a text line by line. Changes of both sides stand together unless they touch the same lines, or insert at the same
 * place; there the side that `prefer` names wins, everywhere in the text. Line ends count as CRLF where all of them are.
 */
export function mergeText(
  three: Three<string>,
  prefer: (ours: unknown, theirs: unknown) => Side,
): MergedText {
  const settled = settle(three);
  if (settled !== null) return { text: settled.value ?? '', conflict: null };
  const { lines, end } = splitLines(three);
  const base = lines.base ?? [];
  const regions = alignRegions(base, lines.ours ?? [], lines.theirs ?? []);
  const disputed = regions.filter(({ dispute }) => dispute);
  const winner =
    disputed.length === 0
      ? 'ours'
      : prefer(
          disputed.map(({ ours }) => ours),
          disputed.map(({ theirs }) => theirs),
        );
  const pieces: (readonly string[])[] = [];
  let at = 0;
  for (const region of regions) {
    pieces.push(base.slice(at, region.start), region.before, region[winner], region.after);
    at = region.end;
  }
  const text = [...pieces, base.slice(at)].flat().join(end);
  if (disputed.length === 0) return { text, conflict: null };
  const passages = (side: Side): string =>
    disputed
      .map((region) => region[side].join('\n'))
      .filter((passage) => passage !== '')
      .join(`\n${GAP}\n`);
  return { text, conflict: { winner, kept: passages(winner), lost: passages(otherSide(winner)) } };
}

/**
 * The lines without what ends them, and what is to end them. Where a text has both kinds of line end, a carriage return is
 * taken as part of its line.
 */
function splitLines({ base, ours, theirs }: Three<string>): { lines: Three<string[]>; end: string } {
  const kinds = { base: lineEnds(base), ours: lineEnds(ours), theirs: lineEnds(theirs) };
  const mixed = Object.values(kinds).includes('mixed');
  const split = (text: string | undefined): string[] | undefined => text?.split(mixed ? '\n' : /\r?\n/);
  const lines = { base: split(base), ours: split(ours), theirs: split(theirs) };
  if (mixed) return { lines, end: '\n' };
  const end = settle({
    base: kinds.base,
    ours: kinds.ours ?? kinds.theirs,
    theirs: kinds.theirs ?? kinds.ours,
  });
  return { lines, end: end?.value ?? '\n' };
}

function lineEnds(text = ''): '\n' | '\r\n' | 'mixed' | undefined {
  const dos = text.includes('\r\n');
  const unix = /(^|[^\r])\n/.test(text);
  if (dos && unix) return 'mixed';
  return dos ? '\r\n' : unix ? '\n' : undefined;
}

/** A passage that was changed: `before` and `after` on either side alike, in between each side's own. */
interface Region {
  readonly start: number;
  readonly end: number;
  readonly before: readonly string[];
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  readonly after: readonly string[];
  readonly dispute: boolean;
}

function alignRegions(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): readonly Region[] {
  const hunks = [
    ...diffLines(base, ours).map((hunk) => ({ side: 'ours' as const, hunk })),
    ...diffLines(base, theirs).map((hunk) => ({ side: 'theirs' as const, hunk })),
  ].sort((a, b) => a.hunk.start - b.hunk.start || a.hunk.end - b.hunk.end);
  const groups: { start: number; end: number; ours: Hunk[]; theirs: Hunk[] }[] = [];
  for (const { side, hunk } of hunks) {
    let group = groups.at(-1);
    if (group === undefined || !meets(group, hunk)) {
      group = { start: hunk.start, end: hunk.end, ours: [], theirs: [] };
      groups.push(group);
    }
    group.end = Math.max(group.end, hunk.end);
    group[side].push(hunk);
  }
  return groups.map((group) => resolve(base, group));
}

type Span = Pick<Hunk, 'start' | 'end'>;

// Neighbours do not meet: a line changed here and the next one changed there, or an insertion at the edge of a change.
const meets = (group: Span, hunk: Span): boolean =>
  hunk.start < group.end || (isInsertion(group) && isInsertion(hunk) && hunk.start === group.start);

const isInsertion = ({ start, end }: Span): boolean => start === end;

function resolve(
  base: readonly string[],
  { start, end, ours, theirs }: Span & { readonly ours: readonly Hunk[]; readonly theirs: readonly Hunk[] },
): Region {
  const span = { start, end };
  const both = { ours: applyTo(base, span, ours), theirs: applyTo(base, span, theirs) };
  if (ours.length === 0 || theirs.length === 0) {
    const changed = ours.length === 0 ? both.theirs : both.ours;
    return { ...span, before: changed, ours: [], theirs: [], after: [], dispute: false };
  }
  const { before, after, ...rest } = trimCommon(both.ours, both.theirs);
  const alike = rest.ours.length === 0 && rest.theirs.length === 0;
  // Where what they have in common stands for all that was there, what one of them has besides is an addition.
  const common = before.length + after.length >= end - start;
  const addition = common && (rest.ours.length === 0 || rest.theirs.length === 0);
  if (alike || addition) {
    return {
      ...span,
      before: [before, rest.ours, rest.theirs].flat(),
      ours: [],
      theirs: [],
      after,
      dispute: false,
    };
  }
  return { ...span, before, after, ...rest, dispute: true };
}

function applyTo(base: readonly string[], { start, end }: Span, hunks: readonly Hunk[]): readonly string[] {
  const pieces: (readonly string[])[] = [];
  let at = start;
  for (const hunk of hunks) {
    pieces.push(base.slice(at, hunk.start), hunk.lines);
    at = hunk.end;
  }
  return [...pieces, base.slice(at, end)].flat();
}

function trimCommon(
  ours: readonly string[],
  theirs: readonly string[],
): Pick<Region, 'before' | 'ours' | 'theirs' | 'after'> {
  const shorter = Math.min(ours.length, theirs.length);
  let head = 0;
  while (head < shorter && ours[head] === theirs[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && ours.at(-1 - tail) === theirs.at(-1 - tail)) tail += 1;
  return {
    before: ours.slice(0, head),
    ours: ours.slice(head, ours.length - tail),
    theirs: theirs.slice(head, theirs.length - tail),
    after: tail === 0 ? [] : ours.slice(-tail),
  };
}
