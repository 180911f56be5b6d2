import { JitError } from './errors.ts';

/** Who acts, and how that was found out. */
export interface Actor {
  /** `{type}:{identifier}`. */
  readonly id: string;
  /** Given without a type: it then matches a holder of that identifier whatever its type. */
  readonly bare: boolean;
  readonly source: 'flag' | 'environment' | 'config' | 'git' | 'system';
  /**
   * Somebody said so (flag, environment, local configuration), rather than it being inferred from
   * git's user name or the system's.
   */
  readonly explicit: boolean;
  /** The process itself is known to be a program's: its environment or local configuration says so. */
  readonly processIsAgent: boolean;
  /** A person sits at the terminal. */
  readonly atTerminal: boolean;
}

export interface Identity {
  readonly type: string;
  readonly identifier: string;
  /** No type was given; `type` is the default. */
  readonly bare: boolean;
}

const TYPE = /^[a-z][a-z0-9_-]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const BAD_IDENTIFIER = /[\s\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/u;

/**
 * Reads `{type}:{identifier}`, or a bare name, which is taken as `defaultType:NAME`.
 * Throws USAGE on anything that could not stand in an issue file.
 */
export function parseIdentity(text: string, defaultType = 'agent'): Identity {
  const colon = text.indexOf(':');
  const bare = colon === -1;
  const type = bare ? defaultType : text.slice(0, colon);
  const identifier = bare ? text : text.slice(colon + 1);
  const wrong =
    !TYPE.test(type) ||
    identifier === '' ||
    BAD_IDENTIFIER.test(identifier) ||
    `${type}:${identifier}`.length > 200;
  if (wrong) {
    throw new JitError('USAGE', `not an identity: ${JSON.stringify(text)}`, {
      details: { value: text },
      hint: 'write {type}:{identifier}, for example agent:worker-1 or human:alice; no spaces',
    });
  }
  return { type, identifier, bare };
}

/** `{type}:{identifier}` of an identity. */
export const formatIdentity = ({ type, identifier }: Identity): string => `${type}:${identifier}`;

/**
 * Whether a name, bare or full, means the holder (`{type}:{identifier}`).
 * A bare name matches whatever type the holder has.
 */
export function sameHolder(name: string, holder: string): boolean {
  if (name === holder) return true;
  return !name.includes(':') && holder.slice(holder.indexOf(':') + 1) === name;
}

/** Whether the actor is the holder. */
export const actorIs = (actor: Pick<Actor, 'id' | 'bare'>, holder: string): boolean =>
  actor.id === holder || (actor.bare && sameHolder(actor.id.slice(actor.id.indexOf(':') + 1), holder));

/**
 * Whether the actor may speak as a person: an explicit `human:` from a process that is not itself an
 * agent's, or whoever sits at a terminal.
 */
export function speaksAsHuman(actor: Actor): boolean {
  if (!actor.id.startsWith('human:') || actor.processIsAgent) return false;
  return actor.explicit || actor.atTerminal;
}
