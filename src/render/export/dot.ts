import { ref } from '../../domain/issue.ts';
import type { Row } from '../../domain/query.ts';
import { safeLine } from '../terminal-text.ts';
import { type Extract, edgesOf, extract, inChunks, STATE_FILLS } from './extract.ts';

/** A Graphviz digraph of these issues, in chunks: an arrow leads from what is needed to what needs it. */
export const exportDot = (rows: readonly Row[]): Generator<string> => inChunks(linesOf(extract(rows)));

function* linesOf(drawn: Extract): Generator<string> {
  yield '// An arrow leads from an issue to the issues that need it.\n';
  yield 'digraph jit {\n';
  yield '  graph [rankdir=TB, charset="UTF-8"];\n';
  yield '  node [shape=box, style="rounded,filled", fontname="sans-serif", fontcolor="#212121"];\n';
  for (const { issue, state } of drawn.rows) {
    const { fill, line } = STATE_FILLS[state];
    const attributes = [
      `label="${escapeDot(issue.title)}"`,
      `tooltip="${ref(issue.id)} ${state}"`,
      `class="${state}"`,
      `fillcolor="${fill}"`,
      `color="${line}"`,
    ];
    yield `  ${drawn.names.get(issue.id)} [${attributes.join(', ')}];\n`;
  }
  for (const [needed, dependent] of edgesOf(drawn)) yield `  ${needed} -> ${dependent};\n`;
  yield '}\n';
}

/**
 * A title as the text of a quoted DOT label. Graphviz reads `\N`, `\l` and the like in labels, and HTML
 * entities too, so backslashes are doubled and ampersands spelled out.
 */
export const escapeDot = (title: string): string =>
  safeLine(title).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;');
