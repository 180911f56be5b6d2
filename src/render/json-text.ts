// What JSON lets through raw, although a terminal would obey it or a reader would not see it: DEL, C1,
// and the invisible characters of terminal-text.ts. They only occur inside of JSON strings.
const findRaw = () =>
  /[\x7f-\x9f\u2028\u2029\ufff9-\ufffb]|(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}/gu;

/**
 * A value as JSON that is safe to print, and that reads back as the same value: what would not be seen
 * stands as `\u202e`. Compact unless `indent` (spaces) is given.
 */
export function formatJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  // The classes of Unicode take half a millisecond to look up, and most documents need none.
  return isPlain(text) ? text : text.replace(findRaw(), escapeUnits);
}

/** Whether all of a text is ASCII that can be seen, or a space or a newline: nothing in it is ever spelled out. */
export const isPlain = (text: string): boolean => !/[^\n\x20-\x7e]/.test(text);

function escapeUnits(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i += 1) {
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
