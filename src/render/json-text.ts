// What JSON lets through raw, although a terminal would obey it or a reader would not see it: DEL, C1,
// and the invisible characters of terminal-text.ts. They only occur inside of JSON strings.
const RAW = /[\x7f-\x9f\u2028\u2029\ufff9-\ufffb]|(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}/gu;

/**
 * A value as JSON that is safe to print, and that reads back as the same value: what would not be seen
 * stands as `\u202e`. Compact unless `indent` (spaces) is given.
 */
export const formatJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(RAW, escapeUnits);

function escapeUnits(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i += 1) {
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
