import { JitError } from '../domain/errors.ts';
import type { LeftPath, MergeReport } from '../domain/merge/report.ts';
import {
  groupMerges,
  type KnownSides,
  type PlannedMerge,
  planMerges,
  type StagedVersion,
} from '../domain/merge/resolution.ts';
import { shellWord } from '../domain/shell-word.ts';
import type { Tree } from '../git/objects.ts';
import { findSides, type MergeSides, operationIn } from '../git/stopped.ts';
import { listUnmerged, type UnmergedFile } from '../git/unmerged.ts';
import { isMergeable } from '../store/files/merge-file.ts';
import { settleLog } from './merge-log.ts';
import {
  checkReadable,
  describeSettled,
  fileName,
  hasMarkers,
  idInside,
  idOfName,
  indexTree,
  LOG,
  leftBecause,
  loadContents,
  type MergeRoom,
  mergeVersions,
  readPresent,
  type Settled,
  writeSettled,
} from './merging.ts';
import { settleMarkers } from './settle-markers.ts';
import { stageTold } from './stage-told.ts';

/** Merges what git left unmerged of a store, and what has conflict markers; with `apply` false it only says what it would do. */
export async function resolveMerge(room: MergeRoom, apply: boolean): Promise<MergeReport> {
  const { repository, directory } = room.tracked;
  const all = await listUnmerged(repository, room.index);
  const { ours: unmerged, strange, others } = sortPaths(all, directory);
  const merged = await indexTree(room);
  const sides = unmerged.size === 0 ? null : await findSides(repository, directory, unmerged);
  const settled: Settled[] = [];
  const left: LeftPath[] = [...strange].map((name) => ({
    file: fileName(room, name),
    reason: 'is no file that jit can merge',
    hint: `merge it by hand, then git add ${shellWord(fileName(room, name))}`,
  }));
  const issues = new Map([...unmerged].filter(([name]) => name !== LOG));
  await settleStages(room, { unmerged: issues, merged, sides }, settled, left);
  settleMarkers(room, { unmerged, merged }, settled, left);
  const log = { stages: unmerged.get(LOG), sides, touched: settled.some(({ from }) => from === 'index') };
  const appended = await settleLog(room, log, merged, settled, left);
  const waiting = new Set(unmerged.keys());
  await stageTold(room, { lines: appended, waiting }, merged, settled);
  if (apply) await writeSettled(room, settled);
  const running = operationIn(repository);
  const operation = sides?.operation ?? running ?? (all.size === 0 ? null : 'other');
  return {
    operation,
    commit: null,
    applied: apply,
    files: settled.map((item) => describeSettled(room, item)),
    left,
    others,
    next: nextSteps({
      operation,
      running,
      apply,
      settled: settled.length,
      left,
      others,
      stash: sides?.stash ?? null,
    }),
  };
}

/** Of the store what can be merged, and what cannot; and what is not of the store. By names inside `.jit`. */
function sortPaths(all: ReadonlyMap<string, UnmergedFile>, directory: string) {
  const start = directory === '' ? '' : `${directory}/`;
  const ours = new Map<string, UnmergedFile>();
  const strange: string[] = [];
  const others: string[] = [];
  for (const [path, stages] of all) {
    const name = path.startsWith(start) ? path.slice(start.length) : null;
    if (name === null) others.push(path);
    else if (isMergeable(name) && areFiles(stages)) ours.set(name, stages);
    else strange.push(name);
  }
  return { ours, strange, others };
}

const areFiles = ({ base, ours, theirs }: UnmergedFile): boolean =>
  [base, ours, theirs].every((stage) => stage === undefined || stage.mode.startsWith('100'));

interface Stopped {
  readonly unmerged: ReadonlyMap<string, UnmergedFile>;
  /** What the index holds. */
  readonly merged: Tree;
  readonly sides: MergeSides | null;
}

const STAGES = ['base', 'ours', 'theirs'] as const;

async function settleStages(room: MergeRoom, stopped: Stopped, settled: Settled[], left: LeftPath[]) {
  const { unmerged, merged, sides } = stopped;
  const oids = [...unmerged.values()].flatMap((stages) => STAGES.map((stage) => stages[stage]?.oid));
  const staged = stagedVersions(unmerged, await loadContents(room, oids));
  const plans = planMerges(staged, lookupsOf(merged, sides));
  const contents = await loadContents(room, [
    ...oids,
    ...plans.flatMap(({ versions }) => Object.values(versions)),
    ...plans.map(({ name }) => merged.get(name)?.oid ?? undefined),
  ]);
  for (const group of groupMerges(plans)) {
    const outcome = settleGroup(room, group, { stopped, contents });
    if ('left' in outcome) left.push(...outcome.left);
    else settled.push(...outcome.settled);
  }
}

function stagedVersions(
  unmerged: ReadonlyMap<string, UnmergedFile>,
  contents: ReadonlyMap<string, Buffer>,
): readonly StagedVersion[] {
  return [...unmerged].flatMap(([name, stages]) =>
    STAGES.flatMap((stage): StagedVersion[] => {
      const oid = stages[stage]?.oid;
      const isIssue = name.startsWith('issues/');
      return oid === undefined
        ? []
        : [{ name, stage, oid, id: isIssue ? idInside(contents.get(oid)) : null }];
    }),
  );
}

function lookupsOf(merged: Tree, sides: MergeSides | null): KnownSides {
  const lookup = (tree: Tree | null) =>
    tree === null || tree.size === 0 ? null : (name: string) => tree.get(name)?.oid ?? undefined;
  return {
    base: lookup(sides?.base ?? null),
    ours: lookup(sides?.ours ?? null),
    theirs: lookup(sides?.theirs ?? null),
    merged: (name) => merged.get(name)?.oid ?? undefined,
  };
}

