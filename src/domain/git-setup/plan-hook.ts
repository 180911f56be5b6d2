import { JitError } from '../errors.ts';
import { type Change, type Entry, NEW_PROGRAM, rewrite } from './change.ts';
import {
  directoriesOfNew,
  type HookCall,
  hookLines,
  isWrapper,
  keptName,
  newScript,
  placeInScript,
  wrapperScript,
} from './hook-script.ts';
import { dropBlock, putBlock } from './marked-block.ts';

/** Where a hook is, and what is there. */
export interface HookSpot {
  readonly path: string;
  readonly entry: Entry;
  /** What stands where a hook that is no shell script is kept. */
  readonly kept: { readonly path: string; readonly there: boolean };
  /** Read by sh whatever it is, and whether or not it may be executed (husky 9). */
  readonly sourced: boolean;
  /** Directories that must be made for it, the outermost first. */
  readonly missing: readonly string[];
}

/** How jit takes part in a hook. `made`: it alone. `inserted`: in the user's script. `wrapped`: before the user's program. */
export type HookForm = 'made' | 'inserted' | 'wrapped';

export interface HookPlan {
  readonly form: HookForm;
  readonly changes: readonly Change[];
}

/** Puts jit into a hook; whatever is there goes on being run. Throws INVALID where it cannot be. */
export function planHook(spot: HookSpot, owner: string, call: HookCall): HookPlan {
  const { path, entry, kept, sourced, missing } = spot;
  const put = (text: string): string =>
    putBlock(text, owner, hookLines(call), path, placeInScript(text, sourced)!);
  const made = (text: string): Change => ({
    kind: 'write',
    path,
    before: null,
    after: { text: put(text), mode: NEW_PROGRAM },
  });
  if (entry.kind === 'other') {
    throw new JitError('INVALID', `${path} is no file`, { details: { file: path }, hint: 'remove it' });
  }
  if (entry.kind === 'none') {
    const directories = missing.map((each): Change => ({ kind: 'make-directory', path: each }));
    return { form: 'made', changes: [...directories, made(newScript(missing.length))] };
  }
  if (entry.kind === 'file' && isRun(entry, sourced) && placeInScript(entry.text, sourced) !== null) {
    return {
      form: formOf(dropBlock(entry.text, owner, path), call),
      changes: rewrite(path, entry, put(entry.text)),
    };
  }
  if (kept.there) {
    throw new JitError(
      'INVALID',
      `${path} is no shell script, and ${kept.path}, where it would be kept, is there already`,
      {
        details: { file: path, kept: kept.path },
        hint: `look at both, and remove or rename ${keptName(call.hook)}`,
      },
    );
  }
  const wrapper = made(wrapperScript(call.hook, sourced));
  return { form: 'wrapped', changes: [{ kind: 'rename', path, to: kept.path }, wrapper] };
}

const isRun = ({ mode }: { readonly mode: number }, sourced: boolean): boolean =>
  sourced || (mode & 0o111) !== 0;

function formOf(rest: string, { hook }: HookCall): HookForm {
  if (directoriesOfNew(rest) !== null) return 'made';
  return isWrapper(rest, hook) ? 'wrapped' : 'inserted';
}

/** Takes jit out of a hook: what was there before is there again. `directories` lie above it, the innermost first. */
export function planHookRemoval(
  { path, entry, kept }: HookSpot,
  owner: string,
  hook: HookCall['hook'],
  directories: readonly string[],
): readonly Change[] {
  if (entry.kind !== 'file') return [];
  const rest = dropBlock(entry.text, owner, path);
  if (rest === entry.text) return [];
  const made = directoriesOfNew(rest);
  if (made !== null) {
    const emptied = directories.slice(0, made);
    return [
      { kind: 'remove', path, before: entry },
      ...emptied.map((each): Change => ({ kind: 'remove-directory', path: each })),
    ];
  }
  if (isWrapper(rest, hook)) {
    const gone: Change = { kind: 'remove', path, before: entry };
    return kept.there ? [gone, { kind: 'rename', path: kept.path, to: path }] : [gone];
  }
  return rewrite(path, entry, rest);
}
