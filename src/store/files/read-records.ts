import { PLAIN, readPlainIssue } from '../../domain/plain-issue.ts';
import { ruledPartOfPlain } from '../../domain/ruled-part.ts';
import { isToldBy } from '../../domain/told-issue.ts';
import type { Disk } from '../../system/disk.ts';
import type { IssueRecord, ToldRecord } from '../store.ts';
import type { Layout } from './layout.ts';
import type { IssueLines } from './log-table.ts';
import type { ParsedFile } from './parse-issue.ts';
import type { PassingReader } from './passing-reader.ts';
import type { LogPart, PassLine } from './read-events.ts';
import { eventsIn, openTable } from './read-histories.ts';

/** The files of issues in a view, of which nothing is kept. */
export interface RecordFiles {
  /** Ids that may have one, in ULID order. */
  readonly ids: readonly string[];
  /** Whether that of one of these ids is where it belongs, and a file, as far as is known. */
  isPlain(id: string): boolean;
  /** What is in that of one of these ids; undefined where there is none, or none that can be used. */
  read(id: string): ParsedFile['stored'];
}

/** All issues with their events, some at a time. Most are not parsed: their texts tell that file and log agree. */
export function* readRecords(
  { disk, layout, reader }: { readonly disk: Disk; readonly layout: Layout; readonly reader: PassingReader },
  log: LogPart,
  files: RecordFiles,
  pass: PassLine,
): Iterable<readonly (IssueRecord | ToldRecord)[]> {
  const opened = openTable(disk, layout, log, files.ids, pass);
  try {
    const { table } = opened;
    // As a rule the log tells of no others.
    const stored = table.ids === files.ids ? null : new Set(files.ids);
    const isStored = (id: string | null): id is string => id !== null && (stored?.has(id) ?? true);
    for (const [from, to] of table.batches()) {
      const texts = reader.readTexts(
        table.ids.slice(from, to).map((id) => (isStored(id) && files.isPlain(id) ? id : null)),
      );
      const found: (IssueRecord | ToldRecord)[] = [];
      let at = 0;
      for (const lines of table.read(from, to)) {
        const { id } = lines;
        const told = toldRecord(lines, texts[at++]!);
        if (told !== null) found.push(told);
        else {
          const image = isStored(id) ? files.read(id) : undefined;
          const events = eventsIn(table, lines);
          if (image !== undefined || events.length > 0) found.push({ id, image, events });
        }
      }
      yield found;
    }
  } finally {
    opened.close();
  }
}

function toldRecord({ id, lines }: IssueLines, text: string | null): ToldRecord | null {
  if (id === null || text === null || lines.length === 0) return null;
  const plain = readPlainIssue(text);
  if (plain?.[PLAIN.id] !== id || !isToldBy(plain, lines)) return null;
  return { told: ruledPartOfPlain(id, plain), events: lines.length };
}
