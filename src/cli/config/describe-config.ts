import type { Config } from '../../domain/issue.ts';

interface Setting {
  readonly description: string;
  readonly fallback: string | number;
  /** The allowed words, or the range of a whole number. */
  readonly allowed: readonly string[] | { readonly least: number; readonly most: number };
}

/** Every setting of `.jit/config.json`; test/cli/config.test.ts holds it to schemas/config.schema.json. */
export const SETTINGS: Readonly<Record<keyof Config, Setting>> = {
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
};

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly (keyof Config)[];
