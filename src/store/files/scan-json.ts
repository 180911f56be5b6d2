/** What JSON.parse does not tell of a text that it accepts. */
export interface Findings {
  /** JSON pointers of keys that an object has twice. */
  readonly duplicateKeys: readonly string[];
  /** JSON pointers of numbers that would not survive being read and written. */
  readonly inexactNumbers: readonly string[];
}

/** How deep objects and lists are nested in a JSON text; stops counting at `limit`. Works on any text. */
export function nestingOf(text: string, limit: number): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = endOfString(text, i);
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (deepest > limit) return deepest;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}

/** The place of the quote that ends the string which starts at `start`; the end of the text where there is none. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i += 1;
    else if (code === 0x22) return i;
  }
  return text.length;
}

interface Level {
  readonly pointer: string;
  /** Keys seen so far; null in a list. */
  readonly keys: Set<string> | null;
  /** The key or place that comes now. */
  at: string;
  index: number;
}

const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** Looks through a text that JSON.parse accepted. */
export function scanJson(text: string): Findings {
  const duplicateKeys: string[] = [];
  const inexactNumbers: string[] = [];
  const levels: Level[] = [];
  let expectKey = false;
  const pointerHere = (): string => {
    const top = levels.at(-1);
    return top === undefined ? '' : `${top.pointer}/${escapePointer(top.at)}`;
  };
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i]!;
    const top = levels.at(-1);
    if (char === '{' || char === '[') {
      levels.push({ pointer: pointerHere(), keys: char === '{' ? new Set() : null, at: '0', index: 0 });
      expectKey = char === '{';
    } else if (char === '}' || char === ']') {
      levels.pop();
      expectKey = false;
    } else if (char === ',') {
      if (top?.keys === null) top.at = String(++top.index);
      else expectKey = true;
    } else if (char === '"') {
      const end = endOfString(text, i);
      if (expectKey && top?.keys != null) {
        top.at = JSON.parse(text.slice(i, end + 1)) as string;
        if (top.keys.has(top.at)) duplicateKeys.push(pointerHere());
        top.keys.add(top.at);
        expectKey = false;
      }
      i = end;
    } else if (char === '-' || (char >= '0' && char <= '9')) {
      const number = /^-?[0-9.eE+-]+/.exec(text.slice(i, i + 400))![0];
      if (!isExact(number)) inexactNumbers.push(pointerHere());
      i += number.length - 1;
    }
  }
  return { duplicateKeys, inexactNumbers };
}

function isExact(number: string): boolean {
  const value = Number(number);
  if (!Number.isFinite(value)) return false;
  return !/^-?\d+$/.test(number) || Number.isSafeInteger(value) || BigInt(number) === BigInt(value);
}
