/** A file as it is: one character a byte, and its permissions. */
export interface FileImage {
  readonly text: string;
  readonly mode: number;
}

/** What stands at a path. `other`: a directory, a device. No link is followed. */
export type Entry = { readonly kind: 'none' | 'link' | 'other' } | (FileImage & { readonly kind: 'file' });

/** One step on the disk. Paths are absolute. */
export type Change =
  | {
      readonly kind: 'write';
      readonly path: string;
      readonly before: FileImage | null;
      readonly after: FileImage;
    }
  | { readonly kind: 'remove'; readonly path: string; readonly before: FileImage }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  /** Only what is empty is removed. */
  | { readonly kind: 'make-directory' | 'remove-directory'; readonly path: string };

/** What leads from one text of a file to another; nothing where they are the same. */
export const rewrite = (path: string, before: FileImage, text: string): readonly Change[] =>
  text === before.text ? [] : [{ kind: 'write', path, before, after: { text, mode: before.mode } }];

/** Permissions of a new file; what the user keeps from new files (umask) is taken off. */
export const NEW_FILE = 0o666;
export const NEW_PROGRAM = 0o777;
