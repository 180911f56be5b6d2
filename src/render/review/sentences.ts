import type { Happening } from '../../domain/review/happening.ts';
import type { BoardNames } from './names.ts';

/** A piece of a sentence: our own words, a text of somebody's, or what was taken out of and put into a text. */
export interface Part {
  readonly as: 'word' | 'quote' | 'removed' | 'added';
  readonly text: string;
}

const word = (text: string): Part => ({ as: 'word', text });
const quote = (text: unknown): Part => ({ as: 'quote', text: typeof text === 'string' ? text : 'nobody' });

/** Longest excerpt of a comment, of a value, of a change in a text; characters. */
const EXCERPT = 160;
/** Pieces of a changed text that are shown. */
const MOST_PIECES = 24;

/** What happened, as a sentence. */
export function sentenceOf(happening: Happening, names: BoardNames): readonly Part[] {
  const { subject, before, after, by, reason } = happening;
  const who = by === null ? [] : [word(' by '), quote(by)];
  const why = reason === null ? [] : [word(': '), excerpt(reason)];
  const gate = [word('gate '), quote(subject)];
  switch (happening.type) {
    case 'created':
    case 'deleted':
    case 'restored':
    case 'completed':
      return [word(happening.type), ...who, ...why];
    case 'reopened':
      return [word('re-opened'), ...who, ...why];
    case 'archived':
      return [word(subject === null ? 'archived' : `archived as ${subject}`), ...who, ...why];
    case 'claimed':
      return [word('claimed by '), quote(after)];
    case 'handed-over':
      return [word('handed over by '), quote(before), word(' to '), quote(after)];
    case 'released':
      return [word('given back by '), quote(before), ...why];
    case 'assigned':
      return [
        word('assigned to '),
        quote(after),
        ...(before === null ? [] : [word(', before to '), quote(before)]),
      ];
    case 'gated':
      return [word('finished, and waits for its gates')];
    case 'sent-back':
      return [word('sent back by a gate'), ...who];
    case 'ready':
      return [word('ready now')];
    case 'waiting':
      return [word('has to wait again')];
    case 'gate-added':
      return [...gate, word(' is required'), ...who];
    case 'gate-dropped':
      return [...gate, word(' is not required any more'), ...who];
    case 'gate-passed':
      return [...gate, word(' passed'), ...who, ...why];
    case 'gate-failed':
      return [...gate, word(' failed'), ...who, ...why];
    case 'gate-cleared':
      return [...gate, word(' is pending again')];
    case 'edge-added':
      return [word('needs '), ...names.partsOf(subject!), ...who];
    case 'edge-removed':
      return [word('no longer needs '), ...names.partsOf(subject!), ...who];
    case 'held':
      return [word('on hold'), ...who, ...why];
    case 'unheld':
      return [word('hold taken off'), ...who];
    case 'priority':
      return [word(`priority ${before} → ${after}`), ...who];
    case 'title':
    case 'description':
      return [word(`${happening.type}: `), ...changed(happening), ...who];
    case 'label-added':
      return [word('label '), quote(subject), word(' added'), ...who];
    case 'label-removed':
      return [word('label '), quote(subject), word(' removed'), ...who];
    case 'milestone':
      return [word('milestone '), ...fromTo(before, after), ...who];
    case 'link-added':
      return [word('link '), quote(subject), word(' added'), ...who];
    case 'link-removed':
      return [word('link '), quote(subject), word(' removed'), ...who];
    case 'comment-added':
      return [word('comment'), ...who, word(': '), excerpt(after)];
    case 'comment-changed':
      return [word('comment changed: '), ...changed(happening)];
    case 'comment-removed':
      return [word('comment removed: '), excerpt(before)];
    case 'context':
    case 'other':
      return [quote(subject), word(' '), ...fromTo(before, after), ...who];
  }
}

const fromTo = (before: unknown, after: unknown): readonly Part[] => [
  value(before),
  word(' → '),
  value(after),
];

const value = (of: unknown): Part =>
  of === null ? word('none') : excerpt(typeof of === 'string' ? of : JSON.stringify(of));

function excerpt(text: unknown): Part {
  const characters = [...String(text).trim()];
  return quote(
    characters.length <= EXCERPT ? characters.join('') : `${characters.slice(0, EXCERPT).join('')}…`,
  );
}

function changed({ words }: Happening): readonly Part[] {
  const pieces = words ?? [];
  const parts = pieces.slice(0, MOST_PIECES).map(({ op, text }): Part => {
    const as = op === 'removed' || op === 'added' ? op : op === 'skipped' ? 'word' : 'quote';
    const characters = [...text];
    return { as, text: characters.length <= EXCERPT ? text : `${characters.slice(0, EXCERPT).join('')}…` };
  });
  return pieces.length > MOST_PIECES ? [...parts, word(' … and more')] : parts;
}
