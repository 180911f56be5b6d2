import { JitError } from '../errors.ts';

/**
 * A block of jit's lines in a file of somebody else. It stands between two comments that name its owner, the store, so that
 * several stores of one repository do not get into each other's way; in a file of the store itself the owner is empty. All of `.gitattributes`, `.git/config` and shell scripts
 * take `#` for a comment.
 *
 * Texts here have one character a byte (latin1): whatever a file holds comes out as it went in.
 */
export interface Block {
  /** Where its first line starts, and where the line after its last one does. */
  readonly start: number;
  readonly end: number;
  /** The lines between the two comments. */
  readonly body: string;
}

const BEGINNING = '# >>> jit git setup';
const ENDING = '# <<< jit git setup';

const beginning = (owner: string): string => BEGINNING + named(owner);
const ending = (owner: string): string => ENDING + named(owner);
const named = (owner: string): string => (owner === '' ? '' : ` ${JSON.stringify(owner)}`);

/** Stands in the first comment where the block had to end the line above it. */
const ENDED_LINE = ' (the line above had no end)';

/** The block of an owner; null where there is none. Throws INVALID where it begins and does not end. */
export function findBlock(text: string, owner: string, file: string): Block | null {
  let begun: { readonly start: number; readonly inside: number } | null = null;
  for (const { at, next, content } of linesOf(text)) {
    if (begun === null) {
      if (content === beginning(owner) || content === beginning(owner) + ENDED_LINE)
        begun = { start: at, inside: next };
    } else if (content === ending(owner)) {
      return { start: begun.start, end: next, body: text.slice(begun.inside, at) };
    }
  }
  if (begun === null) return null;
  throw new JitError('INVALID', `${file}: the block of jit has lost its last line`, {
    details: { file, lacks: ending(owner) },
    hint: `put the line ${ending(owner)} back below the lines of jit, or remove these lines`,
  });
}

/** Where a new block goes: at the end of the file, or at an offset, where a line starts. */
export type Spot = 'end' | number;

/** The text with this block: in its place where it is there already. `body`: whole lines. */
export function putBlock(text: string, owner: string, body: string, file: string, spot: Spot): string {
  const old = findBlock(text, owner, file);
  if (old !== null) {
    const first = text.slice(old.start, text.indexOf('\n', old.start) + 1);
    const last = text.slice(old.start + first.length + old.body.length, old.end);
    return text.slice(0, old.start) + first + body + last + text.slice(old.end);
  }
  const at = spot === 'end' ? text.length : spot;
  const [above, below] = [text.slice(0, at), text.slice(at)];
  const end = lineEndOf(text);
  const cut = above === '' || above.endsWith('\n');
  const first = `${cut ? '' : end}${beginning(owner)}${cut ? '' : ENDED_LINE}${end}`;
  return `${above}${first}${body}${ending(owner)}${end}${below}`;
}

/** The text without the block, as it was before it was put there. */
export function dropBlock(text: string, owner: string, file: string): string {
  const block = findBlock(text, owner, file);
  if (block === null) return text;
  const [above, below] = [text.slice(0, block.start), text.slice(block.end)];
  const first = text.slice(block.start, text.indexOf('\n', block.start)).replace(/\r$/, '');
  // What was written below meanwhile needs the line above to have an end.
  const hadNoEnd = first.endsWith(ENDED_LINE) && below === '';
  return (hadNoEnd ? above.replace(/\r?\n$/, '') : above) + below;
}

/** How the lines of a text end: as the first one does. */
export const lineEndOf = (text: string): string => (/^[^\n]*\r\n/.test(text) ? '\r\n' : '\n');

/** Where the first block of any owner starts in a text; its end where there is none. */
export const startOfBlocks = (text: string): number =>
  linesOf(text).find(({ content }) => content.startsWith(BEGINNING))?.at ?? text.length;

export interface Line {
  readonly at: number;
  /** Where the next one starts. */
  readonly next: number;
  /** Without its end. */
  readonly content: string;
}

/** The lines of a text, the last one also where it has no end. */
export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    const next = found === -1 ? text.length : found + 1;
    lines.push({ at, next, content: text.slice(at, next).replace(/\r?\n$/, '') });
    at = next;
  }
  return lines;
}
