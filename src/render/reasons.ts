import { ref } from '../domain/issue.ts';
import type { Reason } from '../domain/readiness.ts';
import { joinLines, type Page, type Style, stateTone, verdictTone } from './style.ts';
import { safeLine } from './terminal-text.ts';

/** Everything that stands in the way, each with the command that would clear it away. Empty for no reasons. */
export const renderReasons = (reasons: readonly Reason[], { style }: Page): string =>
  joinLines(
    reasons.flatMap((reason) => [
      `- ${describe(reason, style)}`,
      `    ${style.paint('faint', safeLine(reason.resolve))}`,
    ]),
  );

function describe(reason: Reason, style: Style): string {
  switch (reason.type) {
    case 'dependency': {
      const title = reason.title === null ? 'an issue that is not there' : safeLine(reason.title);
      const state = style.paint(stateTone(reason.state), reason.state);
      return `waits for ${style.paint('strong', ref(reason.id))} ${title} (${state})`;
    }
    case 'gate':
      return `needs the gate ${safeLine(reason.key)} (${style.paint(verdictTone(reason.status), reason.status)})`;
    case 'hold': {
      const until = reason.until === null ? '' : ` until ${safeLine(reason.until)}`;
      return `is on hold${until}: ${safeLine(reason.reason)}`;
    }
    case 'lease': {
      const { holder, path, branch, epoch, status } = reason;
      const how = status === 'done' ? 'was finished' : 'is held';
      const on = branch === null ? '' : ` on branch ${safeLine(branch)}`;
      return `${how} by ${safeLine(holder)} (epoch ${epoch}) in ${safeLine(path)}${on}`;
    }
    case 'assignee':
      return `belongs to ${safeLine(reason.assignee)}`;
    case 'state':
      return `is ${style.paint(stateTone(reason.state), reason.state)}`;
  }
}
