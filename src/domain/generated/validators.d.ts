// Generated from schemas/ by `npm run generate`. Do not edit.
export interface ValidationError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}
export interface Validator {
  (data: unknown): boolean;
  readonly errors?: readonly ValidationError[] | null;
}
export declare const validateConfig: Validator;
export declare const validateEvent: Validator;
export declare const validateGates: Validator;
export declare const validateIndex: Validator;
export declare const validateIssue: Validator;
export declare const validateLease: Validator;
export declare const validateLocalConfig: Validator;
export declare const validateTombstone: Validator;
