import { isTombstone } from '../canonical-json.ts';
import { findLostComments, withoutLost } from '../check/comments.ts';
import { diagnoseHistories } from '../check/log.ts';
import { type Changes, diffImages, isHashed, pathOf } from '../event.ts';
import { type Issue, LIMITS, type Tombstone } from '../issue.ts';
import { differences, type Replayed } from '../replay.ts';
import type { Entry, Repair } from './repair.ts';

type Image = Issue | Tombstone;

/** Appends to the log how an issue is, where it says something else, or not all. */
export function reconcileLog(repair: Repair): void {
  if (!repair.logIsWhole) return;
  const files = new Map(repair.images().map((image) => [image.id, image]));
  const { problems, images } = diagnoseHistories({ ...repair, images: files, histories: repair.histories() });
  repair.mend(problems);
  for (const image of images) reconcile(repair, image);
}

function reconcile(repair: Repair, image: Image): void {
  const history = repair.history(image.id);
  const note = { reason: history === undefined ? 'the log did not tell of it' : 'the log told otherwise' };
  const touched = history?.events.map(({ ts }) => ts) ?? [];
  const times = [isTombstone(image) ? image.deleted_at : image.updated_at, ...touched];
  const entry: Entry = { event: 'issue.reconciled', note, times };
  for (const changes of inParts(changesTo(image, history, repair.digest)))
    repair.tell(image.id, entry, changes);
}

/** From what the log rebuilds to what the file holds. */
function changesTo(image: Image, told: Replayed | undefined, digest: Repair['digest']): Changes {
  // A comment that could not be put back stays lost, and named.
  const history = told === undefined ? undefined : withoutLost(told, findLostComments(image, told));
  const file = image as unknown as Fields;
  const rebuilt = (history?.image ?? {}) as unknown as Fields;
  const fields = history === undefined ? Object.keys(file) : differences(image, history, digest);
  const named = fields.filter((field) => field !== 'id');
  // What the log holds only as a hash cannot be taken apart; nor what has the same elements, but in another order.
  const isToldWhole = (field: string): boolean => {
    if (isHashed(rebuilt[field])) return true;
    const paths = Object.keys(changesOf(rebuilt, file, [field], () => false));
    return paths.length === 0 || paths.some((path) => path.length > LONGEST_PATH);
  };
  return changesOf(rebuilt, file, named, isToldWhole);
}

type Fields = Readonly<Record<string, unknown>>;

/** The changes of some fields; of those that are told whole, the values before and after. */
function changesOf(
  before: Fields,
  after: Fields,
  fields: readonly string[],
  isToldWhole: (field: string) => boolean,
): Changes {
  const apart = fields.filter((field) => !isToldWhole(field));
  const only = (from: Fields): Image =>
    Object.fromEntries(
      apart.filter((field) => Object.hasOwn(from, field)).map((field) => [field, from[field]]),
    ) as unknown as Image;
  const own = (from: Fields, field: string): unknown =>
    Object.hasOwn(from, field) ? (from[field] ?? null) : null;
  const whole = fields
    .filter(isToldWhole)
    .map((field) => [pathOf(field), [own(before, field), own(after, field)]] as const);
  return Object.fromEntries([...Object.entries(diffImages(only(before), only(after))), ...whole]) as Changes;
}

/** Characters: what is longer is told with the field that it is in. */
const LONGEST_PATH = 4_000;

/** Bytes that a change takes at most once its values gave way to their hashes. */
const HASHED = 300;

/** Changes of an event each, so that each fits a line of the log. */
function inParts(changes: Changes): readonly Changes[] {
  const parts: [string, readonly [unknown, unknown]][][] = [[]];
  let size = 0;
  for (const change of Object.entries(changes)) {
    const least = change[0].length * 3 + HASHED;
    if (size + least > LIMITS.eventLineBytes / 2 && size > 0) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)!.push(change);
    size += least;
  }
  return parts.map((part) => Object.fromEntries(part) as Changes);
}
