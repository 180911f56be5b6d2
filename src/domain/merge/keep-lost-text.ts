import { type Comment, LIMITS } from '../issue.ts';
import { type Digest, deriveId } from './derive-id.ts';
import { stableText } from './order.ts';

/** Kind of a comment that keeps a text for which there was no place in a merge. */
export const MERGE_CONFLICT = 'merge-conflict';

/** Who is named as the author of what a merge writes. */
export const MERGER = 'jit:merge';

/** A text that a merge did not take. */
export interface LostText {
  /** Id of the issue. */
  readonly issue: string;
  /** The field that it stood in; a comment is named by `comments.ID`. */
  readonly field: string;
  readonly text: string;
  /** When its side was updated last. */
  readonly at: string;
}

/** The comment that keeps the text. All of it, its id included, follows from the text and where it stood. */
export function keepLostText({ issue, field, text, at }: LostText, digest: Digest): Comment {
  const head = `${HEAD} both branches had changed ${describe(field)}. This is of the branch that changed the issue last at ${at}.`;
  const whole = `${head}\n\n${text}`;
  return {
    id: deriveId(at, digest(stableText([MERGE_CONFLICT, issue, field, at, text]))),
    author: MERGER,
    at,
    body: Buffer.byteLength(whole) > LIMITS.textBytes ? text : whole,
    kind: MERGE_CONFLICT,
    data: { field },
  };
}

const HEAD = 'Not taken in a merge:';

function describe(field: string): string {
  if (field === 'title') return 'the title';
  return field === 'description' ? 'these lines of the description' : `the comment ${field.slice(-8)}`;
}

/** Whether two comments keep the same text, lost at different times. */
export const keepsSame = (a: Comment, b: Comment): boolean =>
  a.kind === MERGE_CONFLICT &&
  b.kind === MERGE_CONFLICT &&
  textIn(a) === textIn(b) &&
  stableText(a.data) === stableText(b.data);

/** Without what says when it was lost. */
function textIn({ body }: Comment): string {
  const end = body.startsWith(`${HEAD} both branches`) ? body.indexOf('\n\n') : -1;
  return end === -1 ? body : body.slice(end + 2);
}
