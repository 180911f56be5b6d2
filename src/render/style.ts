import type { Priority, State } from '../domain/issue.ts';
import type { GateVerdict } from '../domain/readiness.ts';

/** What a piece of text means to the eye; a style decides how that looks. */
export type Tone = 'strong' | 'faint' | 'good' | 'busy' | 'waiting' | 'bad';

/** Paints text. The text must be safe already (terminal-text.ts), and its width does not change. */
export interface Style {
  paint(tone: Tone | null, text: string): string;
}

/** No colour at all. */
export const PLAIN: Style = { paint: (_tone, text) => text };

const CODES: Readonly<Record<Tone, string>> = {
  strong: '1',
  faint: '2',
  good: '32',
  busy: '36',
  waiting: '33',
  bad: '31',
};

/** Colours by ANSI escape sequences (SGR). */
export const ANSI: Style = {
  paint: (tone, text) => (tone === null || text === '' ? text : `\x1b[${CODES[tone]}m${text}\x1b[0m`),
};

const STATE_TONES: Readonly<Record<State, Tone>> = {
  backlog: 'faint',
  ready: 'good',
  in_progress: 'busy',
  gated: 'waiting',
  done: 'good',
  archived: 'faint',
};

const PRIORITY_TONES: Readonly<Record<Priority, Tone | null>> = {
  critical: 'bad',
  high: 'waiting',
  normal: null,
  low: 'faint',
};

const VERDICT_TONES: Readonly<Record<GateVerdict, Tone>> = {
  pending: 'waiting',
  passed: 'good',
  failed: 'bad',
};

export const stateTone = (state: State | 'missing'): Tone =>
  state === 'missing' ? 'bad' : STATE_TONES[state];

export const priorityTone = (priority: Priority): Tone | null => PRIORITY_TONES[priority];

export const verdictTone = (verdict: GateVerdict): Tone => VERDICT_TONES[verdict];

/** Where text goes to. */
export interface Page {
  readonly style: Style;
  /** Width of the terminal in columns; null where the reader is not a terminal: no table, nothing cut. */
  readonly columns: number | null;
}

/** A page without colour or table, for pipes and files. */
export const PIPE: Page = { style: PLAIN, columns: null };

/** The page for stdout as it is: colour only where wanted, a width only on a terminal. */
export const pageFor = (terminal: {
  readonly stdout: boolean;
  readonly color: boolean;
  readonly columns: number;
}): Page => ({
  style: terminal.stdout && terminal.color ? ANSI : PLAIN,
  columns: terminal.stdout ? terminal.columns : null,
});

/** Lines as text that ends with a newline; empty when there are none. */
export const joinLines = (lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${lines.join('\n')}\n`;
