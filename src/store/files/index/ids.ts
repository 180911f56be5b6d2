/** Bytes of an id: the 26 letters of a ULID. */
export const ID_BYTES = 26;

/** Reads the id of a row. */
export const readId = (ids: Buffer, row: number): string =>
  ids.toString('latin1', row * ID_BYTES, (row + 1) * ID_BYTES);

/** Writes the id of a row. */
export function writeId(ids: Buffer, row: number, id: string): void {
  ids.write(id, row * ID_BYTES, 'latin1');
}

/** Reads ids of rows that are asked for in their order: many at once. */
export function idReader(ids: Buffer): (row: number) => string {
  let text = '';
  let first = 0;
  return (row) => {
    const at = (row - first) * ID_BYTES;
    if (at >= 0 && at < text.length) return text.slice(at, at + ID_BYTES);
    first = row;
    text = ids.toString('latin1', row * ID_BYTES, (row + AT_ONCE) * ID_BYTES);
    return text.slice(0, ID_BYTES);
  };
}

const AT_ONCE = 512;

export const compareId = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The row of an id among `size` sorted ones; where it is not there, `-row - 1` of the one before which it would stand. */
export function findNode(ids: Uint8Array, size: number, id: string): number {
  let low = 0;
  let high = size - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = compareAt(ids, middle, id);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -low - 1;
}

function compareAt(ids: Uint8Array, row: number, id: string): number {
  const start = row * ID_BYTES;
  for (let at = 0; at < ID_BYTES; at += 1) {
    const difference = ids[start + at]! - id.charCodeAt(at);
    if (difference !== 0) return difference;
  }
  return 0;
}
