import { parseDuration } from '../../domain/duration.ts';
import { isRefPrefix, isRemoteName } from '../../domain/git-names.ts';
import { isTtl } from '../../domain/lease.ts';
import type { SettingName, SettingValue } from '../../domain/settings.ts';

interface Setting {
  readonly description: string;
  readonly fallback: SettingValue;
  /** The allowed words, the range of a whole number, or what a text must be like. */
  readonly allowed: readonly string[] | Range | Form;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

interface Form {
  readonly matches: (text: string) => boolean;
  /** What is allowed, in words. */
  readonly form: string;
}

/** Every setting of `.jit/config.json`. */
export const SETTINGS: Readonly<Record<SettingName, Setting>> = {
  durability: {
    description:
      'full: every commit reaches the disk before it is acknowledged; fast: that is left to the system',
    fallback: 'full',
    allowed: ['full', 'fast'],
  },
  tombstone_days: {
    description: 'jit gc removes what delete left behind after this many days',
    fallback: 90,
    allowed: { least: 0, most: 36_500 },
  },
  'index.trust': {
    description:
      'files: every file of an issue is looked at; directory: only whether files came or went, and what is answered or acted on',
    fallback: 'files',
    allowed: ['files', 'directory'],
  },
  'claims.scope': {
    description:
      'repository: a claim holds in all work trees; remote: in all clones that reach claims.remote',
    fallback: 'repository',
    allowed: ['repository', 'remote'],
  },
  'claims.remote': {
    description: 'the remote on which clones agree about claims',
    fallback: 'origin',
    allowed: { matches: isRemoteName, form: 'the name of a remote, not a URL; git remote lists them' },
  },
  'claims.refPrefix': {
    description:
      'where the remote keeps claims; for hosts that take nothing but branches, refs/heads/jit-claims/',
    fallback: 'refs/jit/claims/',
    allowed: {
      matches: (text) => isRefPrefix(text) && text.length <= 200,
      form: 'begins with refs/, ends with /, has no spaces, and is not where git keeps its own',
    },
  },
  'claims.ttl': {
    description: 'how long a claim lasts after each renewal; 0: without end',
    fallback: '30m',
    allowed: {
      matches: (text) => isTtl(parseDuration(text)),
      form: 'a number and a unit, at least 1s, for example 30m or 2h; 0: without end',
    },
  },
};

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];
