import { join } from 'node:path';
import { readIfThere } from './repository.ts';

/** What the configuration of a repository says of its work tree. */
export interface CoreSettings {
  readonly bare: boolean;
  /** `core.worktree` as it is written, usually relative to the git directory; null where it is not set. */
  readonly worktree: string | null;
}

/** Reads `core.bare` and `core.worktree` from the files of a git directory. Other files that they include are not followed. */
export function readCoreSettings(gitDir: string): CoreSettings {
  // With extensions.worktreeConfig, git keeps these two in the second file, which then counts.
  const values = new Map(['config', 'config.worktree'].flatMap((name) => coreValues(join(gitDir, name))));
  const bare = values.get('bare')?.toLowerCase();
  return {
    bare: bare !== undefined && ['', 'true', 'yes', 'on', '1'].includes(bare),
    worktree: values.get('worktree') ?? null,
  };
}

function coreValues(path: string): readonly (readonly [key: string, value: string])[] {
  const found: (readonly [string, string])[] = [];
  let inCore = false;
  for (const line of (readIfThere(path) ?? '').split('\n')) {
    const section = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (section !== undefined) inCore = section.trim().toLowerCase() === 'core';
    const [, key, value] = /^\s*(?:\[[^\]]*\])?\s*(\w+)\s*(?:=\s*(.*?))?\s*$/.exec(line) ?? [];
    if (inCore && key !== undefined) found.push([key.toLowerCase(), unquoted(value ?? '')]);
  }
  return found;
}

const unquoted = (value: string): string =>
  value.startsWith('"')
    ? value.replace(/^"((?:[^"\\]|\\.)*)".*$/, '$1').replace(/\\(.)/g, '$1')
    : value.replace(/\s*[#;].*$/, '');
