/** The sides of a text in which git left conflict markers. */
export interface ConflictSides {
  /** As it was before both, as far as the markers tell: what is outside of the conflicts, and what they give as the base. */
  readonly base: string;
  /** Whether every conflict gives its base, as with `merge.conflictStyle` diff3. */
  readonly whole: boolean;
  readonly ours: string;
  readonly theirs: string;
}

const FIRST = /^(<{7,})(?: .*)?\r?$/m;

/** Whether a text has the first line of a conflict. No JSON text that jit writes can have such a line. */
export const hasConflictMarkers = (text: string): boolean => FIRST.test(text);

/**
 * Takes the sides out of a text with conflict markers: what stands between conflicts belongs to all. Null where there are no
 * markers, or where they do not fit together, as after half an edit.
 */
export function splitConflict(text: string): ConflictSides | null {
  const opening = FIRST.exec(text)?.[1];
  if (opening === undefined) return null;
  const marks = marksOf(opening.length);
  const sides: Record<Part, string[]> = { base: [], ours: [], theirs: [] };
  let part: Part | null = null;
  let whole = true;
  let baseHere = false;
  for (const line of text.split(/(?<=\n)/)) {
    const mark = markOf(line, marks);
    if (mark === null) {
      for (const name of part === null ? PARTS : [part]) sides[name].push(line);
      continue;
    }
    // Of one conflict: ours, perhaps the base, theirs, the end.
    if (!FOLLOWS[part ?? 'none'].includes(mark)) return null;
    if (mark === 'ours') baseHere = false;
    if (mark === 'base') baseHere = true;
    if (mark === 'theirs' && !baseHere) whole = false;
    part = mark === 'end' ? null : mark;
  }
  if (part !== null) return null;
  return {
    base: sides.base.join(''),
    whole,
    ours: sides.ours.join(''),
    theirs: sides.theirs.join(''),
  };
}

type Part = 'base' | 'ours' | 'theirs';
type Mark = Part | 'end';

const PARTS: readonly Part[] = ['base', 'ours', 'theirs'];

const FOLLOWS: Readonly<Record<Part | 'none', readonly Mark[]>> = {
  none: ['ours'],
  ours: ['base', 'theirs'],
  base: ['theirs'],
  theirs: ['end'],
};

// Conflicts of a base that was itself merged stand inside, with longer marks: they are text here.
function marksOf(length: number): readonly (readonly [string, Mark])[] {
  return [
    ['<'.repeat(length), 'ours'],
    ['|'.repeat(length), 'base'],
    ['='.repeat(length), 'theirs'],
    ['>'.repeat(length), 'end'],
  ];
}

function markOf(line: string, marks: readonly (readonly [string, Mark])[]): Mark | null {
  const bare = line.replace(/\r?\n$/, '');
  return marks.find(([mark]) => bare === mark || bare.startsWith(`${mark} `))?.[1] ?? null;
}

/** The lines of a text that are no marks of a conflict. */
export const withoutMarkers = (text: string): readonly string[] =>
  text.split(/\r?\n/).filter((line) => line !== '' && !/^(?:<{7,}|\|{7,}|={7,}|>{7,})(?: |$)/.test(line));
