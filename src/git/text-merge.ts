import { runGit } from './run-git.ts';

/** Three versions of a file, and how its conflicts are marked. */
export interface TextMerge {
  /** Paths of the three versions, as seen from `directory`. */
  readonly files: { readonly base: string; readonly ours: string; readonly theirs: string };
  readonly directory: string;
  /** How many characters a conflict marker has. */
  readonly markerSize: number;
}

/** What a merge of texts came to. */
export interface MergedText {
  readonly bytes: Buffer;
  /** It holds conflict markers. */
  readonly conflict: boolean;
}

/** Merges files as git merges any text. null where git cannot: a file is binary, or git itself is not there. */
export async function mergeAsText({ files, directory, markerSize }: TextMerge): Promise<MergedText | null> {
  const chunks: Uint8Array[] = [];
  const labels = ['ours', 'base', 'theirs'].flatMap((label) => ['-L', label]);
  const words = ['merge-file', '-p', `--marker-size=${markerSize}`, ...labels, '--'];
  try {
    const { status } = await runGit(directory, [...words, files.ours, files.base, files.theirs], {
      onOutput: (bytes) => chunks.push(bytes),
    });
    // The number of conflicts, but at most 127; more says that it failed.
    if (status === null || status > 127) return null;
    return { bytes: Buffer.concat(chunks), conflict: status > 0 };
  } catch {
    return null;
  }
}

/** Both texts whole, between conflict markers. Labels are one line. */
export function markWhole(
  [ours, theirs]: readonly [Buffer, Buffer],
  [our, their]: readonly [label: string, label: string],
  markerSize: number,
): Buffer {
  const marker = (character: string, label = ''): Buffer =>
    Buffer.from(`${character.repeat(markerSize)}${label === '' ? '' : ` ${label}`}\n`);
  const whole = (bytes: Buffer): Buffer =>
    bytes.length === 0 || bytes.at(-1) === 0x0a ? bytes : Buffer.concat([bytes, Buffer.from('\n')]);
  return Buffer.concat([marker('<', our), whole(ours), marker('='), whole(theirs), marker('>', their)]);
}
