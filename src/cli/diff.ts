import { JitError } from '../domain/errors.ts';
import { parseRevisionRange, type RevisionRange, revisionName } from '../domain/git-names.ts';
import { findIds } from '../domain/ids.ts';
import { diffBoards } from '../operations/diff.ts';
import type { Comparison, Revisions } from '../operations/revisions.ts';
import { formatJson } from '../render/json-text.ts';
import { reviewDocument } from '../render/review/document.ts';
import { renderReviewMarkdown } from '../render/review/markdown.ts';
import { renderReview } from '../render/review/text.ts';
import { pageFor } from '../render/style.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';
import { AT_ERRORS, flag, list, needed } from './options.ts';
import { SCHEMA_VERSION } from './print.ts';

export const declaration: Declaration = {
  path: ['diff'],
  summary: 'Show what happened to the work between two commits, or since one.',
  description:
    'REV compares with the working tree, REV REV and REV..REV two commits, REV...REV the second with where both parted; without any it is HEAD. A first and a second word that git knows as commits are commits; all others are issues. A word that is a commit and an issue is refused: REV..REV and --issue say which.',
  positionals: [
    {
      name: 'words',
      type: 'string',
      many: true,
      description: 'A commit or two, then issues: only these.',
    },
  ],
  options: {
    staged: {
      type: 'boolean',
      alias: ['cached'],
      description: 'Compare with the index instead of the working tree.',
    },
    issue: {
      type: 'id',
      alias: ['id'],
      many: true,
      placeholder: 'ID',
      description: 'Only this issue; also where a commit is called alike.',
    },
    format: {
      type: 'string',
      alias: ['f'],
      values: ['text', 'markdown', 'json'],
      synonyms: { md: 'markdown' },
      default: 'text',
      description: 'The format; markdown fits a comment on a pull request.',
    },
  },
  reads: 'The issues that differ, the issues that they need, and the events between.',
  writes: 'Nothing.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID', ...AT_ERRORS],
  examples: [
    ['jit diff main...HEAD --format markdown', 'for a pull request'],
    ['jit diff HEAD~10 4F7K2M9Q', 'what happened to one issue since then'],
  ],
  kinds: ['diff'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const revisions = await context.revisions();
  const { range, ids, doubtful } = await readWords(list(input, 'words'), revisions);
  const staged = flag(input, 'staged');
  if (staged && range.after !== null) {
    throw new JitError('USAGE', '--staged compares one commit with the index', {
      hint: 'leave out --staged, or the second commit',
    });
  }
  const comparison = await revisions.compare(range, staged);
  for (const word of doubtful) await refuseDoubt(word, range, comparison);
  const { before, after } = comparison;
  const review = { ...(await diffBoards(comparison, [...ids, ...list(input, 'issue')])), before, after };
  const document = reviewDocument(review);
  const format = needed(input, 'format');
  const texts: Readonly<Record<string, () => string>> = {
    text: () => renderReview(review, pageFor(context.terminal)),
    markdown: () => renderReviewMarkdown(review),
    json: () => `${formatJson({ schema_version: SCHEMA_VERSION, ...document })}\n`,
  };
  return { document, text: texts[format]!(), tellsProblems: true };
}

interface Asked {
  readonly range: RevisionRange;
  readonly ids: readonly string[];
  /** Words that were taken for commits, and could be issues. */
  readonly doubtful: readonly string[];
}

async function readWords(words: readonly string[], revisions: Revisions): Promise<Asked> {
  const [first, second, ...others] = words;
  const rest = words.slice(1);
  if (first?.includes('..') === true) return { range: parseRevisionRange(first), ids: rest, doubtful: [] };
  // A slip in the name of a branch must not end as a search for an issue.
  const isCommit = async (word: string): Promise<boolean> =>
    !couldBeId(word) || (await revisions.knows(word));
  if (first === undefined || !(await isCommit(first)))
    return { range: parseRevisionRange('HEAD'), ids: words, doubtful: [] };
  const range = parseRevisionRange(first);
  if (second === undefined || !(await isCommit(second)))
    return { range, ids: rest, doubtful: [first].filter(couldBeId) };
  const after = revisionName(second);
  return { range: { ...range, after }, ids: others, doubtful: [first, second].filter(couldBeId) };
}

const couldBeId = (word: string): boolean => /^[0-9A-Za-z]{4,26}$/.test(word);

/** A word that means a commit and an issue is refused, rather than taken for the wrong one. */
async function refuseDoubt(word: string, range: RevisionRange, { before, after }: Comparison): Promise<void> {
  for (const { store } of [after, before]) {
    const ids = store === null ? [] : await store.read((view) => view.ids());
    const [id] = findIds(ids, word);
    if (id === undefined) continue;
    throw new JitError('USAGE', `${JSON.stringify(word)} may mean a commit, and the issue ${id}`, {
      details: { word, id },
      hint: `jit diff ${range.before}..${range.after ?? ''} for the commit, jit diff --issue ${word} for the issue`,
    });
  }
}
