import type { Actor } from '../domain/identity.ts';
import { ref } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { type Board, renderCounts } from './board.ts';
import { safeLine, truncate } from './terminal-text.ts';

/** What a worker is told at the start. */
export interface Primer {
  readonly actor: Actor;
  readonly status: {
    readonly counts: Board['counts'] & { readonly claimable: number };
    readonly ready: readonly Row[];
  };
  readonly mine: readonly Row[];
}

/** How much a primer may say: it stands in every agent's context. */
export const MOST_BYTES = 3600;

/** How many issues of each kind are named, and how much of a title. */
const SHOWN = 5;
const TITLE_COLUMNS = 72;

const HOW = `# jit: the work of this repository
Work is a graph of issues in .jit/ (plain JSON in git). Change it with jit only, never by hand.

## The loop
  jit claim-next --to agent:NAME --json   the most important ready issue; nobody else gets it
  ... do the work, commit ...
  jit gate pass ID KEY --by agent:NAME    for each required gate that automation may pass
  jit complete ID --claim-next --by agent:NAME --json   finish, and take the next
Use one NAME of your own in all calls (or set JIT_AGENT_ID=agent:NAME once). ALL_DONE (exit 5, or no_next.code) means stop.
NOTHING_READY means wait: jit claim-next --wait 60s. After a restart, claim-next --resume returns what you hold.
A claim lasts 30m after your last write to it. Longer work: jit heartbeat ID now and then, or jit lease hold ID -- COMMAND.
It has an epoch (lease.epoch): set JIT_EPOCH=ID@EPOCH, or add --epoch N to what you write. STALE_EPOCH or NOT_HOLDER (exit 6) means that somebody else has the issue now: stop, and change nothing more for it.
Exit codes: 0 done, 2 wrong command line, 3 not there, 4 refused by a rule (all reasons are listed), 5 nothing to do, 6 somebody else was first, 7 store trouble.

## Plan
  A=$(jit create "Title" -d "what, and when it is done" -p high --gate unit-tests)
  B=$(jit create "Next" --needs $A)       B waits until A is done
  jit create "Found" --discovered-from ID [--blocks ID]   new work found on the way
  jit dep add A B (A needs B)   jit graph show A   jit why ID

## Look
  jit status   jit ready   jit blocked   jit stalled   jit show ID   jit mine   jit lease list   jit events tail
  IDs may be shortened to 4 or more characters of their start or end. Every command takes --json and --help.

## Rules
- complete moves to gated while a gate is open; the last gate makes it done by itself. A failed gate sends it back to you.
- Manual gates (for example review) are passed by a person: --by human:NAME. Do not pass them yourself.
- Stuck? jit comment ID "what you found", then jit release ID.
- Commit .jit together with your work, after jit complete.
`;

/** How to work with the store, who I am here, what I hold, and what is waiting; at most 3,600 bytes. `compact`: without the how. */
export function renderPrimer(primer: Primer, compact: boolean): string {
  const { mine, status } = primer;
  const named = Math.min(mine.length, SHOWN) + Math.min(status.ready.length, SHOWN);
  const without = Buffer.byteLength(renderWith(primer, compact, () => ''));
  // What the titles may take together is shared out equally; one of plain letters needs less than its part.
  const part = Math.floor((MOST_BYTES - without) / Math.max(1, named));
  return renderWith(primer, compact, (title) => cutBytes(truncate(safeLine(title), TITLE_COLUMNS), part));
}

type Shorten = (title: string) => string;

function renderWith({ actor, status, mine }: Primer, compact: boolean, shorten: Shorten): string {
  const who = actor.explicit
    ? safeLine(actor.id)
    : `${safeLine(actor.id)} (inferred; name yourself with --to or JIT_AGENT_ID)`;
  const now = [
    '## Now',
    `You are ${who}.`,
    renderCounts(status.counts),
    ...rows('You hold', mine, mine.length, shorten),
    ...rows('Ready, most important first', status.ready, status.counts.claimable, shorten),
  ];
  return `${compact ? '' : `${HOW}\n`}${now.join('\n')}\n`;
}

function rows(title: string, issues: readonly Row[], total: number, shorten: Shorten): readonly string[] {
  if (issues.length === 0) return [`${title}: nothing`];
  const shown = issues
    .slice(0, SHOWN)
    .map(({ issue, state }) => `  ${ref(issue.id)} ${state} ${issue.priority} ${shorten(issue.title)}`);
  const more = total > shown.length ? [`  and ${total - shown.length} more`] : [];
  return [`${title}:`, ...shown, ...more];
}

/** A line cut to at most this many bytes of UTF-8, between characters; `…` stands for what was cut. */
function cutBytes(line: string, bytes: number): string {
  if (Buffer.byteLength(line) <= bytes) return line;
  let kept = '';
  let left = bytes - Buffer.byteLength('…');
  for (const character of line) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}
