// How figures are written.

/** Three digits that count: 1.08, 12.3, 130. */
export const ratio = (value) =>
  !Number.isFinite(value)
    ? '–'
    : value < 10
      ? value.toFixed(2)
      : value < 100
        ? value.toFixed(1)
        : value.toFixed(0);

/** A median with its quartiles. */
export const spread = ({ median, q1, q3 }) => `${ratio(median)} (${ratio(q1)}–${ratio(q3)})`;

export const count = (number) => number.toLocaleString('en-US');

/** A table in Markdown. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
