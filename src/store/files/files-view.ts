import { isTombstone } from '../../domain/canonical-json.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Graph } from '../../domain/graph.ts';
import type { Config, Event, GateRegistry, Issue, IssueBrief, Tombstone } from '../../domain/issue.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Query, Selection } from '../../domain/query.ts';
import type { Disk } from '../../system/disk.ts';
import { Snapshot } from '../snapshot-view.ts';
import type { EventRange, GraphPurpose, History, View } from '../store.ts';
import type { Fingerprint } from './entry.ts';
import { DamagedIndexError } from './index/damage.ts';
import { IndexedBoard } from './index/indexed-board.ts';
import type { IssueIndex } from './index/issue-index.ts';
import type { Trust } from './index/refresh.ts';
import { issueName, type Layout } from './layout.ts';
import { LogView } from './log-view.ts';
import type { Overlay } from './overlay.ts';
import type { ParsedFile } from './parse-issue.ts';
import type { PassingReader } from './passing-reader.ts';
import { issueOf, type Listing, listIssues, type ReadFile, readIssueFile } from './read-issues.ts';
import type { RecordFiles } from './read-records.ts';
import { type ReadDocument, readConfig, readGates } from './store-files.ts';

/**
 * A view over the files, read when they are asked for and then kept. That no commit came between two reads is not
 * for it to know: whoever made it looks at the journal afterwards, and starts again with a new one.
 */
export class FilesView implements View {
  readonly #disk: Disk;
  readonly #layout: Layout;
  readonly #clock: Clock;
  readonly #overlay: Overlay;
  readonly #files = new Map<string, ReadFile>();
  /** Of files that were read and not kept. */
  readonly #passed = new Map<string, readonly Problem[]>();
  readonly #log: LogView;
  /** Every file of an issue was read. */
  #readAll = false;
  #listing: Listing | undefined;
  #snapshot: Snapshot | undefined;
  #board: IndexedBoard | null;
  #gates: ReadDocument<GateRegistry> | undefined;
  #config: ReadDocument<Config> | undefined;

  /** `index` null: every issue is read from its file. */
  constructor(disk: Disk, layout: Layout, clock: Clock, overlay: Overlay, index: IssueIndex | null) {
    this.#disk = disk;
    this.#layout = layout;
    this.#clock = clock;
    this.#overlay = overlay;
    this.#log = new LogView(disk, layout, overlay);
    this.#board = index === null ? null : new IndexedBoard(index, overlay, () => this.#trust());
  }

  async ids(): Promise<readonly string[]> {
    const listed = (): readonly string[] => this.#list().ids;
    const ids = this.#listing?.ids ?? this.#ask((board) => board.ids(), listed);
    return this.#withOverlay(ids);
  }

