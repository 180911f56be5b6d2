import type { Event } from '../domain/issue.ts';
import { queryEvents } from '../operations/events.ts';
import { selectForExport } from '../operations/select-export.ts';
import type { Session } from '../operations/session.ts';
import { readStatus, type Status } from '../operations/status.ts';
import { renderBoard } from '../render/board.ts';
import { exportMermaid } from '../render/export/mermaid.ts';
import { PIPE } from '../render/style.ts';
import { safeLine } from '../render/terminal-text.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';
import { planDemo } from './demo/plan.ts';
import { reviewWhatIsGated } from './demo/review.ts';
import { watchUntil } from './wait.ts';

export const declaration: Declaration = {
  path: ['demo'],
  summary: 'Show the main loop: three workers finish a small graph with gates, in a temporary repository.',
  description:
    'A lead plans an epic, three processes loop on claim-next, and a person reviews; one review fails, so that one issue is done twice. The repository is left behind to be looked at.',
  storeless: true,
  reads: 'Nothing of yours.',
  writes: 'A new directory among the temporary files.',
  errors: ['GIT'],
  examples: [
    ['jit demo', 'takes a few seconds'],
    ['jit demo --json', 'only the result'],
  ],
  kinds: ['demo'],
};

const WORKERS = ['agent:w1', 'agent:w2', 'agent:w3'];

export async function run(_input: Input, context: Context): Promise<Output> {
  const ground = await context.demoGround();
  const lead = ground.session('agent:lead');
  await planDemo(lead);
  const board = followBoard(lead, ground.session('human:reviewer'), context);
  const exits = await Promise.all(WORKERS.map((worker) => ground.start(['demo', 'worker', worker])));
  await board.stop();
  const status = await readStatus(lead);
  const events = countEvents((await queryEvents(lead)).events);
  const mermaid = [...exportMermaid(await selectForExport(lead, null))].join('');
  return {
    document: { kind: 'demo', root: ground.root, counts: status.counts, events, mermaid },
    text: [
      ...(context.terminal.stdout ? [''] : []),
      renderBoard(status, PIPE),
      mermaid,
      ...Object.entries(events).map(([name, count]) => `${String(count).padStart(4)}  ${name}`),
      '',
      `The store is left in ${ground.root}. Look at it with: cd ${ground.root} && jit list --all`,
    ].join('\n'),
    ...(exits.every((exit) => exit === 0) ? {} : { exit: 1 }),
  };
}

/** Shows the board whenever it changes, and lets the reviewer do what only a person may. */
function followBoard(lead: Session, reviewer: Session, context: Context): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const interrupt = (): void => stopping.abort();
  context.signal.addEventListener('abort', interrupt);
  let shown = '';
  const followed = watchUntil(lead.store, stopping.signal, async () => {
    await reviewWhatIsGated(reviewer);
    const line = describe(await readStatus(lead));
    if (line === shown) return;
    shown = line;
    context.progress(line);
  });
  return {
    stop: async () => {
      context.signal.removeEventListener('abort', interrupt);
      stopping.abort();
      await followed;
    },
  };
}

/** The board in one line. */
function describe({ counts, inProgress }: Status): string {
  const working = [...inProgress]
    .sort((a, b) => ((a.issue.assignee ?? '') < (b.issue.assignee ?? '') ? -1 : 1))
    .map(({ issue }) => `${issue.assignee?.replace('agent:', '')}: ${issue.title}`);
  const { done, total, ready, blocked, gated } = counts;
  const numbers = `done ${done}/${total}  ready ${ready}  blocked ${blocked}  gated ${gated}`;
  return safeLine([numbers, ...working].join('  |  '));
}

function countEvents(events: readonly Event[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { event } of events) counts.set(event, (counts.get(event) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
