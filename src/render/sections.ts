import { safeText } from './terminal-text.ts';

/**
 * The lines of a stored text, made safe, each indented by two spaces, so that no line of a user's text
 * passes for one of jit's.
 */
export const indentText = (text: string): readonly string[] =>
  safeText(text)
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd());

/** Adds an empty line, a heading and indented content; nothing where there is no content. */
export function addSection(lines: string[], name: string, content: readonly string[]): void {
  if (content.length > 0) lines.push('', `${name}:`, ...content.map((line) => `  ${line}`.trimEnd()));
}
