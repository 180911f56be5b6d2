import type { SettingName } from '../../domain/settings.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { SETTING_NAMES } from './describe-config.ts';
import { describeSetting } from './show.ts';

export const declaration: Declaration = {
  path: ['config', 'get'],
  summary: 'Print one setting of the store.',
  positionals: [
    { name: 'key', type: 'string', required: true, values: SETTING_NAMES, description: 'Which setting.' },
  ],
  reads: '.jit/config.json.',
  writes: 'Nothing.',
  errors: ['NOT_INITIALIZED', 'CORRUPT_FILE'],
  examples: [
    ['jit config get durability', 'its value alone'],
    ['jit config get tombstone_days --json', 'with its meaning'],
  ],
  kinds: ['config'],
};

export async function run({ key }: Input, context: Context): Promise<Output> {
  const config = await context.session().store.read((view) => view.config());
  const setting = describeSetting(config, key as SettingName);
  return { document: { kind: 'config', settings: [setting] }, text: String(setting.value) };
}
