import type { IssueBrief, Priority, State } from '../../../domain/issue.ts';

type Claim = Pick<IssueBrief, 'assignee' | 'claim_epoch' | 'labels'>;

/** What stands between the values of a head. */
interface Form {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly priority: string;
  readonly assignee: string;
  readonly milestone: string;
}

const COMPACT: Form = {
  id: '{"id":"',
  title: '","title":',
  state: ',"state":"',
  priority: '","hold":null,"priority":"',
  assignee: '","assignee":',
  milestone: ',"milestone":',
};

/** As the file of an issue has it. */
const SPACED: Form = {
  id: '{\n  "id": "',
  title: '",\n  "title": ',
  state: ',\n  "state": "',
  priority: '",\n  "hold": null,\n  "priority": "',
  assignee: '",\n  "assignee": ',
  milestone: ',\n  "milestone": ',
};

/** So many different claims are kept. */
const MOST = 1000;

/**
 * Reads of heads only what lists show. The keys of a head are in the order of HEAD_KEYS: so each value that is wanted begins behind one key,
 * and ends before the next. Within a text there is no key, since each quote in it has a backslash before it.
 */
export class BriefReader {
  /** Many issues have the same labels, and nobody who works on them. */
  readonly #claims = new Map<string, Claim>();

  /**
   * null where the text is not that of this issue, in this stored state, and on no hold: it is to be read as a whole.
   */
  read(text: string, id: string, state: State, priority: Priority): IssueBrief | null {
    const form = text.startsWith(COMPACT.id) ? COMPACT : SPACED;
    const idEnd = form.id.length + id.length;
    const titleAt = idEnd + form.title.length;
    if (!(text.startsWith(form.id) && text.startsWith(id, form.id.length))) return null;
    if (!text.startsWith(form.title, idEnd)) return null;
    const middle = form.state + state + form.priority + priority + form.assignee;
    const titleEnd = text.indexOf(middle, titleAt);
    const claimAt = titleEnd + middle.length;
    const end = text.indexOf(form.milestone, claimAt);
    if (titleEnd === -1 || end === -1) return null;
    try {
      // Parsed, and not cut out: what is cut out keeps all of the text in memory.
      const title: unknown = JSON.parse(text.slice(titleAt, titleEnd));
      const { assignee, claim_epoch, labels } = this.#claimOf(text.slice(claimAt, end));
      return typeof title === 'string' ? { id, title, state, priority, assignee, claim_epoch, labels } : null;
    } catch {
      return null;
    }
  }

  #claimOf(text: string): Claim {
    const known = this.#claims.get(text);
    if (known !== undefined) return known;
    const claim: Claim = JSON.parse(`{"assignee":${text}}`);
    if (this.#claims.size < MOST) this.#claims.set(text, claim);
    return claim;
  }
}
