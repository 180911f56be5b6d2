import type { ValidationError } from './generated/validators.js';

export type { ValidationError };

/** A kind of document that has a schema, and the check that says yes or no: from `generated/checks/`. */
export interface Schema {
  readonly name: SchemaName;
  readonly check: (value: unknown) => boolean;
}

type Validators = typeof import('./generated/validators.js');
type SchemaName = keyof {
  [Name in keyof Validators as Name extends `validate${infer Kind}` ? Kind : never]: true;
};

let validators: Validators | undefined;

/** Something is not valid, and what tells why is not loaded: `explained` sees to that. */
class ExplanationNeeded extends Error {}

/**
 * What a schema has against a value; nothing, as a rule. Only then are the validators needed that can tell why, which are ten times
 * larger than those that say no. Call it inside of `explained`.
 */
export function violations({ name, check }: Schema, value: unknown): readonly ValidationError[] {
  if (check(value)) return [];
  if (validators === undefined)
    throw new ExplanationNeeded('violations() is to be called inside of explained()');
  const validate = validators[`validate${name}`];
  return validate(value) ? [] : (validate.errors ?? []);
}

/** Does work that may come to call `violations`: a second time, with the validators, where the first comes upon something invalid. */
export async function explained<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ExplanationNeeded)) throw error;
    validators ??= await import('./generated/validators.js');
    return work();
  }
}
