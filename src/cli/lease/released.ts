import { ref } from '../../domain/issue.ts';
import type { ReleasedLeases } from '../../operations/release-leases.ts';
import { issueSummary } from '../../render/documents.ts';
import { leasedDocument, renderReturned } from '../../render/lease-rows.ts';
import { safeLine } from '../../render/terminal-text.ts';
import type { Output } from '../command.ts';

/** What a command answers that gives leases back. */
export const releasedOutput = ({ released, becameReady, changed }: ReleasedLeases): Output => ({
  document: {
    kind: 'lease-release',
    released: released.map(leasedDocument),
    count: released.length,
    changed,
    became_ready: becameReady.map(issueSummary),
  },
  text: [
    ...released.map((leased) => renderReturned(leased, changed)),
    ...becameReady.map(({ issue }) => safeLine(`${ref(issue.id)} is ready now: ${issue.title}`)),
  ].join('\n'),
});
