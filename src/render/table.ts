import type { Page, Tone } from './style.ts';
import { truncate, width } from './terminal-text.ts';

/** One field of a table; `text` is a safe line. */
export interface Cell {
  readonly text: string;
  readonly tone?: Tone | null;
}

export interface Column {
  readonly name: string;
  /** Cut to this many columns at most. */
  readonly most?: number;
  /** Gives way where the terminal is too narrow; one column of a table may. */
  readonly flexible?: boolean;
}

const GAP = '  ';
/** A flexible column is not made narrower than this; then the terminal wraps the line. */
const NARROWEST = 16;

/** The lines of an aligned table with a header, as wide as the page at most. Columns that are empty throughout are left out. */
export function layOutTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { style, columns: available }: Page,
): readonly string[] {
  const natural = columns.map(({ most }, i) => {
    let widest = 0;
    for (const row of rows) widest = Math.max(widest, width(row[i]!.text));
    return Math.min(widest, most ?? widest);
  });
  const shown = columns.map((_, i) => i).filter((i) => natural[i]! > 0);
  const widths = columns.map(({ name }, i) => Math.max(natural[i]!, width(name)));
  const flexible = shown.find((i) => columns[i]!.flexible === true);
  if (available !== null && flexible !== undefined) {
    const total = shown.reduce((sum, i) => sum + widths[i]!, GAP.length * (shown.length - 1));
    if (total > available) widths[flexible] = Math.max(NARROWEST, widths[flexible]! - (total - available));
  }
  const line = (cells: readonly Cell[]): string =>
    shown
      .map((i, place) => {
        const text = truncate(cells[i]!.text, widths[i]!);
        const painted = style.paint(cells[i]!.tone ?? null, text);
        return place === shown.length - 1 ? painted : painted + ' '.repeat(widths[i]! - width(text));
      })
      .join(GAP)
      .trimEnd();
  const header = columns.map(({ name }): Cell => ({ text: name, tone: 'faint' }));
  return [line(header), ...rows.map(line)];
}
