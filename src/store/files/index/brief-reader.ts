import type { IssueBrief, Priority, State } from '../../../domain/issue.ts';

type Claim = Pick<IssueBrief, 'assignee' | 'claim_epoch' | 'labels'>;

const ID_AT = '{"id":"'.length;
const TITLE = '","title":';
const NEXT = ',"milestone":';
/** So many different ends are kept. */
const MOST = 1000;

/**
 * Reads of heads only what lists show. A head is JSON without spaces, its keys in the order of HEAD_KEYS: so each value that is wanted begins
 * behind one key and ends before the next. Within a text there is no key, since each quote in it has a backslash before it.
 */
export class BriefReader {
  /** Many issues have the same labels, and nobody who works on them. */
  readonly #claims = new Map<string, Claim>();

  /**
   * null where the text is not that of this issue, in this stored state, and on no hold: it is to be read as a whole.
   */
  read(text: string, id: string, state: State, priority: Priority): IssueBrief | null {
    const titleAt = ID_AT + id.length + TITLE.length;
    if (!text.startsWith(id, ID_AT) || !text.startsWith(TITLE, ID_AT + id.length)) return null;
    const middle = `,"state":"${state}","hold":null,"priority":"${priority}","assignee":`;
    const titleEnd = text.indexOf(middle, titleAt);
    const claimAt = titleEnd + middle.length;
    const end = text.indexOf(NEXT, claimAt);
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
