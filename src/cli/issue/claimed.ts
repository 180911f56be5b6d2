import type { Claimed } from '../../operations/claim.ts';
import { renderClaim } from '../../render/claim.ts';
import { fullIssue } from '../../render/documents.ts';
import { leaseDocument } from '../../render/lease.ts';
import type { Output } from '../command.ts';

/** The claim as `claim`, `claim-next` and `complete --claim-next` all print it. */
export const claimDocument = ({ outcome, row, lease, brief }: Claimed) => ({
  outcome,
  issue: fullIssue(row),
  lease: leaseDocument(lease),
  brief,
});

/** What a command that claims answers. */
export const claimedOutput = (claimed: Claimed): Output => ({
  document: { kind: 'claim', ...claimDocument(claimed) },
  text: renderClaim(claimed.row, claimed.brief, claimed.lease),
});
