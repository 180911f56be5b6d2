import { claimSettings } from '../../domain/claim-settings.ts';
import { JitError } from '../../domain/errors.ts';
import { type SettingName, type SettingValue, withSetting } from '../../domain/settings.ts';
import { findNearest } from '../../domain/suggest.ts';
import { configure } from '../../operations/configure.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { refuseValue } from '../usage.ts';
import { SETTING_NAMES, SETTINGS } from './describe-config.ts';
import { describeSetting } from './show.ts';

export const declaration: Declaration = {
  path: ['config', 'set'],
  summary: 'Change one setting of the store, for everybody who shares it.',
  description:
    'The value `default` returns a setting to its default. claims.scope remote needs a git repository that has the remote claims.remote.',
  positionals: [
    { name: 'key', type: 'string', required: true, values: SETTING_NAMES, description: 'Which setting.' },
    { name: 'value', type: 'string', required: true, description: 'Its new value.' },
  ],
  options: { by: { type: 'string', placeholder: 'WHO', description: 'Who changes it.' } },
  reads: '.jit/config.json.',
  writes: '.jit/config.json, .jit/events.jsonl.',
  errors: ['NOT_INITIALIZED', 'CORRUPT_FILE', 'LOCK_TIMEOUT', 'DISK_FULL', 'IO', 'UNKNOWN_VALUE', 'GIT'],
  examples: [
    ['jit config set claims.scope remote', 'let claims hold in all clones'],
    ['jit config set tombstone_days default', 'back to the default'],
  ],
  kinds: ['config'],
};

export async function run({ key, value, by }: Input, context: Context): Promise<Output> {
  const name = key as SettingName;
  const session = context.session({ named: by as string | undefined });
  const read = readSetting(name, value as string);
  const wanted = claimSettings(withSetting(await session.store.read((view) => view.config()), name, read));
  if (wanted.scope === 'remote' && (name === 'claims.scope' || name === 'claims.remote')) {
    await checkRemote(name, wanted.remote, context);
  }
  const { config } = await configure(session, name, read);
  const setting = describeSetting(config, name);
  return { document: { kind: 'config', settings: [setting] }, text: `${name} is ${setting.value}` };
}

/** Refuses a setting under which every claim would fail, because there is no such remote. Throws UNKNOWN_VALUE, GIT. */
async function checkRemote(name: SettingName, remote: string, context: Context): Promise<void> {
  const remotes = await context.remotes();
  if (remotes?.includes(remote) === true) return;
  const near = findNearest(remote, remotes ?? []);
  const other = `jit config set claims.remote ${near ?? 'NAME'} first chooses ${near === undefined ? 'another' : 'that'}`;
  throw new JitError(
    'UNKNOWN_VALUE',
    remotes === null
      ? 'claims cannot be kept on a remote: the store is in no git repository'
      : `claims cannot be kept on ${remote}: this repository has no such remote`,
    {
      details: { what: name, remote, values: remotes ?? [] },
      hint:
        remotes === null
          ? 'git init, and git remote add origin URL, come first'
          : `git remote add ${remote} URL makes it; ${other}`,
    },
  );
}

function readSetting(key: SettingName, text: string): SettingValue | undefined {
  if (text === 'default') return undefined;
  const { allowed } = SETTINGS[key];
  if ('form' in allowed) {
    if (allowed.matches(text)) return text;
    throw refuse(key, text, {}, allowed.form);
  }
  if ('least' in allowed) {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= allowed.least && number <= allowed.most) return number;
    throw refuse(key, text, { ...allowed }, `a whole number from ${allowed.least} to ${allowed.most}`);
  }
  if (allowed.includes(text)) return text;
  throw refuseValue(key, text, [...allowed, 'default']);
}

const refuse = (key: SettingName, text: string, details: object, hint: string): JitError =>
  new JitError('UNKNOWN_VALUE', `${key} cannot be ${JSON.stringify(text)}`, {
    details: { what: key, value: text, ...details },
    hint,
  });
