import type { Row } from '../domain/query.ts';
import { exportRows, type RowSink, selectForExport } from '../operations/select-export.ts';
import { CSV } from '../render/export/csv.ts';
import { exportDot } from '../render/export/dot.ts';
import { jsonFormat } from '../render/export/json.ts';
import { JSONL } from '../render/export/jsonl.ts';
import { exportMarkdown } from '../render/export/markdown.ts';
import { exportMermaid } from '../render/export/mermaid.ts';
import { type RowFormat, RowText } from '../render/export/row-text.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context, Counting } from './context.ts';
import { AT, AT_ERRORS, needed, text } from './options.ts';
import { SCHEMA_VERSION } from './print.ts';

/** Those that show how the issues hang together: from what everybody must know of each. */
const DRAWINGS: Readonly<Record<string, (rows: readonly Row[]) => Iterable<string>>> = {
  mermaid: exportMermaid,
  dot: exportDot,
  markdown: exportMarkdown,
};

/** Those that are written while the issues are read. */
const LISTS: Readonly<Record<string, RowFormat>> = {
  json: jsonFormat(SCHEMA_VERSION),
  jsonl: JSONL,
  csv: CSV,
};

export const declaration: Declaration = {
  path: ['export'],
  summary: 'Export the graph as a diagram, or the issues as data or a report.',
  description:
    'mermaid and dot draw an arrow from an issue to what needs it; states are shown by class. Whatever stands in a title, it cannot break out of the format.',
  options: {
    format: {
      type: 'string',
      alias: ['f'],
      required: true,
      values: ['mermaid', 'dot', 'json', 'jsonl', 'csv', 'markdown'],
      synonyms: { md: 'markdown', graphviz: 'dot' },
      description: 'The format.',
    },
    issue: {
      type: 'id',
      alias: ['id'],
      placeholder: 'ID',
      description: 'Only this issue and what it needs.',
    },
    at: AT,
    output: {
      type: 'path',
      alias: ['o'],
      placeholder: 'FILE',
      description: 'Write to a file instead of stdout.',
    },
  },
  reads: 'All issues.',
  writes: 'Nothing but the file of --output.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID', 'FILE_NOT_FOUND', ...AT_ERRORS],
  examples: [
    ['jit export --format mermaid --issue 4F7K2M9Q', 'a diagram for a document'],
    ['jit export --format csv -o issues.csv', 'for a spreadsheet'],
  ],
  kinds: ['export'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const format = needed(input, 'format');
  const path = text(input, 'output') ?? null;
  const { count, pieces } = await makeExport(format, input, context);
  if (path !== null) context.writeFile(path, pieces());
  return {
    document: {
      kind: 'export',
      format,
      path,
      count,
      // Only put together for whoever wants it as one.
      get content() {
        return path === null ? [...pieces()].join('') : null;
      },
    },
    text: '',
    ...(path === null ? { pieces: pieces() } : { note: `wrote ${count} issues to ${path}` }),
  };
}

interface Export {
  readonly count: number;
  /** The text of it; to be asked for once. */
  pieces(): Iterable<string>;
}

async function makeExport(format: string, input: Input, context: Context): Promise<Export> {
  const session = await context.sessionAt(text(input, 'at'));
  const id = text(input, 'issue') ?? null;
  const list = LISTS[format];
  if (list === undefined) {
    const rows = await selectForExport(session, id);
    return { count: rows.length, pieces: () => DRAWINGS[format]!(rows) };
  }
  const spool = await context.spool();
  const counting = await context.counting('export');
  const written = new RowText(list, spool);
  try {
    const count = await exportRows(session, id, countRows(written, counting));
    written.end();
    return { count, pieces: () => spool.pieces() };
  } catch (error) {
    spool.close();
    throw error;
  } finally {
    counting.end();
  }
}

function countRows(sink: Pick<RowText, 'start' | 'row'>, { tell }: Counting): RowSink {
  let [done, total] = [0, 0];
  return {
    start(count) {
      [done, total] = [0, count];
      sink.start(count);
    },
    row(row) {
      sink.row(row);
      done += 1;
      return tell(done, total);
    },
  };
}