  #withOverlay(found: readonly string[]): readonly string[] {
    const ids = new Set(found);
    for (const { id, stored } of this.#overlay.files.values()) {
      if (stored === undefined) ids.delete(id);
      else ids.add(id);
    }
    return [...ids].sort();
  }

  async get(id: string): Promise<Issue | undefined> {
    return issueOf(this.file(id));
  }

  async select(query: Query): Promise<Selection> {
    const now = this.#clock.now();
    return this.#ask(
      (board) => board.select(query, now),
      () => this.#loadAll().select(query, now),
    );
  }

  async list(query: Query): Promise<Selection<IssueBrief>> {
    const now = this.#clock.now();
    return this.#ask<Selection<IssueBrief>>(
      (board) => board.list(query, now),
      () => this.#loadAll().select(query, now),
    );
  }

  async dependents(id: string): Promise<readonly string[]> {
    return this.#ask(
      (board) => board.dependents(id),
      () => this.#loadAll().dependents(id),
    );
  }

  async graph(purpose?: GraphPurpose): Promise<Graph> {
    return this.#ask(
      (board) => board.graph(purpose),
      () => this.#loadAll().graph(),
    );
  }

  async tombstones(): Promise<readonly Tombstone[]> {
    const ids = this.#ask(
      (board) => board.tombstones(),
      () => {
        this.#loadAll();
        return [...this.#files.keys()];
      },
    );
    const tombstones: Tombstone[] = [];
    for (const id of ids) {
      const { stored } = this.file(id);
      if (stored !== undefined && isTombstone(stored)) tombstones.push(stored);
    }
    return tombstones.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Asks the index, or where there is none, or one that makes no sense, the files. */
  #ask<T>(index: (board: IndexedBoard) => T, files: () => T): T {
    if (this.#board === null) return files();
    try {
      const answer = index(this.#board);
      for (const file of this.#board.unreadable()) this.#files.set(file.id, file);
      return answer;
    } catch (error) {
      if (!(error instanceof DamagedIndexError)) throw error;
      this.#board.discard();
      this.#board = null;
      return files();
    }
  }

  /** Whether the index believes what the directory says. */
  trustsDirectory(): boolean {
    return this.#board !== null && this.#trust() === 'directory';
  }

  #trust(): Trust {
    try {
      return this.configFile().value.index?.trust ?? 'files';
    } catch {
      // A command that needs the configuration names what is wrong with it.
      return 'files';
    }
  }

  #list(): Listing {
    this.#listing ??= listIssues(this.#disk, this.#layout);
    return this.#listing;
  }

  async *images(): AsyncIterable<Issue | Tombstone> {
    const { PassingReader } = await import('./passing-reader.ts');
    const reader = new PassingReader(this.#disk, this.#layout);
    for (const id of this.#withOverlay(this.#list().ids)) {
      const { stored } = this.#files.get(id) ?? this.#readPassing(id, reader);
      if (stored !== undefined) yield stored;
    }
    this.#readAll = true;
  }

  async *records(): ReturnType<View['records']> {
    // Before the first file is read.
    this.#log.settle();
    const [{ PassingReader }, { readRecords }] = await Promise.all([
      import('./passing-reader.ts'),
      import('./read-records.ts'),
    ]);
    const reader = new PassingReader(this.#disk, this.#layout);
    const { odd, ids } = this.#list();
    const files: RecordFiles = {
      ids: this.#withOverlay(ids),
      isPlain: (id) => !odd.has(id) && !this.#files.has(id) && !this.#overlay.files.has(issueName(id)),
      read: (id) => (this.#files.get(id) ?? this.#readPassing(id, reader)).stored,
    };
    const ground = { disk: this.#disk, layout: this.#layout, reader };
    yield* this.#log.readAll((part, pass) => readRecords(ground, part, files, pass));
    this.#readAll = true;
  }

  /** What is wrong with the files of issues, in ULID order, and with what else lies there. Reads those that were not read yet. */
  async inspectFiles(): Promise<readonly Problem[]> {
    if (!this.#readAll) for await (const _ of this.images());
    const found = new Map(this.#passed);
    for (const [id, { problems }] of this.#files) found.set(id, problems);
    const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
    return [...sorted.flatMap(([, problems]) => problems), ...this.#list().problems];
  }

  /** What is wrong with the lines of the log, in their order. Reads them where they were not read yet. */
  inspectLog(): Promise<readonly Problem[]> {
    return this.#log.inspect();
  }

  /** Reads a file of which nothing is kept but what is wrong with it. */
  #readPassing(id: string, reader: PassingReader): ParsedFile {
    const file =
      this.#overlay.files.get(issueName(id)) ??
      (this.#list().odd.has(id) ? readIssueFile(this.#disk, this.#layout, id) : reader.read(id));
    if (file.problems.length > 0) this.#passed.set(id, file.problems);
    return file;
  }

  async gates(): Promise<GateRegistry> {
    return this.gatesFile().value;
  }

  async config(): Promise<Config> {
    return this.configFile().value;
  }

  events(range: EventRange): AsyncIterable<Event> {
    return this.#log.events(range);
  }

  histories(): AsyncIterable<History> {
    return this.#log.histories();
  }

  problems(): readonly Problem[] {
    const passed = [...this.#passed].filter(([id]) => !this.#files.has(id));
    const problems = [
      ...[...this.#files.values()].flatMap((file) => file.problems),
      ...passed.flatMap(([, found]) => found),
    ];
    return [
      ...this.#overlay.problems,
      ...problems.filter(({ severity }) => severity === 'error'),
      ...this.#log.problems(),
    ];
  }

  /** The file of one issue, as it is in this view. */
  file(id: string): ReadFile {
    let file = this.#files.get(id);
    if (file === undefined) {
      file = this.#overlay.files.get(issueName(id)) ?? readIssueFile(this.#disk, this.#layout, id);
      this.#files.set(id, file);
    }
    return file;
  }

  /** The files of issues with which something is wrong, in ULID order. All are read, and only these are kept. */
  async faultyFiles(): Promise<readonly ReadFile[]> {
    if (!this.#readAll) for await (const _ of this.images());
    for (const id of this.#passed.keys()) this.file(id);
    const faulty = [...this.#files.values()].filter((file) => file.problems.length > 0);
    return faulty.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** What is said of a commit that was interrupted and cannot be finished. */
  unapplied(): readonly Problem[] {
    return this.#overlay.problems;
  }

  gatesFile(): ReadDocument<GateRegistry> {
    this.#gates ??= this.#overlay.gates ?? readGates(this.#disk, this.#layout);
    return this.#gates;
  }

  configFile(): ReadDocument<Config> {
    this.#config ??= this.#overlay.config ?? readConfig(this.#disk, this.#layout);
    return this.#config;
  }

  /** The file of a name inside `.jit` as this view read it; undefined where it did not. */
  found(name: string): Fingerprint | null | undefined {
    if (name === 'gates.json') return this.#gates?.found;
    if (name === 'config.json') return this.#config?.found;
    return this.#files.get(name.slice('issues/'.length, -'.json'.length))?.found;
  }

  /** Reads everything that a question could be about, so that nothing is read later. */
  loadEverything(): void {
    this.#loadAll();
    for (const load of [() => this.gatesFile(), () => this.configFile()]) {
      try {
        load();
      } catch {
        // Named when somebody asks for it.
      }
    }
    this.#log.settle();
  }

  #loadAll(): Snapshot {
    if (this.#snapshot !== undefined) return this.#snapshot;
    for (const id of this.#list().ids) this.file(id);
    for (const { id } of this.#overlay.files.values()) this.file(id);
    const issues: Issue[] = [];
    for (const { stored } of this.#files.values()) {
      if (stored !== undefined && !isTombstone(stored)) issues.push(stored);
    }
    this.#snapshot = new Snapshot(issues);
    return this.#snapshot;
  }
}
