import type { Event, Issue, Tombstone } from '../issue.ts';
import { differences, type Replayed, replay } from '../replay.ts';

/** A version of an issue's file. */
export interface Version {
  readonly commit: VersionCommit;
  /** Null where the file is not there, or cannot be read. */
  readonly image: Issue | Tombstone | null;
  readonly readable: boolean;
  /**
   * The events of the issue in the log of that commit, in the order of their lines. Not needed where the file is as the events of
   * now had it at some time; a branch of which not all was merged at once is so only by its own log.
   */
  readonly events?: readonly Event[];
}

/** A commit that changed the file of an issue. */
export interface VersionCommit {
  readonly oid: string;
  readonly parents: number;
  /** UTC, RFC 3339. */
  readonly at: string;
  readonly author: string;
  readonly subject: string;
}

/** One step in the history of an issue. */
export type Step =
  | { readonly type: 'event'; readonly at: string; readonly event: Event }
  | {
      readonly type: 'commit';
      readonly at: string;
      readonly commit: VersionCommit;
      readonly merge: boolean;
      readonly readable: boolean;
      /** Fields that are there other than any event says: an edit by hand, or a merge. */
      readonly untold: readonly string[];
    }
  | { readonly type: 'file'; readonly at: string | null; readonly untold: readonly string[] };

/** Of an issue whose log is longer only the latest states are compared with a version. */
const MOST_STATES = 200;

/**
 * The history of an issue, the newest last: its events, and the commits that changed its file. A version is compared with every
 * state that the events rebuild, and with what those of its own log come to; where it is none of them, the fields in which it
 * differs from the nearest are named.
 * `now`: the file as it is; null where it is gone. `digest`: hex SHA-256 of a text.
 */
export function tellHistory(
  events: readonly Event[],
  versions: readonly Version[],
  now: Issue | Tombstone | null,
  digest: (text: string) => string,
): readonly Step[] {
  const states = rebuild(events);
  const untold = (image: Issue | Tombstone, own: readonly Event[] = []): readonly string[] =>
    nearest(image, [...states, ...replay(own).values()], digest);
  const steps: Step[] = [
    ...events.map((event): Step => ({ type: 'event', at: event.ts, event })),
    ...versions.map(
      ({ commit, image, readable, events: own }): Step => ({
        type: 'commit',
        at: commit.at,
        commit,
        merge: commit.parents > 1,
        readable,
        untold: image === null ? [] : untold(image, own),
      }),
    ),
  ];
  // What happened in one second was committed after it happened. Each list keeps its own order where the clocks agree.
  const second = ({ at }: Step): string => (at ?? '').slice(0, 19);
  steps.sort((a, b) => (second(a) === second(b) ? 0 : second(a) < second(b) ? -1 : 1));
  const last = versions.at(-1);
  const committed = last !== undefined && now !== null && nearestIsSame(now, last.image);
  const loose = now === null || committed ? [] : untold(now);
  return loose.length === 0 ? steps : [...steps, { type: 'file', at: null, untold: loose }];
}

const nearestIsSame = (now: Issue | Tombstone, image: Version['image']): boolean =>
  JSON.stringify(now) === JSON.stringify(image);

/** What the events make of the issue, after each of them. */
function rebuild(events: readonly Event[]): readonly Replayed[] {
  const from = Math.max(1, events.length - MOST_STATES + 1);
  const states: Replayed[] = [];
  for (let count = from; count <= events.length; count += 1) {
    const [state] = replay(events.slice(0, count)).values();
    if (state !== undefined) states.push(state);
  }
  return states;
}

/** The fields in which an image differs from the state that is nearest to it; empty where it is one of them. */
function nearest(
  image: Issue | Tombstone,
  states: readonly Replayed[],
  digest: (text: string) => string,
): readonly string[] {
  let fewest: readonly string[] = Object.keys(image);
  for (const state of states) {
    const fields = differences(image, state, digest);
    if (fields.length === 0) return [];
    if (fields.length < fewest.length) fewest = fields;
  }
  return fewest;
}
