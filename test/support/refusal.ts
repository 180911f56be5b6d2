import { JitError } from '../../src/domain/errors.ts';

/** The refusal that something ends in. Throws when it does not refuse. */
export function refusalOf(act: () => unknown): JitError {
  try {
    act();
  } catch (error) {
    if (error instanceof JitError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The refusal that something asynchronous ends in. Throws when it does not refuse. */
export async function refusalIn(act: Promise<unknown>): Promise<JitError> {
  try {
    await act;
  } catch (error) {
    if (error instanceof JitError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The reasons of a refusal by their type, sorted. */
export const reasonTypes = (error: JitError): readonly string[] =>
  ((error.details.reasons ?? []) as readonly { type: string }[]).map(({ type }) => type).sort();
