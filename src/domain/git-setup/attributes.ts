import { dropBlock, findBlock, lineEndOf, putBlock } from './marked-block.ts';

/** What git is told of the files of a store, in `.jit/.gitattributes`. */
export const MERGE_ATTRIBUTES: readonly string[] = [
  'issues/*.json merge=jit diff=jit',
  'events.jsonl merge=jit diff=jit',
  'gates.json merge=jit',
  'config.json merge=jit',
  'index.json merge=jit',
];

/** The text of `.jit/.gitattributes` with jit's lines: below the others, because of two that say different things the later counts. */
export function putAttributes(text: string, file: string): string {
  const end = lineEndOf(text);
  return putBlock(text, OWNER, MERGE_ATTRIBUTES.map((line) => line + end).join(''), file, 'end');
}

/** The text without them, as it was before. */
export const dropAttributes = (text: string, file: string): string => dropBlock(text, OWNER, file);

/** The file belongs to the store, and goes with it wherever it is moved. */
const OWNER = '';

/** `present`: those of this jit. `outdated`: those of another version, or changed by hand. */
export type AttributesState = 'none' | 'present' | 'outdated';

export function judgeAttributes(text: string, file: string): AttributesState {
  const block = findBlock(text, OWNER, file);
  if (block === null) return 'none';
  return block.body.replaceAll('\r', '') === MERGE_ATTRIBUTES.map((line) => `${line}\n`).join('')
    ? 'present'
    : 'outdated';
}
