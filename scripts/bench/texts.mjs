// Words for issues: about as long as what people and agents write.

const VERBS = ['Add', 'Fix', 'Move', 'Test', 'Measure', 'Document', 'Remove', 'Split', 'Check', 'Rename'];
const THINGS = [
  ...[
    'the parser',
    'the login form',
    'the retry loop',
    'the cache',
    'error messages',
    'the export',
    'pagination',
  ],
  ...['the schema', 'the import', 'the queue', 'time zones', 'the build', 'the index', 'the search page'],
];
const PLACES = [
  'on Windows',
  'for large files',
  'in the worker',
  'after a restart',
  'when offline',
  'for guests',
];
const SENTENCES = [
  'It fails for names with spaces, and says nothing.',
  'See the log of the last night: three of forty runs did not end.',
  'The old way stays until the next release, with a warning.',
  'Measure before and after, and write both figures down.',
  'Keep the format on disk; only the reader changes.',
  'There is a test that shows it, which is skipped for now.',
];

export const LABELS = [
  ...['epic:import', 'epic:search', 'epic:speed', 'area:api', 'area:cli', 'area:docs', 'area:web'],
  ...['bug', 'feature', 'chore', 'good-first-issue', 'security'],
];

/** One line, with its number, so that no two are the same. */
export const drawTitle = (draw, number) =>
  `${draw.of(VERBS)} ${draw.of(THINGS)} ${draw.of(PLACES)} (${number})`;

/** A few paragraphs of Markdown; a quarter have none. */
export const drawDescription = (draw) =>
  draw.chance(0.25) ? '' : Array.from({ length: 1 + draw.below(8) }, () => draw.of(SENTENCES)).join('\n\n');

export const drawRemark = (draw) =>
  Array.from({ length: 1 + draw.below(3) }, () => draw.of(SENTENCES)).join(' ');
