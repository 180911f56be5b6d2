/** Raised when the text of the block changes, so that `jit init --agents` replaces older ones. */
const BLOCK_VERSION = 1;

/** What the block's first line remembers of how it was put in, so that taking it out restores every byte. */
type Trace = 'new-file' | 'line-break-added';

const START = /<!-- jit:start v\d+( new-file| line-break-added)? -->/;
const END = '<!-- jit:end -->';

const LINES = [
  '',
  '## Work is tracked with jit',
  '',
  'Run `jit prime` before you start: it says how to work with the issues of this repository, what you hold, and what',
  'is waiting. Take work with `jit claim-next`, and finish it with `jit complete ID`.',
  '',
  END,
  '',
];

/** An HTML comment may follow a paragraph directly, so that no blank line has to be added above it. */
function renderBlock(trace: Trace | undefined, lineBreak: LineBreak): string {
  const start = `<!-- jit:start v${BLOCK_VERSION}${trace === undefined ? '' : ` ${trace}`} -->`;
  return [start, ...LINES].join(lineBreak);
}

interface Block {
  readonly start: number;
  /** Behind the line break that ends it. */
  readonly end: number;
  readonly trace: Trace | undefined;
  /** How its lines end. */
  readonly lineBreak: LineBreak;
}

type LineBreak = '\n' | '\r\n';

/** The block in a text; undefined where there is none, or only half of one. */
function findBlock(text: string): Block | undefined {
  const opening = START.exec(text);
  if (opening === null) return undefined;
  const close = text.indexOf(END, opening.index);
  if (close === -1) return undefined;
  const end = close + END.length;
  return {
    start: opening.index,
    end: end + (/^\r?\n/.exec(text.slice(end, end + 2))?.[0].length ?? 0),
    trace: opening[1]?.trim() as Trace | undefined,
    lineBreak: text.startsWith('\r\n', opening.index + opening[0].length) ? '\r\n' : '\n',
  };
}

/**
 * The text with the block in it: brought up to date in its place, or added at the end. Null stands for a
 * file that is not there. Nothing else changes by a byte.
 */
export function putAgentsBlock(text: string | null): string {
  if (text === null) return renderBlock('new-file', '\n');
  const found = findBlock(text);
  if (found !== undefined) {
    return text.slice(0, found.start) + renderBlock(found.trace, found.lineBreak) + text.slice(found.end);
  }
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  if (text === '' || text.endsWith('\n')) return text + renderBlock(undefined, lineBreak);
  return text + lineBreak + renderBlock('line-break-added', lineBreak);
}

/** The text as it was before the block was put in; null when the file is to go, because only the block made it. */
export function dropAgentsBlock(text: string): string | null {
  const found = findBlock(text);
  if (found === undefined) return text;
  const before = text.slice(0, found.start);
  const after = text.slice(found.end);
  if (found.trace === 'new-file' && before + after === '') return null;
  // With text behind the block, the line break that was added has come to separate the two.
  const added = found.trace === 'line-break-added' && after === '' && before.endsWith(found.lineBreak);
  return added ? before.slice(0, -found.lineBreak.length) : before + after;
}
