import { STATES } from '../../domain/issue.ts';
import type { Row } from '../../domain/query.ts';
import { safeLine } from '../terminal-text.ts';
import { type Extract, edgesOf, extract, inChunks, STATE_FILLS } from './extract.ts';

/** Beyond this many edges Mermaid draws nothing unless `maxEdges` is raised, which a diagram itself may not do. */
const MERMAID_MAX_EDGES = 500;

/** A Mermaid flowchart of these issues, in chunks: an arrow leads from what is needed to what needs it. */
export const exportMermaid = (rows: readonly Row[]): Generator<string> => inChunks(linesOf(extract(rows)));

function* linesOf(drawn: Extract): Generator<string> {
  yield 'flowchart TD\n';
  yield '  %% An arrow leads from an issue to the issues that need it.\n';
  if (drawn.edges > MERMAID_MAX_EDGES) {
    yield `  %% ${drawn.edges} arrows: Mermaid draws more than ${MERMAID_MAX_EDGES} only where it is set up with a higher maxEdges.\n`;
  }
  for (const state of STATES) {
    const { fill, line } = STATE_FILLS[state];
    yield `  classDef ${state} fill:${fill},stroke:${line},color:#212121\n`;
  }
  for (const { issue, state } of drawn.rows) {
    yield `  ${drawn.names.get(issue.id)}["${escapeMermaid(issue.title)}"]:::${state}\n`;
  }
  for (const [needed, dependent] of edgesOf(drawn)) yield `  ${needed} --> ${dependent}\n`;
}

// Mermaid rewrites a diagram before it parses it (directives `%%{…}%%`, tags, `style…:…#…;`), takes
// Markdown, icons (`fa:…`), math (`$$…$$`) and `\n` out of labels, and marks entities with ﬂ°° and ¶ß.
// So all but letters, digits, inner spaces and a little punctuation is written as an entity.
const NOT_PLAIN = /[^\p{L}\p{M}\p{N} ,!?/()'.+-]|^[ +-]| $/gu;
const LIST_MARKER = /^(\p{N}+)([.)])/u;

/** A title as the text of a quoted Mermaid label; nothing in it is markup. */
export const escapeMermaid = (title: string): string =>
  safeLine(title)
    .replace(NOT_PLAIN, entity)
    .replace(LIST_MARKER, (_, digits: string, mark: string) => digits + entity(mark));

const entity = (character: string): string => `#${character.codePointAt(0)};`;
