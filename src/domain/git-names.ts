import { JitError } from './errors.ts';

/**
 * Whether a text may be the full name of a reference, by the rules of git-check-ref-format(1). What begins with `refs/` is never
 * taken for an option.
 */
export function isRefName(text: string): boolean {
  if (!text.startsWith('refs/') || text.length > 1_000) return false;
  if (/[\p{Cc} ~^:?*[\\]|\.\.|@\{|\.$/u.test(text)) return false;
  return text.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

/** A full name of a reference, checked before git sees it. Throws USAGE. */
export function refName(text: string): string {
  if (isRefName(text)) return text;
  throw new JitError('USAGE', `not the name of a reference: ${JSON.stringify(text)}`, {
    details: { value: text },
    hint: 'a reference begins with refs/, has no spaces, and none of .. ~ ^ : ? * [ \\',
  });
}

/** What git and its hosts use themselves. */
const TAKEN = ['refs/heads/', 'refs/tags/', 'refs/remotes/', 'refs/notes/'];

/** Whether names of references may begin so: a room of its own below `refs/`, which ends with `/`. */
export const isRefPrefix = (text: string): boolean =>
  text !== 'refs/' && text.endsWith('/') && isRefName(`${text}x`) && !TAKEN.includes(text);

/** The beginning of names of references, checked. Throws UNKNOWN_VALUE. */
export function refPrefix(text: string): string {
  if (isRefPrefix(text)) return text;
  throw new JitError('UNKNOWN_VALUE', `claims cannot be kept under ${JSON.stringify(text)}`, {
    details: { what: 'claims.refPrefix', value: text },
    hint: 'for example refs/jit/claims/: it begins with refs/, ends with /, and has no spaces',
  });
}

/**
 * Whether a text may be the name of a configured remote. Never a URL or a path: the settings of a store come with the
 * repository, from whoever could write to it, and must not send git to a place that its user did not configure.
 */
export const isRemoteName = (text: string): boolean =>
  /^[0-9A-Za-z_][0-9A-Za-z_./+-]*$/.test(text) && text.length <= 200 && isRefName(`refs/remotes/${text}/x`);

/** The name of a remote, checked before git sees it. Throws UNKNOWN_VALUE. */
export function remoteName(text: string): string {
  if (isRemoteName(text)) return text;
  throw new JitError('UNKNOWN_VALUE', `not the name of a remote: ${JSON.stringify(text)}`, {
    details: { what: 'claims.remote', value: text },
    hint: 'the name of a remote of this repository, for example origin; git remote lists them',
  });
}

/**
 * What names a commit, checked before git sees it: never an option, nothing that is left out (`^x`), no range, nothing that a
 * terminal would obey. Whether there is such a commit is for git to say. Throws USAGE.
 */
export function revisionName(text: string): string {
  if (isRevisionName(text)) return text;
  throw new JitError('USAGE', `not the name of a commit: ${JSON.stringify(text)}`, {
    details: { value: text },
    hint: 'for example HEAD, main, v1.0, HEAD~3, or the first characters of a commit',
  });
}

/** Whether a text may name a commit. */
export const isRevisionName = (text: string): boolean =>
  text !== '' && text.length <= 1_000 && !/^[-^]|\.\.|\p{Cc}|\p{Surrogate}/u.test(text);

/** Two revisions to compare, as git writes them. */
export interface RevisionRange {
  /** HEAD where none was written. */
  readonly before: string;
  /** Null: no second one was written. */
  readonly after: string | null;
  /** `...`: not `before` itself, but where the two parted; where there is no second, where HEAD and `before` did. */
  readonly fromMergeBase: boolean;
}

/** Reads `A`, `A..B` or `A...B`; of a range either may be left out and is HEAD then. Throws USAGE. */
export function parseRevisionRange(text: string): RevisionRange {
  const parts = /^(.*?)(\.{2,3})(.*)$/su.exec(text);
  if (parts === null) return { before: revisionName(text), after: null, fromMergeBase: false };
  const [, before, dots, after] = parts as unknown as readonly [string, string, string, string];
  return {
    before: revisionName(before === '' ? 'HEAD' : before),
    after: revisionName(after === '' ? 'HEAD' : after),
    fromMergeBase: dots === '...',
  };
}
