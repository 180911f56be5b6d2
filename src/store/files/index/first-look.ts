import type { IssueHead } from '../../../domain/issue.ts';
import { PLAIN, readPlainIssue } from '../../../domain/plain-issue.ts';
import type { Stamp } from '../../../system/disk.ts';
import { idsIn, issueName } from '../layout.ts';
import { type ReadFile, readIssueFile } from '../read-issues.ts';
import { TextReader } from '../text-reader.ts';
import { headOf, NEVER } from './change.ts';
import type { Heads } from './heads.ts';
import type { IndexGround, Kept } from './kept.ts';
import { isPast, isWritten, momentOf } from './moment.ts';
import { RowMaker } from './row-maker.ts';
import { sumOfTexts } from './sums.ts';

/** What the first look at all files came to. */
export interface FirstLook {
  readonly kept: Kept;
  /** What the places of the table lead to. */
  readonly heads: Heads;
  /** Files that are no issues. */
  readonly unreadable: readonly ReadFile[];
}

/**
 * Reads all files where nothing is known of them yet, straight into the columns of a table. null: there are too few of them, or what was read could not be
 * kept. Throws the system's errors that are not about one file.
 */
export function lookFirst(ground: IndexGround): FirstLook | null {
  const { disk, layout, least } = ground;
  if (disk.names(layout.issues).length < least) return null;
  const moment = momentOf(disk, layout);
  if (moment === null) return null;
  const directory = disk.stamp(layout.issues);
  const ids = idsIn(disk.names(layout.issues)).sort();
  const look = new Look(ground, moment, ids);
  for (let place = 0; place < ids.length; place += 1) look.read(place);
  const { rows, unreadable } = look;
  const table = rows.finish();
  const kept: Kept = {
    ...{ file: null, after: '', logBytes: 0, table, isWhole: true, followed: null },
    directory: directory !== undefined && isPast(directory, moment) ? directory : null,
    unreadable: unreadable.map(({ id }) => id),
    names: sumOfTexts(rows.ids),
  };
  return { kept, heads: rows.heads, unreadable };
}

class Look {
  readonly #ground: IndexGround;
  readonly #moment: number;
  readonly #ids: readonly string[];
  readonly #reader: TextReader;
  readonly unreadable: ReadFile[] = [];
  readonly rows: RowMaker;

  constructor(ground: IndexGround, moment: number, ids: readonly string[]) {
    this.#ground = ground;
    this.#moment = moment;
    this.#ids = ids;
    this.#reader = new TextReader(ground.disk);
    this.rows = new RowMaker(ids);
  }

  read(place: number): void {
    const id = this.#ids[place]!;
    const path = `${this.#ground.layout.dir}/${issueName(id)}`;
    const text = this.#reader.read(path);
    const plain = text === null ? null : readPlainIssue(text);
    if (plain?.[PLAIN.id] === id) this.rows.addPlain(place, this.#toKeep(this.#reader.stamp), plain);
    else this.#readWithCare(place, id, path);
  }

  #readWithCare(place: number, id: string, path: string): void {
    const { disk, layout } = this.#ground;
    const stamp = disk.stamp(path);
    const file = readIssueFile(disk, layout, id);
    if (file.stored !== undefined) {
      const head: IssueHead | null = headOf(file.stored);
      this.rows.addHead(place, this.#toKeep(stamp), id, head);
    } else if (file.problems.length > 0) this.unreadable.push(file);
  }

  /** A file that was changed just now may change again without showing it: it is kept as one to be read anew. */
  #toKeep(stamp: Stamp | undefined): Stamp {
    return stamp?.plain === true && isWritten(stamp, this.#moment) ? stamp : NEVER;
  }
}
