import type { Event } from '../issue.ts';
import type { Piece } from './word-diff.ts';

/** What can happen to an issue, in the order in which a review tells it. */
export const HAPPENINGS = [
  'created',
  'deleted',
  'restored',
  'completed',
  'reopened',
  'archived',
  'claimed',
  'handed-over',
  'released',
  'assigned',
  'gated',
  'sent-back',
  'ready',
  'waiting',
  'gate-added',
  'gate-dropped',
  'gate-passed',
  'gate-failed',
  'gate-cleared',
  'edge-added',
  'edge-removed',
  'held',
  'unheld',
  'priority',
  'title',
  'description',
  'label-added',
  'label-removed',
  'milestone',
  'link-added',
  'link-removed',
  'comment-added',
  'comment-changed',
  'comment-removed',
  'context',
  'other',
] as const;

export type HappeningType = (typeof HAPPENINGS)[number];

/** One thing that happened between two boards. Every field is always there. */
export interface Happening {
  readonly type: HappeningType;
  /** What it is about: a gate, an issue, a label, a comment, a field; null where the type says it all. */
  readonly subject: string | null;
  readonly before: unknown;
  readonly after: unknown;
  /** Of a text: what was changed in it. */
  readonly words: readonly Piece[] | null;
  /** Who did it, when and why, as the events tell; null where they do not. */
  readonly by: string | null;
  readonly at: string | null;
  readonly reason: string | null;
}

/** The events that may have brought something about. */
const SOURCES: Readonly<Partial<Record<HappeningType, readonly string[]>>> = {
  created: ['issue.created'],
  deleted: ['issue.deleted'],
  completed: ['issue.completed', 'issue.gated'],
  reopened: ['issue.reopened'],
  archived: ['issue.archived'],
  claimed: ['issue.claimed'],
  'handed-over': ['issue.claimed'],
  released: ['issue.released', 'lease.expired', 'lease.lost', 'lease.released', 'gate.failed'],
  gated: ['issue.gated'],
  'sent-back': ['gate.failed'],
  ready: ['issue.ready'],
  waiting: ['issue.blocked'],
  'gate-added': ['gate.added'],
  'gate-dropped': ['gate.removed'],
  'gate-passed': ['gate.passed'],
  'gate-failed': ['gate.failed'],
  'edge-added': ['dependency.added'],
  'edge-removed': ['dependency.removed'],
  'comment-added': ['comment.added'],
};

/** What is told of a happening besides its type. */
type About = Partial<Pick<Happening, 'subject' | 'before' | 'after' | 'words' | 'by' | 'at' | 'reason'>>;

/** Collects what happened to one issue, and finds the event behind each: the last that fits. */
export class Telling {
  readonly #events: readonly Event[];
  readonly #explained = new Set<string>();
  readonly #told: Happening[] = [];

  constructor(events: readonly Event[]) {
    this.#events = events;
  }

  tell(type: HappeningType, about: About = {}): void {
    const { subject = null, before = null, after = null, words = null } = about;
    const event = this.#sourceOf(type, subject);
    if (event !== undefined) this.#explained.add(event.eid);
    this.#told.push({
      type,
      subject,
      before,
      after,
      words,
      by: about.by ?? event?.by ?? null,
      at: about.at ?? event?.ts ?? null,
      reason: about.reason ?? event?.reason ?? null,
    });
  }

  #sourceOf(type: HappeningType, subject: string | null): Event | undefined {
    const names = SOURCES[type] ?? [];
    const fits = (event: Event): boolean => {
      if (!names.includes(event.event)) return false;
      if (type.startsWith('gate-')) return event.gate === subject;
      if (type.startsWith('edge-')) return event.dependency === subject;
      if (type === 'comment-added') return Object.hasOwn(event.changes, `comments.${subject}`);
      return true;
    };
    return this.#events.findLast(fits) ?? (type === 'created' ? undefined : this.#changerOf(type, subject));
  }

  // What was born with an issue, or changed by another verb, stands in the changes of that event.
  #changerOf(type: HappeningType, subject: string | null): Event | undefined {
    const path = pathOf(type, subject);
    return path === null ? undefined : this.#events.findLast((event) => Object.hasOwn(event.changes, path));
  }

  /** What happened, in order. */
  get told(): readonly Happening[] {
    const order = (one: Happening): number => HAPPENINGS.indexOf(one.type);
    return [...this.#told].sort((a, b) => order(a) - order(b));
  }

  /** Steps of the work that left no trace in the result: claimed and released again, failed and passed later. */
  get passing(): readonly Event[] {
    // Whoever finished it had claimed it, and handed it in.
    const finished = this.#told.some(({ type }) => type === 'completed' || type === 'gated');
    const steps = finished ? ['issue.claimed', 'issue.gated'] : [];
    const usual = new Set(steps.map((name) => this.#events.findLast(({ event }) => event === name)?.eid));
    return this.#events.filter(
      ({ event, eid }) => STEPS.has(event) && !this.#explained.has(eid) && !usual.has(eid),
    );
  }
}

const STEPS = new Set([
  'issue.claimed',
  'issue.released',
  'issue.gated',
  'issue.completed',
  'issue.reopened',
  'issue.archived',
  'issue.deleted',
  'gate.failed',
  'gate.passed',
  'gate.removed',
  'lease.expired',
  'lease.lost',
  'lease.released',
]);

function pathOf(type: HappeningType, subject: string | null): string | null {
  if (type.startsWith('label-')) return `labels.${subject}`;
  if (type === 'gate-added' || type === 'gate-dropped') return `gates_required.${subject}`;
  if (type.startsWith('gate-')) return `gates_status.${subject}`;
  if (type.startsWith('edge-')) return `dependencies.${subject}`;
  if (type.startsWith('comment-')) return `comments.${subject}`;
  if (type.startsWith('link-')) return 'links';
  if (type === 'held' || type === 'unheld') return 'hold';
  if (type === 'assigned') return 'assignee';
  if (type === 'other' || type === 'context') return subject;
  return type;
}
