import { JitError } from './errors.ts';
import { ref } from './issue.ts';

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Whether this is a full id in canonical form. */
export const isUlid = (text: string): boolean => ULID.test(text);

/** Shortest abbreviation of an id that is accepted. */
export const SHORTEST_ABBREVIATION = 4;

/**
 * The ids that an argument may mean: a full id, or 4 characters or more of its start, of its end, or of the start of its
 * ref, in any case.
 */
export function findIds(ids: readonly string[], text: string): readonly string[] {
  const wanted = text.toUpperCase();
  if (isUlid(wanted)) return ids.includes(wanted) ? [wanted] : [];
  if (wanted.length < SHORTEST_ABBREVIATION) return [];
  return ids.filter((id) => id.startsWith(wanted) || id.endsWith(wanted) || ref(id).startsWith(wanted));
}

/** Refuses an argument that cannot be an id, before the store is asked. Throws USAGE. */
export function checkIdArgument(text: string): void {
  if (text.trim() === '') {
    throw new JitError('USAGE', 'an issue id is empty', {
      hint: 'an unset shell variable gives an empty argument; jit list shows the ids',
    });
  }
  if (!/^[0-9A-Za-z]+$/.test(text)) {
    throw new JitError('USAGE', `not an issue id: ${JSON.stringify(text)}`, {
      details: { value: text },
      hint: 'an id has letters and digits only; jit list shows the ids',
    });
  }
  if (text.length < SHORTEST_ABBREVIATION) {
    throw new JitError('USAGE', `too short for an issue id: ${JSON.stringify(text)}`, {
      details: { value: text },
      hint: `give at least ${SHORTEST_ABBREVIATION} characters of its start or its end`,
    });
  }
}
