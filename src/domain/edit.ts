import { JitError } from './errors.ts';
import { type Comment, type Issue, LIMITS, type Link, type Priority } from './issue.ts';
import { addLink } from './lifecycle.ts';
import { change, type Facts, type Step } from './transition.ts';

/** Fields to change; what is absent stays. */
export interface Edit {
  readonly title?: string;
  readonly description?: string;
  readonly priority?: Priority;
  /** null takes it away. */
  readonly milestone?: string | null;
  readonly addLabels?: readonly string[];
  readonly removeLabels?: readonly string[];
  readonly addLinks?: readonly Link[];
  /** Keys to set; an empty value removes the key. */
  readonly context?: Readonly<Record<string, string>>;
}

/** The fields of an issue after an edit; throws USAGE or LIMIT_EXCEEDED on what may not be stored. */
export function applyEdit(issue: Issue, edit: Edit): Issue {
  const labels = new Set(issue.labels);
  for (const label of edit.addLabels ?? []) labels.add(checkLabel(label));
  for (const label of edit.removeLabels ?? []) labels.delete(label);
  const context = new Map(Object.entries(issue.context));
  for (const [key, value] of Object.entries(edit.context ?? {})) {
    if (value === '') context.delete(key);
    else context.set(key, value);
  }
  return {
    ...issue,
    ...(edit.title === undefined ? {} : { title: checkTitle(edit.title) }),
    ...(edit.description === undefined ? {} : { description: checkText(edit.description, 'description') }),
    ...(edit.priority === undefined ? {} : { priority: edit.priority }),
    ...(edit.milestone === undefined
      ? {}
      : { milestone: edit.milestone === null ? null : checkLabel(edit.milestone, 'milestone') }),
    labels: [...labels].sort(),
    links: (edit.addLinks ?? []).reduce((links, link) => addLink(links, link), issue.links),
    context: Object.fromEntries([...context].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Adds a comment. Throws USAGE when it is empty, LIMIT_EXCEEDED when it is too long. */
export function addComment(issue: Issue, id: string, body: string, facts: Facts): readonly Step[] {
  if (body.trim() === '')
    throw new JitError('USAGE', 'the comment is empty', { hint: 'give its text, or - for stdin' });
  const comment: Comment = { id, author: facts.actor.id, at: facts.now, body: checkText(body, 'comment') };
  const comments = [...issue.comments, comment].sort((a, b) => (a.id < b.id ? -1 : 1));
  return [{ event: 'comment.added', after: change(issue, { comments }, facts.now) }];
}

// What ends a line, or would reach a terminal as a command.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/** The title without white space around it. Throws USAGE, LIMIT_EXCEEDED. */
export function checkTitle(text: string): string {
  const title = text.trim();
  if (title === '') {
    throw new JitError('USAGE', 'the title is empty', {
      hint: 'an unset shell variable gives an empty argument',
    });
  }
  if (CONTROL.test(title) || LONE_SURROGATE.test(title)) {
    throw new JitError('USAGE', 'the title has a line break or another control character', {
      details: { title },
      hint: 'a title is one line of text; put the rest into --description',
    });
  }
  const length = [...title].length;
  if (length > LIMITS.titleCharacters) {
    throw new JitError('LIMIT_EXCEEDED', `the title has ${length} characters`, {
      details: { limit: LIMITS.titleCharacters },
      hint: `at most ${LIMITS.titleCharacters}; put the rest into --description`,
    });
  }
  return title;
}

function checkText(text: string, what: 'description' | 'comment'): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMITS.textBytes) {
    throw new JitError('LIMIT_EXCEEDED', `the ${what} has ${bytes} bytes`, {
      details: { limit: LIMITS.textBytes },
      hint: `at most ${LIMITS.textBytes} bytes; put a long text into a file of the repository and name it here`,
    });
  }
  if (LONE_SURROGATE.test(text)) {
    throw new JitError('USAGE', `the ${what} is not valid Unicode`, { hint: 'write it as UTF-8' });
  }
  return text;
}

/** A label or milestone that may be stored. Throws USAGE. */
export function checkLabel(text: string, what: 'label' | 'milestone' = 'label'): string {
  const label = text.trim();
  if (
    label === '' ||
    label.length > 100 ||
    CONTROL.test(label) ||
    /[,|"]/.test(label) ||
    LONE_SURROGATE.test(label)
  ) {
    throw new JitError('USAGE', `not a ${what}: ${JSON.stringify(text)}`, {
      details: { value: text },
      hint: `a ${what} has 1 to 100 characters on one line, without comma, | or quotes`,
    });
  }
  return label;
}
