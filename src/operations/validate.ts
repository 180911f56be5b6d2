import { diagnose } from '../domain/diagnose.ts';
import { JitError } from '../domain/errors.ts';
import { isUlid } from '../domain/ids.ts';
import type { Event, GateRegistry, Issue, Tombstone } from '../domain/issue.ts';
import { detach } from '../domain/lifecycle.ts';
import type { Problem } from '../domain/problem.ts';
import { differences, replay } from '../domain/replay.ts';
import type { View } from '../store/store.ts';
import { Draft } from './draft.ts';
import type { Session } from './session.ts';

/** What a check of the whole store found. */
export interface Validation {
  /** No errors; there may be warnings. */
  readonly valid: boolean;
  readonly problems: readonly Problem[];
  /** What was mended, or with `apply` false would be. */
  readonly fixed: readonly Problem[];
  readonly issues: number;
  readonly events: number;
}

/** How a text's digest is made: hex SHA-256. */
export type Digest = (text: string) => string;

/** Checks everything: the stored form, the rules between issues, and the log against the files. */
export async function validateStore(session: Session, digest: Digest): Promise<Validation> {
  const stored = await session.store.inspect();
  return session.store.read(async (view) => {
    const { problems, issues } = await checkRules(view, session.clock.now(), () => stored);
    const log = await checkLog(view, digest);
    const all = [...stored, ...problems, ...log.problems];
    return {
      valid: !all.some(({ severity }) => severity === 'error'),
      problems: all,
      fixed: [],
      issues,
      events: log.count,
    };
  });
}

/** Mends what can be mended by rule. With `apply` false it only says what would be. */
export async function fixStore(session: Session, digest: Digest, apply: boolean): Promise<Validation> {
  const before = await validateStore(session, digest);
  const form = await session.store.repair(apply);
  const rules = apply ? await fixRules(session) : before.problems.filter(isFixableByRule);
  const after = apply ? await validateStore(session, digest) : before;
  return { ...after, fixed: [...form, ...rules] };
}

const FIXABLE_BY_RULE = new Set(['dangling-dependency', 'dangling-link', 'stale-state']);
const isFixableByRule = ({ code }: Problem): boolean => FIXABLE_BY_RULE.has(code);

async function checkRules(
  view: View,
  now: string,
  stored: () => readonly Problem[],
): Promise<{ problems: readonly Problem[]; issues: number }> {
  const { rows } = await view.select({ where: { op: 'all' }, sort: ['id'] });
  const issues = rows.map(({ issue }) => issue);
  const byId = new Map(issues.map((issue) => [issue.id, issue]));
  const problems = diagnose({
    issues,
    graph: await view.graph(),
    gates: await readableGates(view),
    dependencyOf: (id) => byId.get(id),
    now,
    unreadable: new Set(
      stored().flatMap(({ id, severity }) => (id !== null && severity === 'error' ? [id] : [])),
    ),
  });
  return { problems, issues: issues.length };
}

// A registry that cannot be read is a problem of the stored form: what it would say is then not known.
async function readableGates(view: View): Promise<GateRegistry | null> {
  try {
    return await view.gates();
  } catch (error) {
    if (error instanceof JitError && error.code === 'CORRUPT_FILE') return null;
    throw error;
  }
}

async function checkLog(
  view: View,
  digest: Digest,
): Promise<{ problems: readonly Problem[]; count: number }> {
  const events: Event[] = [];
  for await (const event of view.events({})) events.push(event);
  const replayed = replay(events);
  const images = new Map<string, Issue | Tombstone>();
  for (const { issue } of (await view.select({ where: { op: 'all' }, sort: ['id'] })).rows)
    images.set(issue.id, issue);
  for (const tombstone of await view.tombstones()) images.set(tombstone.id, tombstone);
  if (events.length === 0 && images.size > 0) return { problems: [EMPTY_LOG], count: 0 };
  const problems: Problem[] = [];
  for (const [id, image] of images) {
    const history = replayed.get(id);
    if (history === undefined) {
      problems.push(logProblem(id, 'no-events', 'has no events: it was not made by jit', null));
      continue;
    }
    if (history.broken.length > 0) {
      const eids = history.broken.map(({ eid }) => eid).slice(0, 3);
      problems.push(
        logProblem(
          id,
          'broken-history',
          `has events that do not follow the one before them, as where lines of the log are lost: ${eids.join(', ')}`,
          null,
        ),
      );
    }
    const fields = differences(image, history, digest);
    if (fields.length === 0) continue;
    problems.push(
      logProblem(
        id,
        'edited-outside',
        `differs from its events, after an edit by hand or a merge: ${fields.join(', ')}`,
        `/${fields[0]}`,
      ),
    );
  }
  return { problems, count: events.length };
}

const EMPTY_LOG: Problem = {
  severity: 'warning',
  code: 'empty-log',
  message: 'holds no event, although there are issues: their history is lost, unless git has it',
  file: '.jit/events.jsonl',
  path: null,
  id: null,
  fix: null,
};

const logProblem = (id: string, code: string, message: string, path: string | null): Problem => ({
  severity: 'warning',
  code,
  message,
  file: `.jit/issues/${id}.json`,
  path,
  id,
  fix: null,
});

function fixRules(session: Session): Promise<readonly Problem[]> {
  return session.store.transact(async (view) => {
    if ((await readableGates(view)) === null) return { issues: [], events: [], result: [] };
    const draft = await Draft.open(session, view);
    const { problems } = await checkRules(view, draft.now, () => view.problems());
    const fixable = problems.filter(isFixableByRule);
    for (const id of new Set(fixable.flatMap((problem) => (problem.id === null ? [] : [problem.id])))) {
      for (const target of await danglingTargets(draft, id)) {
        const issue = (await draft.get(id))!;
        await draft.apply(issue, detach(issue, target, await draft.facts(issue)));
      }
      draft.touch(id);
    }
    await draft.settle();
    return draft.plan(fixable);
  });
}

async function danglingTargets(draft: Draft, id: string): Promise<readonly string[]> {
  const issue = (await draft.get(id))!;
  const named = [...issue.dependencies, ...issue.links.map(({ target }) => target).filter(isUlid)];
  const dangling: string[] = [];
  for (const target of new Set(named)) {
    if (!(await isThere(draft, target))) dangling.push(target);
  }
  return dangling;
}

// An issue whose file cannot be read is there: what names it is not dangling.
async function isThere(draft: Draft, id: string): Promise<boolean> {
  try {
    return (await draft.get(id)) !== undefined;
  } catch (error) {
    if (error instanceof JitError && error.code === 'CORRUPT_FILE') return true;
    throw error;
  }
}
