import type { Config } from '../../domain/issue.ts';
import { type SettingName, settingOf } from '../../domain/settings.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { SETTING_NAMES, SETTINGS } from './describe-config.ts';

export const declaration: Declaration = {
  path: ['config', 'show'],
  summary: 'Show every setting of the store, and what it means.',
  reads: '.jit/config.json.',
  writes: 'Nothing.',
  errors: ['NOT_INITIALIZED', 'CORRUPT_FILE'],
  examples: [
    ['jit config show', 'settings and their defaults'],
    ['jit config show --json', 'the same as a document'],
  ],
  kinds: ['config'],
};

export async function run(_input: Input, context: Context): Promise<Output> {
  const config = await context.session().store.read((view) => view.config());
  const settings = SETTING_NAMES.map((key) => describeSetting(config, key));
  const width = Math.max(...SETTING_NAMES.map((key) => key.length));
  const lines = settings.map(
    ({ key, value, is_default, description }) =>
      `${key.padEnd(width)}  ${value}${is_default ? ' (default)' : ''}  ${description}`,
  );
  return { document: { kind: 'config', settings }, text: lines.join('\n') };
}

/** One setting as documents show it. */
export function describeSetting(config: Config, key: SettingName) {
  const { fallback, description } = SETTINGS[key];
  const value = settingOf(config, key);
  return { key, value: value ?? fallback, is_default: value === undefined, description };
}
