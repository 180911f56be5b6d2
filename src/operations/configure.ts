import type { Config } from '../domain/issue.ts';
import { type SettingName, type SettingValue, settingOf, withSetting } from '../domain/settings.ts';
import type { Session } from './session.ts';

/** What a setting was before, and whether it changed. */
export interface Configured {
  readonly config: Config;
  readonly changed: boolean;
}

/** Sets one setting of the store, or with `undefined` returns it to its default. What is already so changes nothing. */
export function configure(
  session: Session,
  name: SettingName,
  value: SettingValue | undefined,
): Promise<Configured> {
  return session.store.transact<Configured>(async (view) => {
    const before = await view.config();
    const old = settingOf(before, name);
    if (old === value) return { issues: [], events: [], result: { config: before, changed: false } };
    const config = withSetting(before, name, value);
    return {
      issues: [],
      config,
      events: [
        {
          ts: session.clock.now(),
          event: 'config.changed',
          id: null,
          eid: session.newId(),
          by: session.actor.id,
          ...(session.actor.explicit ? {} : { via: session.actor.source }),
          changes: { [name]: [old ?? null, value ?? null] },
        },
      ],
      result: { config, changed: true },
    };
  });
}
