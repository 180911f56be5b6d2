import { type AttributesBlock, dropAttributes, putAttributes } from './attributes.ts';
import { type Change, type Entry, NEW_FILE, rewrite } from './change.ts';
import { directoriesOfMade, madeLine } from './made.ts';
import { plainFile } from './plain-file.ts';

/** Where a file of attributes is, and what is there. */
export interface AttributesSpot {
  readonly path: string;
  readonly entry: Entry;
  /** Directories that must be made for it, the outermost first. */
  readonly missing: readonly string[];
}

/** Puts a block into a file of attributes, which is made where there is none. Throws INVALID where it is no file. */
export function planAttributes(
  { path, entry, missing }: AttributesSpot,
  block: AttributesBlock,
): readonly Change[] {
  if (entry.kind === 'none') {
    const text = putAttributes(madeLine(missing.length), block, path);
    return [
      ...missing.map((each): Change => ({ kind: 'make-directory', path: each })),
      { kind: 'write', path, before: null, after: { text, mode: NEW_FILE } },
    ];
  }
  const image = plainFile(entry, path);
  return rewrite(path, image, putAttributes(image.text, block, path));
}

/** Takes it out: what was there before is there again. `directories` lie above the file, the innermost first. */
export function planAttributesRemoval(
  { path, entry }: AttributesSpot,
  block: AttributesBlock,
  directories: readonly string[],
): readonly Change[] {
  if (entry.kind === 'none') return [];
  const image = plainFile(entry, path);
  const rest = dropAttributes(image.text, block, path);
  const made = rest === image.text ? null : directoriesOfMade(rest);
  if (made === null) return rewrite(path, image, rest);
  const emptied = directories.slice(0, made);
  return [
    { kind: 'remove', path, before: image },
    ...emptied.map((each): Change => ({ kind: 'remove-directory', path: each })),
  ];
}
