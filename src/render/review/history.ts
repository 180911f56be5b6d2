import { ref } from '../../domain/issue.ts';
import type { Step } from '../../domain/review/history.ts';
import { renderEvent } from '../events.ts';
import { joinLines, type Page } from '../style.ts';
import { safeLine } from '../terminal-text.ts';

interface Told {
  readonly id: string;
  readonly title: string | null;
  readonly steps: readonly Step[];
  readonly total: number;
}

/** The history of an issue, one step a line, the newest last. */
export const renderHistory = ({ steps }: Told, page: Page): string =>
  joinLines(steps.map((step) => renderStep(step, page)));

function renderStep(step: Step, page: Page): string {
  const { style } = page;
  if (step.type === 'event') return renderEvent(step.event, page);
  const more = step.untold.map(safeLine).join(', ');
  if (step.type === 'file')
    return style.paint('waiting', `not committed: differs from its events after an edit by hand: ${more}`);
  const { oid, author, subject } = step.commit;
  const notes = [
    ...(step.merge ? ['a merge'] : []),
    ...(step.readable ? [] : ['the file cannot be read there']),
    ...(more === '' ? [] : [`tells more than the events: ${more}`]),
  ];
  const words = [
    style.paint('faint', step.at),
    'commit',
    style.paint('strong', oid.slice(0, 10)),
    safeLine(author),
    JSON.stringify(safeLine(subject)),
    ...(notes.length === 0 ? [] : [style.paint('waiting', `(${notes.join('; ')})`)]),
  ];
  return words.join('  ');
}

/** The document of a history. */
export const historyDocument = ({ id, title, steps, total }: Told) => ({
  kind: 'log',
  id,
  ref: ref(id),
  title,
  steps,
  count: steps.length,
  total,
  truncated: steps.length < total,
});
