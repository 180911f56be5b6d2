import type { Stall } from '../domain/stalled.ts';
import { ago } from './ago.ts';
import type { Page } from './style.ts';
import { safeLine } from './terminal-text.ts';

/** The signs that an issue has stalled, as lines below it, each with the command that frees the issue. */
export const renderStalls = (stalls: readonly Stall[], now: string, { style }: Page): readonly string[] =>
  stalls.flatMap(({ type, since, resolve }) => [
    `  - ${WORDS[type]} ${ago(since, now)}`,
    `      ${style.paint('faint', safeLine(resolve))}`,
  ]);

const WORDS: Readonly<Record<Stall['type'], string>> = {
  expired: 'its claim is stale: last renewed',
  'no-lease': 'no lease is on record: claimed',
  silent: 'silent: its last event was',
};
