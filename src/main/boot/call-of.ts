/** No call has more words. */
const MOST_WORDS = 4;

/**
 * What is called by a command line, or `other`: enough to tell whose compiled code is worth reading, before anything is loaded that
 * knows commands. `calls`: all that there are, each between bars.
 */
export function callOf(argv: readonly string[], calls: string): string {
  let found = 'other';
  let path = '';
  for (const word of argv.filter((each) => !each.startsWith('-')).slice(0, MOST_WORDS)) {
    path += path === '' ? word : ` ${word}`;
    if (calls.includes(`|${path}|`)) found = path;
  }
  return found;
}
