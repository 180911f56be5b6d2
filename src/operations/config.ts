import { equal } from '../domain/event.ts';
import type { Config } from '../domain/issue.ts';
import { Draft } from './draft.ts';
import type { Session } from './session.ts';

/** The store's shared configuration. */
export const readConfig = (session: Session): Promise<Config> => session.store.read((view) => view.config());

/** Sets one key of the shared configuration. Returns whether that changed anything. */
export const setConfig = (
  session: Session,
  key: keyof Config,
  value: Config[keyof Config],
): Promise<boolean> =>
  session.store.transact(async (view) => {
    const draft = await Draft.open(session, view);
    const config = await view.config();
    if (equal(config[key], value)) return draft.plan(false);
    draft.log('config.changed', { changes: { [key]: [config[key] ?? null, value] } });
    return draft.plan(true, { config: { ...config, [key]: value } as Config });
  });