interface GroupContext {
  readonly stopped: Stopped;
  readonly contents: ReadonlyMap<string, Buffer>;
}

/** All of a group, or, where one of it cannot be settled, nothing. */
function settleGroup(
  room: MergeRoom,
  group: readonly PlannedMerge[],
  context: GroupContext,
): { readonly settled: readonly Settled[] } | { readonly left: readonly LeftPath[] } {
  const left: LeftPath[] = [];
  const settled: Settled[] = [];
  for (const plan of group) {
    try {
      settled.push(settleOne(room, plan, context));
    } catch (error) {
      left.push(leftBecause(room, plan.name, error));
    }
  }
  const needed = ({ name, merged }: Settled): boolean =>
    context.stopped.unmerged.has(name) || !holds(room, name, merged.text);
  if (left.length === 0) return { settled: settled.filter(needed) };
  const also = settled.filter(({ name }) => context.stopped.unmerged.has(name));
  return {
    left: [
      ...left,
      ...also.map(({ name }) => ({
        file: fileName(room, name),
        reason: `belongs together with ${left[0]!.file}: git took one for the other`,
        hint: `first mend ${left[0]!.file}`,
      })),
    ],
  };
}

function holds(room: MergeRoom, name: string, text: string | null): boolean {
  const present = readPresent(room, name);
  return Buffer.isBuffer(present) ? present.toString('utf8') === text : text === null;
}

function settleOne(room: MergeRoom, plan: PlannedMerge, { stopped, contents }: GroupContext): Settled {
  const { name, versions } = plan;
  const bytesOf = (oid: string | undefined): Buffer | null => {
    if (oid === undefined) return null;
    const bytes = contents.get(oid);
    if (bytes !== undefined) return bytes;
    throw new JitError('CORRUPT_FILE', `${fileName(room, name)}: git does not have the object ${oid}`);
  };
  const three = {
    base: versions.base === undefined ? null : (contents.get(versions.base) ?? null),
    ours: bytesOf(versions.ours),
    theirs: bytesOf(versions.theirs),
  };
  const merged = mergeVersions(room, name, three);
  checkReadable(room, name, merged);
  const stages = stopped.unmerged.get(name);
  const known = [
    ...Object.values(three),
    ...STAGES.map((stage) => contents.get(stages?.[stage]?.oid ?? '') ?? null),
    merged.text === null ? null : Buffer.from(merged.text),
  ];
  checkUntouched(room, name, known, stages !== undefined);
  const mode = stages?.ours?.mode ?? stages?.theirs?.mode ?? stopped.merged.get(name)?.mode ?? '100644';
  return { name, from: 'index', merged, mode, staged: true };
}

/** Whether it says something: an issue that it is that issue, any other file that it is JSON. */
function isReadable(name: string, bytes: Buffer): boolean {
  if (idOfName(name) !== null) return idInside(bytes) !== null;
  try {
    return JSON.parse(bytes.toString('utf8')) !== null;
  } catch {
    return false;
  }
}

/**
 * What somebody has resolved by hand is theirs: a file that is neither a version that git knows of, nor what git left when it
 * gave up. What is empty, or says nothing, is nobody's. Throws IN_USE.
 */
function checkUntouched(
  room: MergeRoom,
  name: string,
  known: readonly (Buffer | null)[],
  unmerged: boolean,
): void {
  const present = readPresent(room, name);
  const file = shellWord(fileName(room, name));
  if (present === 'other') throw new JitError('CORRUPT_FILE', `${fileName(room, name)} is no plain file`);
  if (present === 'absent' || hasMarkers(present) || (unmerged && !isReadable(name, present))) return;
  const text = present.toString('utf8').replaceAll('\r\n', '\n');
  if (known.some((bytes) => bytes !== null && bytes.toString('utf8').replaceAll('\r\n', '\n') === text))
    return;
  throw new JitError('IN_USE', `${fileName(room, name)} was changed since git stopped`, {
    hint: unmerged
      ? `git add ${file} keeps it as it is; git checkout -m -- ${file}, then jit merge --resolve again, merges the two sides`
      : `git checkout -- ${file}, then jit merge --resolve again, merges the two sides`,
  });
}

interface Ending {
  readonly operation: MergeReport['operation'];
  readonly running: ReturnType<typeof operationIn>;
  readonly apply: boolean;
  readonly settled: number;
  readonly left: readonly LeftPath[];
  readonly others: readonly string[];
  readonly stash: string | null;
}

const GO_ON: Readonly<Record<NonNullable<Ending['running']>, string>> = {
  merge: 'git commit',
  rebase: 'git rebase --continue',
  am: 'git am --continue',
  'cherry-pick': 'git cherry-pick --continue',
  revert: 'git revert --continue',
};

function nextSteps({ operation, running, apply, settled, left, others, stash }: Ending): readonly string[] {
  if (operation === null && settled === 0) return [];
  const steps: string[] = [];
  if (!apply && settled > 0) steps.push('jit merge --resolve');
  if (settled > 0) steps.push('jit validate');
  // What is unmerged still comes first.
  if (left.length > 0 || others.length > 0) return steps;
  if (stash !== null) steps.push(`git stash drop ${shellWord(stash)}`);
  else if (running !== null) steps.push(GO_ON[running]);
  else if (settled > 0) steps.push('git commit');
  return steps;
}
