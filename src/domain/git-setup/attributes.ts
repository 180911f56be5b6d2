import { dropBlock, findBlock, lineEndOf, putBlock } from './marked-block.ts';

/** Lines of jit in a file of attributes. Like every text of a file they have one character a byte. */
export interface AttributesBlock {
  /** As in the comments around it; empty in a file of the store itself, which goes with the store wherever it is moved. */
  readonly owner: string;
  readonly lines: readonly string[];
}

/**
 * What git is told of the files of a store in `.jit/.gitattributes`, which is committed. A clone that does not know the driver
 * merges these files as text. The log has no driver here: there the `merge=union` of `jit init` has to stay in effect, for as text
 * the lines that two branches append always conflict.
 */
export const COMMITTED: AttributesBlock = {
  owner: '',
  lines: [
    'issues/*.json merge=jit diff=jit',
    'events.jsonl diff=jit',
    'gates.json merge=jit',
    'config.json merge=jit',
    'index.json merge=jit',
  ],
};

/**
 * What git is told of the log of a store in `info/attributes` of its own directory, where the driver is known. Nothing goes before
 * that file. `store`: the `.jit` directory, relative to the top of the work tree.
 */
export const localBlock = (store: string): AttributesBlock => ({
  owner: store,
  lines: [`${patternOf(`/${store}/events.jsonl`)} merge=jit`],
});

/** A pattern that only this path matches, as files of attributes write it: quoted where a blank would end it. */
function patternOf(path: string): string {
  const literal = path.replaceAll(/[\\*?[]/g, '\\$&');
  const isBlank = (each: string): boolean => each <= ' ';
  if (![...literal].some(isBlank)) return literal;
  const quoted = [...literal].map((each) => {
    if (each === '"' || each === '\\') return `\\${each}`;
    return isBlank(each) && each !== ' ' ? `\\${each.charCodeAt(0).toString(8).padStart(3, '0')}` : each;
  });
  return `"${quoted.join('')}"`;
}

/** The text of a file with these lines: below the others, because of two that say different things the later counts. */
export function putAttributes(text: string, { owner, lines }: AttributesBlock, file: string): string {
  const end = lineEndOf(text);
  return putBlock(text, owner, lines.map((line) => line + end).join(''), file, 'end');
}

/** The text without them, as it was before. */
export const dropAttributes = (text: string, { owner }: AttributesBlock, file: string): string =>
  dropBlock(text, owner, file);

/** `present`: those of this jit. `outdated`: those of another version, or changed by hand. */
export type AttributesState = 'none' | 'present' | 'outdated';

export function judgeAttributes(
  text: string,
  { owner, lines }: AttributesBlock,
  file: string,
): AttributesState {
  const block = findBlock(text, owner, file);
  if (block === null) return 'none';
  const same = block.body.replaceAll('\r', '') === lines.map((line) => `${line}\n`).join('');
  return same ? 'present' : 'outdated';
}
