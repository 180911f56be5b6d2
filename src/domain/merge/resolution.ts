import type { Three } from './three-way.ts';

export type StageName = keyof Three<unknown>;

/** A version of a file that git kept because it could not merge it. */
export interface StagedVersion {
  /** The file's name inside `.jit`. */
  readonly name: string;
  readonly stage: StageName;
  /** The object that holds the content. */
  readonly oid: string;
  /** The issue that the content says it is; null where it says none, as of the log or of what cannot be read. */
  readonly id: string | null;
}

/** Finds the object under a name inside `.jit`: undefined where there is none. Null stands for a side that is not known. */
export type Lookup = ((name: string) => string | undefined) | null;

/** What is known of the sides of a merge besides what git kept in the index. */
export interface KnownSides {
  readonly base: Lookup;
  readonly ours: Lookup;
  readonly theirs: Lookup;
  /** What the index holds merged, which is ours where that is not known otherwise. */
  readonly merged: (name: string) => string | undefined;
}

/** The merge of one file: three objects, and the files that git left unmerged on account of it. */
export interface PlannedMerge {
  readonly name: string;
  readonly id: string | null;
  readonly versions: Three<string>;
  /** Sorted names inside `.jit`. All of them are settled together, or none. */
  readonly concerns: readonly string[];
}

const issueNameOf = (id: string): string => `issues/${id}.json`;
const idOfName = (name: string): string | null => /^issues\/(.+)\.json$/.exec(name)?.[1] ?? null;

/**
 * Says what has to be merged with what. Where git took one issue for another, renamed, the versions under one name are of two
 * issues: each is merged with its own, into the file of its own name. A side is taken from its commit where that is known,
 * because what git keeps of a renamed file may be a mixture of two; what both come from is taken from the index first.
 */
export function planMerges(staged: readonly StagedVersion[], sides: KnownSides): readonly PlannedMerge[] {
  const concerns = new Map<string, Set<string>>();
  const concern = (target: string, name: string): void => {
    concerns.set(target, (concerns.get(target) ?? new Set()).add(name));
  };
  for (const { name, id } of staged) {
    concern(name, name);
    if (id !== null && idOfName(name) !== null) concern(issueNameOf(id), name);
  }
  return [...concerns.keys()].sort().map((name) => ({
    name,
    id: idOfName(name),
    versions: {
      base: baseOf(name, staged, sides),
      ours: sideOf('ours', name, staged, sides) ?? (sides.ours === null ? sides.merged(name) : undefined),
      theirs: sideOf('theirs', name, staged, sides),
    },
    concerns: [...concerns.get(name)!].sort(),
  }));
}

const sideOf = (
  stage: 'ours' | 'theirs',
  name: string,
  staged: readonly StagedVersion[],
  sides: KnownSides,
): string | undefined => {
  const known = sides[stage];
  return known === null ? findStaged(stage, name, staged) : known(name);
};

const baseOf = (name: string, staged: readonly StagedVersion[], sides: KnownSides): string | undefined =>
  findStaged('base', name, staged) ?? sides.base?.(name);

/** Of an issue only what says that it is this issue: first under its own name, then under others. */
function findStaged(stage: StageName, name: string, staged: readonly StagedVersion[]): string | undefined {
  const id = idOfName(name);
  const own = staged.filter((version) => version.stage === stage && version.id === id);
  const found = own.find((version) => version.name === name);
  if (found !== undefined || id === null) return found?.oid;
  const unreadable = staged.find(
    (version) => version.stage === stage && version.name === name && version.id === null,
  );
  return (own[0] ?? unreadable)?.oid;
}

/** Merges that hang together because git left the versions of several issues under one name. */
export function groupMerges(merges: readonly PlannedMerge[]): readonly (readonly PlannedMerge[])[] {
  const groups: { readonly names: Set<string>; readonly merges: PlannedMerge[] }[] = [];
  for (const merge of merges) {
    const group = { names: new Set([merge.name, ...merge.concerns]), merges: [merge] };
    for (let at = groups.length - 1; at >= 0; at -= 1) {
      const other = groups[at]!;
      if (![...group.names].some((name) => other.names.has(name))) continue;
      for (const name of other.names) group.names.add(name);
      group.merges.unshift(...other.merges);
      groups.splice(at, 1);
    }
    groups.push(group);
  }
  return groups.map((group) => group.merges);
}
