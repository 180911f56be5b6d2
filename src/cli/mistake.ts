/** What is wrong with a command line; src/cli/usage.ts says it in words. */
export type Mistake =
  | { readonly type: 'unknown-option'; readonly option: string }
  | { readonly type: 'missing-value'; readonly option: string; readonly next?: string }
  | { readonly type: 'unexpected-value'; readonly option: string; readonly value: string }
  | { readonly type: 'repeated'; readonly option: string }
  | { readonly type: 'missing'; readonly what: string }
  | { readonly type: 'surplus'; readonly word: string }
  | { readonly type: 'empty'; readonly what: string }
  | { readonly type: 'not-integer' | 'not-duration'; readonly what: string; readonly value: string }
  | {
      readonly type: 'unknown-value';
      readonly what: string;
      readonly value: string;
      readonly values: readonly string[];
      readonly synonyms?: Readonly<Record<string, string>>;
    };

/** Thrown by what reads a command line, and caught by `parse`. */
export class Wrong extends Error {
  readonly mistake: Mistake;
  constructor(mistake: Mistake) {
    super(mistake.type);
    this.mistake = mistake;
  }
}
