import { createHash } from 'node:crypto';
import { JitError } from '../../src/domain/errors.ts';
import { archiveIssues, deleteIssues } from '../../src/operations/archive.ts';
import { assignIssues, releaseIssues } from '../../src/operations/assign.ts';
import { claimIssue } from '../../src/operations/claim.ts';
import { claimNext } from '../../src/operations/claim-next.ts';
import { commentIssues } from '../../src/operations/comment.ts';
import { completeAndClaimNext, completeIssues } from '../../src/operations/complete.ts';
import { createIssue } from '../../src/operations/create.ts';
import { addIssueDependencies, removeIssueDependencies } from '../../src/operations/dependency.ts';
import {
  addIssueGates,
  defineStoreGate,
  dropIssueGates,
  judgeGates,
  undefineStoreGate,
} from '../../src/operations/gate.ts';
import { collectGarbage } from '../../src/operations/gc.ts';
import { holdIssues, unholdIssues } from '../../src/operations/hold.ts';
import { reopenIssues } from '../../src/operations/reopen.ts';
import { type UpdateInput, updateIssues } from '../../src/operations/update.ts';
import { fixStore } from '../../src/operations/validate.ts';
import { actors, type Command, EVER } from './commands-model.ts';
import { GATES } from './issues.ts';
import { liveIds } from './live-ids.ts';
import type { TestSession } from './session.ts';

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a command came to: what it returned, or the code and message of its refusal. */
export type Outcome = { readonly result: unknown } | { readonly refused: string; readonly message: string };

/**
 * Runs one command. `ids`: the issues created so far, in order; a creation adds to it. A refusal is an outcome;
 * anything else that is thrown is a bug, and passes through.
 */
export async function runCommand(session: TestSession, ids: string[], command: Command): Promise<Outcome> {
  const acting = command.verb === 'wait' ? session : session.as(actors[command.who]);
  try {
    return { result: await perform(acting, ids, command) };
  } catch (error) {
    if (error instanceof JitError && error.code !== 'INTERNAL' && error.code !== 'INVALID')
      return { refused: error.code, message: error.message };
    throw error;
  }
}

async function perform(session: TestSession, ids: string[], command: Command): Promise<unknown> {
  const there = await session.store.read((view) => liveIds(view));
  const idOf = (number: number): string => {
    const among = number < EVER ? there : ids;
    return among[number % among.length] ?? 'ZZZZZZZZ';
  };
  const later = (minutes: number): string => session.clock.ago(-minutes * 60_000);
  switch (command.verb) {
    case 'create': {
      const linkTo = (number: number | null) => (number === null || there.length === 0 ? null : idOf(number));
      const { issue } = await createIssue(session, {
        title: `work ${ids.length}`,
        priority: command.priority,
        addLabels: ids.length % 2 === 0 ? ['even'] : [],
        needs: there.length === 0 ? [] : command.needs.map(idOf),
        blocks: there.length === 0 ? [] : command.blocks.map(idOf),
        parent: linkTo(command.parent),
        discoveredFrom: linkTo(command.from),
        gates: command.gates,
        hold: holdOf(command.hold, later),
        assignee: command.assignee,
      });
      ids.push(issue.id);
      return issue;
    }
    case 'edit':
      return updateIssues(session, [idOf(command.issue)], { ...editOf(command), force: command.force });
    case 'state':
      return updateIssues(session, [idOf(command.issue)], { state: command.state, force: command.force });
    case 'assign':
      return assignIssues(session, [idOf(command.issue)], command.to, command.force);
    case 'claim':
      return claimIssue(session, idOf(command.issue));
    case 'unhold':
      return unholdIssues(session, [idOf(command.issue)]);
    case 'reopen':
      return reopenIssues(session, [idOf(command.issue)], null);
    case 'claim-next': {
      const filter = command.label ? ({ op: 'label', in: ['even'] } as const) : null;
      return claimNext(session, { filter, resume: command.resume });
    }
    case 'release': {
      const comment = command.comment ? 'over to you' : null;
      return releaseIssues(session, [idOf(command.issue)], { to: command.to, comment, force: command.force });
    }
    case 'complete': {
      const named = [command.issue, ...command.others].map(idOf);
      return completeIssues(session, named, { comment: null, force: command.force });
    }
    case 'complete-next': {
      const how = { comment: null, force: false, filter: null };
      return completeAndClaimNext(session, [idOf(command.issue)], how);
    }
    case 'hold':
      return holdIssues(session, [idOf(command.issue)], holdOf(command.minutes ?? -1, later)!);
    case 'archive':
      return archiveIssues(session, [command.issue, ...command.others].map(idOf), {
        resolution: command.duplicateOf === null ? 'not-planned' : 'duplicate',
        duplicateOf: command.duplicateOf === null ? null : idOf(command.duplicateOf),
        detach: command.detach,
        comment: null,
        force: command.force,
      });
    case 'delete': {
      const how = { detach: command.detach, force: command.force, apply: true };
      return deleteIssues(session, [command.issue, ...command.others].map(idOf), how);
    }
    case 'need':
      return addIssueDependencies(session, idOf(command.issue), command.on.map(idOf));
    case 'need-not':
      return removeIssueDependencies(session, idOf(command.issue), command.on.map(idOf));
    case 'require':
      return addIssueGates(session, idOf(command.issue), command.gates);
    case 'drop':
      return dropIssueGates(
        session,
        idOf(command.issue),
        await ownGates(session, idOf(command.issue), command.gates),
      );
    case 'judge':
      return judgeGates(
        session,
        idOf(command.issue),
        await ownGates(session, idOf(command.issue), command.gates),
        {
          status: command.passed ? 'passed' : 'failed',
          reason: command.reason ? 'because' : null,
          override: command.passed && command.reason,
        },
      );
    case 'comment':
      return commentIssues(session, [idOf(command.issue)], command.body);
    case 'define': {
      const known = Object.hasOwn(GATES, command.gate) ? GATES[command.gate] : undefined;
      return defineStoreGate(session, command.gate, { ...known, auto: command.auto }, command.update);
    }
    case 'undefine':
      return undefineStoreGate(session, command.gate);
    case 'fix':
      return (await fixStore(session, true)).problems;
    case 'gc':
      return collectGarbage(session, 0, true);
    case 'wait':
      session.clock.forward(command.minutes * 60_000);
      return null;
  }
}

// A number means a gate that the issue requires.
async function ownGates(
  session: TestSession,
  id: string,
  gates: readonly string[] | number,
): Promise<readonly string[]> {
  if (typeof gates !== 'number') return gates;
  const required = (await session.store.read((view) => view.get(id)))?.gates_required ?? [];
  return [required[gates % required.length] ?? 'tests'];
}

// -1 minutes: for ever.
const holdOf = (minutes: number | null, later: (minutes: number) => string) =>
  minutes === null
    ? null
    : minutes < 0
      ? { reason: 'not yet' }
      : { reason: 'not yet', until: later(minutes) };

function editOf({ key, value }: { readonly key: string; readonly value: string }): UpdateInput {
  const word = value === '' ? 'none' : value;
  switch (key) {
    case 'title':
      return { title: word };
    case 'label':
      return { addLabels: [word, 'even'] };
    case 'unlabel':
      return { removeLabels: [word, 'even'] };
    case 'milestone':
      return { milestone: value === '' ? null : value };
    default:
      return { context: Object.fromEntries([[key, value]]) };
  }
}
