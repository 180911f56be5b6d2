import type { Issue } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { selectForExport } from '../operations/select-export.ts';
import { exportCsv } from '../render/export/csv.ts';
import { exportDot } from '../render/export/dot.ts';
import { exportJson } from '../render/export/json.ts';
import { exportJsonl } from '../render/export/jsonl.ts';
import { exportMarkdown } from '../render/export/markdown.ts';
import { exportMermaid } from '../render/export/mermaid.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';
import { AT, AT_ERRORS, needed, text } from './options.ts';
import { SCHEMA_VERSION } from './print.ts';

const FORMATS: Readonly<Record<string, (rows: readonly Row<Issue>[]) => Iterable<string>>> = {
  mermaid: exportMermaid,
  dot: exportDot,
  json: (rows) => exportJson(rows, SCHEMA_VERSION),
  jsonl: exportJsonl,
  csv: exportCsv,
  markdown: exportMarkdown,
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
      values: Object.keys(FORMATS),
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
  const rows = await selectForExport(
    await context.sessionAt(text(input, 'at')),
    text(input, 'issue') ?? null,
  );
  const content = [...FORMATS[format]!(rows)].join('');
  if (path !== null) context.writeFile(path, content);
  return {
    document: { kind: 'export', format, path, count: rows.length, content: path === null ? content : null },
    text: path === null ? content : '',
    ...(path === null ? {} : { note: `wrote ${rows.length} issues to ${path}` }),
  };
}
