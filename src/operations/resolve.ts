import { JitError } from '../domain/errors.ts';
import { checkIdArgument, findIds, isUlid } from '../domain/ids.ts';
import { type Issue, ref } from '../domain/issue.ts';
import type { View } from '../store/store.ts';

/** How many candidates an ambiguous id names. */
const SHOWN_CANDIDATES = 10;

/**
 * The issue that an argument means: a full id, or an unambiguous prefix or suffix.
 * Throws USAGE for what cannot be an id, ISSUE_NOT_FOUND, AMBIGUOUS_ID with the candidates, CORRUPT_FILE.
 */
export async function resolveIssue(view: View, text: string): Promise<Issue> {
  const id = await resolveId(view, text);
  const issue = id === null ? undefined : await view.get(id);
  if (issue !== undefined) return issue;
  throw await notFound(view, text);
}

/**
 * The id that an argument means: a full one as it is, whether or not it is stored, or the one that is stored and that an
 * abbreviation means; null where it means none. Throws USAGE, AMBIGUOUS_ID.
 */
export async function resolveId(view: View, text: string): Promise<string | null> {
  checkIdArgument(text);
  const full = text.toUpperCase();
  if (isUlid(full)) return full;
  return onlyId(view, text, await withoutTombstones(view, findIds(await view.ids(), text)));
}

/** The one id of those that an argument may mean; null where there is none. Throws AMBIGUOUS_ID with the candidates. */
export async function onlyId(view: View, text: string, ids: readonly string[]): Promise<string | null> {
  if (ids.length > 1) throw await ambiguous(view, text, ids);
  return ids[0] ?? null;
}

// What cannot be read may well be what is meant: it stays a candidate.
async function withoutTombstones(view: View, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length < 2) return ids;
  const deleted = new Set((await view.tombstones()).map(({ id }) => id));
  return ids.filter((id) => !deleted.has(id));
}

/** Says that an argument means no issue, or one that was deleted. */
export async function notFound(view: View, text: string): Promise<JitError> {
  const tombstones = await view.tombstones();
  const [id] = findIds(
    tombstones.map((tombstone) => tombstone.id),
    text,
  );
  const deleted = tombstones.find((tombstone) => tombstone.id === id);
  if (deleted === undefined) {
    return new JitError('ISSUE_NOT_FOUND', `no issue ${JSON.stringify(text)}`, {
      details: { id: text },
      hint: 'jit list --all shows the ids',
    });
  }
  const { title, deleted_by, deleted_at } = deleted;
  return new JitError(
    'ISSUE_NOT_FOUND',
    `${ref(deleted.id)} ${JSON.stringify(title)} was deleted by ${deleted_by} at ${deleted_at}`,
    { details: { id: text, deleted }, hint: `jit events query --issue ${ref(deleted.id)} shows its history` },
  );
}

async function ambiguous(view: View, text: string, ids: readonly string[]): Promise<JitError> {
  const candidates = await Promise.all(
    ids.slice(0, SHOWN_CANDIDATES).map(async (id) => ({ id, ref: ref(id), title: await titleOf(view, id) })),
  );
  return new JitError('AMBIGUOUS_ID', `${JSON.stringify(text)} may mean ${ids.length} issues`, {
    details: { id: text, candidates, total: ids.length },
    hint: 'give more characters of one of them',
  });
}

// null where the file cannot be read.
async function titleOf(view: View, id: string): Promise<string | null> {
  try {
    return (await view.get(id))?.title ?? null;
  } catch (error) {
    if (error instanceof JitError && error.code === 'CORRUPT_FILE') return null;
    throw error;
  }
}

/** The issues that several arguments mean, each once, in the order given. */
export async function resolveIssues(view: View, texts: readonly string[]): Promise<readonly Issue[]> {
  const issues = new Map<string, Issue>();
  for (const text of texts) {
    const issue = await resolveIssue(view, text);
    issues.set(issue.id, issue);
  }
  return [...issues.values()];
}
