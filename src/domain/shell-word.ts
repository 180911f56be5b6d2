/**
 * A text as one word of a command that somebody may paste into a shell: as it is where that is safe, else in single
 * quotes. A name may hold `$(…)` or `;`, and whoever chose it must not choose what runs.
 */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
