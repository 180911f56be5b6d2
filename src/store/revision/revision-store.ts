import { JitError } from '../../domain/errors.ts';
import { LIMITS } from '../../domain/issue.ts';
import type { Disk } from '../../system/disk.ts';
import type { Store, View } from '../store.ts';
import { createTreeDisk, type TreeFile } from './tree-disk.ts';

/** A file of the store at a revision, as git lists it. */
export interface RevisionFile {
  readonly kind: TreeFile['kind'];
  /** The object that holds it; null where a stopped merge left several. */
  readonly oid: string | null;
}

/** What is at a revision. */
export interface RevisionContent {
  /** By path inside `.jit`. */
  readonly files: ReadonlyMap<string, RevisionFile>;
  /** The contents of objects, all at once; those above `most` bytes without them, those that are missing not at all. */
  load(
    oids: readonly string[],
    most: number,
  ): Promise<ReadonlyMap<string, { readonly size: number; readonly bytes: Buffer | null }>>;
}

export interface RevisionStoreOptions {
  /** How the revision is called, for messages. */
  readonly name: string;
  /** Where the `.jit` directory is said to be. */
  readonly dir: string;
  readonly content: RevisionContent;
  /** Opens a store of files on a disk. */
  readonly open: (disk: Disk) => Store;
  /** Whoever reads it will want all issues: they are loaded with the rest, in one go. */
  readonly whole?: boolean;
}

const DOCUMENTS = ['index.json', 'gates.json', 'config.json'];
const EVENTS = 'events.jsonl';
const LARGEST_DOCUMENT = 16 * 1024 * 1024;

/**
 * The store as it was at a revision. It reads what it is asked for, and what is asked for at the same time in one go; it
 * changes nothing. What cannot be read there is named as in any store of files.
 */
export function openRevisionStore({ name, dir, content, open, whole }: RevisionStoreOptions): Store {
  const loader = new Loader(content);
  const find = (path: string): TreeFile | undefined => loader.find(path.slice(dir.length + 1));
  const paths = [...content.files.keys()].map((path) => `${dir}/${path}`);
  // git keeps no empty directory, and that of the issues must be there.
  const inner = open(createTreeDisk(paths, `${dir}/issues`, find));
  const refuse = async (): Promise<never> => {
    throw new JitError('USAGE', `the board at ${name} is past: it cannot be changed`, {
      hint: 'leave out --at',
    });
  };
  return {
    async read(use) {
      await Promise.all([
        loader.need(DOCUMENTS, LARGEST_DOCUMENT),
        ...(whole === true ? [loader.needIssues()] : []),
      ]);
      return inner.read((view) => use(new RevisionView(view, loader)));
    },
    transact: refuse,
    inTurn: refuse,
    async inspect(use) {
      await loader.need([...content.files.keys()], Number.POSITIVE_INFINITY);
      return inner.inspect(use && ((view) => use(new RevisionView(view, loader))));
    },
    repair: async (apply) => (apply ? refuse() : []),
    sweep: refuse,
    watch: async () => async () => {},
  };
}

/** Loads before it lets a view look. */
class RevisionView implements View {
  readonly #view: View;
  readonly #loader: Loader;

  constructor(view: View, loader: Loader) {
    this.#view = view;
    this.#loader = loader;
  }

  ids: View['ids'] = () => this.#view.ids();

  get: View['get'] = async (id) => {
    await this.#loader.need([`issues/${id}.json`], LIMITS.issueFileBytes);
    return this.#view.get(id);
  };

  select: View['select'] = async (query) => {
    await this.#loader.needIssues();
    return this.#view.select(query);
  };

  list: View['list'] = (query) => this.select(query);

  dependents: View['dependents'] = async (id) => {
    await this.#loader.needIssues();
    return this.#view.dependents(id);
  };

  graph: View['graph'] = async () => {
    await this.#loader.needIssues();
    return this.#view.graph();
  };

  tombstones: View['tombstones'] = async () => {
    await this.#loader.needIssues();
    return this.#view.tombstones();
  };

  async *images(): ReturnType<View['images']> {
    await this.#loader.needIssues();
    yield* this.#view.images();
  }

  gates: View['gates'] = () => this.#view.gates();

  config: View['config'] = () => this.#view.config();

  async *events(range: Parameters<View['events']>[0]): ReturnType<View['events']> {
    await this.#loader.need([EVENTS], Number.POSITIVE_INFINITY);
    yield* this.#view.events(range);
  }

  async *histories(): ReturnType<View['histories']> {
    await this.#loader.need([EVENTS], Number.POSITIVE_INFINITY);
    yield* this.#view.histories();
  }

  async *records(): ReturnType<View['records']> {
    await this.#loader.needIssues();
    await this.#loader.need([EVENTS], Number.POSITIVE_INFINITY);
    yield* this.#view.records();
  }

  problems: View['problems'] = () => this.#view.problems();
}

interface Wish {
  readonly oid: string;
  readonly most: number;
}

/** Loads each object once; what is asked for at the same time is loaded together. */
class Loader {
  readonly #content: RevisionContent;
  readonly #loaded = new Map<string, { readonly size: number; readonly bytes: Buffer | null } | null>();
  #wishes: Wish[] = [];
  #coming: Promise<void> | undefined;

  constructor(content: RevisionContent) {
    this.#content = content;
  }

  find(path: string): TreeFile | undefined {
    const file = this.#content.files.get(path);
    if (file === undefined) return undefined;
    if (file.oid === null) return { kind: 'file', size: 0, bytes: null, code: 'EUNMERGED' };
    const loaded = this.#loaded.get(file.oid);
    if (loaded === null) return { kind: file.kind, size: 0, bytes: null, code: 'EIO' };
    return { kind: file.kind, size: loaded?.size ?? 0, bytes: loaded?.bytes ?? null };
  }

  needIssues(): Promise<void> {
    const paths = [...this.#content.files.keys()].filter((path) => path.startsWith('issues/'));
    return this.need(paths, LIMITS.issueFileBytes);
  }

  async need(paths: readonly string[], most: number): Promise<void> {
    for (const path of paths) {
      const file = this.#content.files.get(path);
      if (file?.kind !== 'file' || file.oid === null || this.#loaded.has(file.oid)) continue;
      this.#wishes.push({ oid: file.oid, most });
    }
    if (this.#wishes.length > 0) this.#coming ??= this.#load();
    await this.#coming;
  }

  async #load(): Promise<void> {
    // Whoever asks in the same turn is served with the others.
    await Promise.resolve();
    await Promise.resolve();
    const wishes = this.#wishes;
    this.#wishes = [];
    this.#coming = undefined;
    const most = Math.max(...new Set(wishes.map((wish) => wish.most)));
    const oids = [...new Set(wishes.map(({ oid }) => oid))];
    const found = await this.#content.load(oids, most);
    for (const oid of oids) this.#loaded.set(oid, found.get(oid) ?? null);
  }
}
