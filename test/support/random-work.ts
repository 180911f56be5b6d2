import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Issue } from '../../src/domain/issue.ts';

/** A command line that somebody could type; whether jit accepts it is for jit to say. */
export interface Job {
  readonly words: readonly string[];
  /** People may do what agents may not. */
  readonly as: 'agent' | 'person';
  /** The issue that it is about; null for a new one. */
  readonly id: string | null;
  /** A text that stands nowhere else, which the command puts into the issue; null for none. */
  readonly text: string | null;
  /** Texts that it takes out of the issue on purpose. */
  readonly replaces: readonly string[];
}

/** What the files of a store hold, by id: the oracle that no command of jit had a hand in. Tombstones are left out. */
export function readIssueFiles(store: string): ReadonlyMap<string, Issue> {
  const found = new Map<string, Issue>();
  for (const name of readdirSync(join(store, 'issues')).sort()) {
    if (!name.endsWith('.json')) continue;
    const stored = JSON.parse(readFileSync(join(store, 'issues', name), 'utf8'));
    if (stored.deleted_at === undefined) found.set(stored.id, stored);
  }
  return found;
}

/** Every text of `texts` that stands somewhere in the issue. */
export const textsOf = (issue: Issue): readonly string[] =>
  [issue.title, issue.description, ...issue.comments.map(({ body }) => body)].flatMap(
    (text) => text.match(TEXT) ?? [],
  );

const TEXT = /<[a-z]+\d+>/g;

const VERBS: Readonly<Record<string, number>> = {
  create: 4,
  title: 4,
  describe: 6,
  comment: 8,
  label: 5,
  unlabel: 3,
  priority: 2,
  milestone: 2,
  context: 2,
  'dep add': 5,
  'dep rm': 2,
  'gate add': 4,
  'gate drop': 1,
  'gate pass': 4,
  'gate fail': 2,
  'gate define': 1,
  'gate undefine': 1,
  claim: 8,
  complete: 7,
  release: 2,
  reopen: 3,
  hold: 2,
  unhold: 2,
  archive: 2,
  delete: 1,
};
const DRAWN = Object.entries(VERBS).flatMap(([verb, weight]) => Array<string>(weight).fill(verb));

const LABELS = ['area:cli', 'bug', 'docs', 'ui', 'wip'];
const GATES = ['review', 'unit-tests', 'security-scan'];
const OWN_GATES = ['perf', 'style'];

/** Makes command lines for one store. `name`: of who works there, in lower case letters; its texts begin with it. */
export class RandomWork {
  readonly #random: () => number;
  readonly #store: string;
  readonly #name: string;
  #texts = 0;

  constructor(random: () => number, store: string, name: string) {
    this.#random = random;
    this.#store = store;
    this.#name = name;
  }

  /** The next one, on what the files hold now. Few issues are drawn often: several must meet on one. */
  next(): Job {
    const issues = [...readIssueFiles(this.#store).values()];
    if (issues.length < 4) return this.#create(issues);
    const issue = issues[Math.floor(this.#random() ** 2 * issues.length)]!;
    const other = this.#pick(issues);
    const verb = this.#pick(DRAWN);
    const { id } = issue;
    const job = (...words: string[]): Job => ({ words, as: 'agent', id, text: null, replaces: [] });
    const byPerson = (...words: string[]): Job => ({ ...job(...words), as: 'person' });
    switch (verb) {
      case 'create':
        return this.#create(issues);
      case 'title': {
        const text = this.#text();
        const replaces = issue.title.match(TEXT) ?? [];
        return { ...job('update', id, '--title', `Work ${text}`), text, replaces };
      }
      case 'describe':
        return this.#describe(issue);
      case 'comment': {
        const text = this.#text();
        return { ...job('comment', id, `said ${text}\nand more`), text };
      }
      case 'label':
        return job('update', id, '--add-label', this.#pick(LABELS));
      case 'unlabel':
        return job('update', id, '--remove-label', this.#pick(LABELS));
      case 'priority':
        return job('update', id, '--priority', this.#pick(['low', 'normal', 'high', 'critical']));
      case 'milestone':
        return job('update', id, '--milestone', this.#pick(['v1', 'v2', 'none']));
      case 'context':
        return job(
          'update',
          id,
          '--context',
          `${this.#pick(['branch', 'pr'])}=${this.#pick(['1', '2', ''])}`,
        );
      case 'dep add':
        return job('dep', 'add', id, other.id);
      case 'dep rm':
        return job('dep', 'rm', id, issue.dependencies[0] ?? other.id);
      case 'gate add':
        return job('gate', 'add', id, this.#pick([...GATES, ...OWN_GATES]));
      case 'gate drop':
        return byPerson('gate', 'drop', id, issue.gates_required[0] ?? 'review');
      case 'gate pass':
      case 'gate fail':
        return byPerson('gate', verb.slice(5), id, this.#pick(issue.gates_required) ?? 'review');
      case 'gate define':
        return byPerson(
          'gate',
          'define',
          this.#pick(OWN_GATES),
          '--title',
          this.#pick(['One', 'Two']),
          '--update',
        );
      case 'gate undefine':
        return byPerson('gate', 'undefine', this.#pick(OWN_GATES));
      case 'reopen':
        return byPerson('reopen', id);
      case 'hold':
        return job('hold', id, 'not yet');
      case 'archive':
        return byPerson('archive', id, '--detach');
      case 'delete':
        return { ...byPerson('delete', id, '--yes', '--detach', '--force'), replaces: textsOf(issue) };
      default:
        return job(verb, id);
    }
  }

  #create(issues: readonly Issue[]): Job {
    const text = this.#text();
    const words = ['create', `Work ${text}`];
    if (issues.length > 0 && this.#random() < 0.3) words.push('--needs', this.#pick(issues).id);
    if (this.#random() < 0.3) words.push('--gate', this.#pick(GATES));
    if (this.#random() < 0.3) words.push('--label', this.#pick(LABELS));
    return { words, as: 'agent', id: null, text, replaces: [] };
  }

  /** Changes, adds or takes away one line. */
  #describe(issue: Issue): Job {
    const lines = issue.description === '' ? [] : issue.description.split('\n');
    const text = this.#text();
    const at = Math.floor(this.#random() * (lines.length + 1));
    const gone = lines.splice(at, this.#random() < 0.5 ? 1 : 0, `line ${text}`);
    const replaces = gone.flatMap((line) => line.match(TEXT) ?? []);
    const words = ['update', issue.id, '--description', lines.join('\n')];
    return { words, as: 'agent', id: issue.id, text, replaces };
  }

  #text(): string {
    this.#texts += 1;
    return `<${this.#name}${this.#texts}>`;
  }

  #pick<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)]!;
  }
}
