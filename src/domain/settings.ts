import type { ClaimConfig, IndexConfig } from './generated/types.ts';
import type { Config } from './issue.ts';

/** Keys of the configuration that hold settings of their own. */
type Room = 'claims' | 'index';

/** The name of a setting of the store: a key of its configuration, or one inside a room of it. */
export type SettingName =
  | Exclude<keyof Config, Room>
  | `claims.${keyof ClaimConfig}`
  | `index.${keyof IndexConfig}`;

export type SettingValue = string | number;

/** What a setting is; undefined where it is not set. */
export function settingOf(config: Config, name: SettingName): SettingValue | undefined {
  const [room, key] = split(name);
  const fields = (room === null ? config : (config[room] ?? {})) as Fields;
  return fields[key] as SettingValue | undefined;
}

/** The configuration with a setting changed, or with `undefined` without it; keys that jit does not know stay. */
export function withSetting(config: Config, name: SettingName, value: SettingValue | undefined): Config {
  const [room, key] = split(name);
  if (room === null) return withField(config as Fields, key, value) as Config;
  const inner = withField((config[room] ?? {}) as Fields, key, value);
  return withField(config as Fields, room, Object.keys(inner).length === 0 ? undefined : inner) as Config;
}

type Fields = Readonly<Record<string, unknown>>;

function split(name: SettingName): readonly [Room | null, string] {
  const [room, key] = name.split('.');
  return key === undefined ? [null, name] : [room as Room, key];
}

function withField(fields: Fields, key: string, value: unknown): Fields {
  const { [key]: _, ...rest } = fields;
  return value === undefined ? rest : { ...rest, [key]: value };
}
