/** A comment at the start of a file that jit made. `directories`: how many directories were made for it. */
export const madeLine = (directories: number): string =>
  `# Made by jit git setup${directories === 0 ? '' : `, with directories: ${directories}`}.\n`;

/** How many directories were made for a file of which nothing but that comment is left; null where there is more. */
export function directoriesOfMade(text: string): number | null {
  const [, made = '0'] = /^# Made by jit git setup(?:, with directories: (\d+))?\.\n$/.exec(text) ?? [null];
  return text === madeLine(Number(made)) ? Number(made) : null;
}
