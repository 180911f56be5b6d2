import type { Disk, Kind, OpenMode, OpenNamed, Stamp, StampOf, Stat } from '../../../src/system/disk.ts';

interface Node {
  readonly ino: number;
  readonly kind: Kind;
  data: Buffer;
  /** What a power cut is sure to leave of the data. */
  safeData: Buffer;
  readonly entries: Map<string, number>;
  ctime: number;
}

/** A name that was put into or taken out of a directory, and is not on the disk until the directory is fsynced. */
interface NameChange {
  readonly directory: number;
  readonly name: string;
  readonly ino: number | null;
  /** The other half of the rename of a directory: a directory never has two names, nor none. */
  readonly with?: NameChange;
}

export const systemError = (code: string, syscall: string, path: string, dest?: string): Error =>
  Object.assign(new Error(`${code}: ${syscall} ${path}`), { code, syscall, path, ...(dest && { dest }) });

const ROOT = 1;

/**
 * A file system in memory that knows what is on the disk and what is only in the cache, so that a power cut can be
 * tried in every way. A rename is two changes of names that may be lost apart: harsher than any journaling file system.
 */
export class SimDisk implements Disk {
  readonly nodes = new Map<number, Node>();
  readonly safeEntries = new Map<number, Map<string, number>>();
  changes: NameChange[] = [];
  readonly #open = new Map<number, number>();
  #nextIno = 2;
  #nextFd = 10;
  #time = 1;

  constructor() {
    this.nodes.set(ROOT, this.#node(ROOT, 'directory'));
    this.safeEntries.set(ROOT, new Map());
  }

  #node(ino: number, kind: Kind): Node {
    return {
      ino,
      kind,
      data: Buffer.alloc(0),
      safeData: Buffer.alloc(0),
      entries: new Map(),
      ctime: this.#tick(),
    };
  }

  /** The time by which the last change was stamped. */
  get time(): number {
    return this.#time;
  }

  #tick(): number {
    this.#time += 1;
    return this.#time;
  }

  #find(path: string): Node | undefined {
    let node = this.nodes.get(ROOT)!;
    for (const part of path.split('/').filter(Boolean)) {
      const ino = node.entries.get(part);
      if (ino === undefined) return undefined;
      node = this.nodes.get(ino)!;
    }
    return node;
  }

  #parent(path: string, syscall: string): { readonly directory: Node; readonly name: string } {
    const at = path.lastIndexOf('/');
    const directory = this.#find(path.slice(0, at));
    if (directory === undefined) throw systemError('ENOENT', syscall, path);
    return { directory, name: path.slice(at + 1) };
  }

  #setName(directory: Node, name: string, ino: number | null): void {
    setOrDelete(directory.entries, name, ino);
    directory.ctime = this.#tick();
    this.changes.push({ directory: directory.ino, name, ino });
  }

  #make(path: string, kind: Kind, syscall: string): Node {
    const { directory, name } = this.#parent(path, syscall);
    if (directory.entries.has(name)) throw systemError('EEXIST', syscall, path);
    const node = this.#node(this.#nextIno++, kind);
    this.nodes.set(node.ino, node);
    this.safeEntries.set(node.ino, new Map());
    this.#setName(directory, name, node.ino);
    return node;
  }

  #handle(fd: number): Node {
    const ino = this.#open.get(fd);
    if (ino === undefined) throw new Error(`bad descriptor ${fd}`);
    return this.nodes.get(ino)!;
  }

  /** A store that goes round in circles must fail, not hang. */
  patience = 20_000;

  list(path: string) {
    this.patience -= 1;
    if (this.patience < 0) throw new Error(`endless: ${path}`);
    const node = this.#find(path);
    if (node === undefined) throw systemError('ENOENT', 'scandir', path);
    return [...node.entries].map(([name, ino]) => ({ name, kind: this.nodes.get(ino)!.kind }));
  }

  names(path: string) {
    return this.list(path).map(({ name }) => name);
  }

  stat(path: string): Stat | undefined {
    const node = this.#find(path);
    return node && this.#statOf(node);
  }

  stamp(path: string) {
    const node = this.#find(path);
    return node && stampOf(node);
  }

  stampOpen(fd: number): Stamp {
    return stampOf(this.#handle(fd));
  }

  within<T>(directory: string, look: (stampOf: StampOf, open: OpenNamed) => T): T {
    return look(
      (name) => this.stamp(`${directory}/${name}`),
      (name) => this.open(`${directory}/${name}`, 'read'),
    );
  }

  #statOf(node: Node): Stat {
    let links = 0;
    for (const { entries } of this.nodes.values())
      for (const ino of entries.values()) if (ino === node.ino) links += 1;
    return {
      kind: node.kind,
      ino: String(node.ino),
      size: node.data.length,
      ctime: String(node.ctime),
      mtime: node.ctime,
      links,
    };
  }

  open(path: string, mode: OpenMode): number {
    let node = this.#find(path);
    if (node !== undefined && mode === 'create') throw systemError('EEXIST', 'open', path);
    if (node === undefined && mode === 'read') throw systemError('ENOENT', 'open', path);
    node ??= this.#make(path, 'file', 'open');
    this.#open.set(this.#nextFd, node.ino);
    return this.#nextFd++;
  }

  openDirectory(path: string): number {
    const node = this.#find(path);
    if (node === undefined) throw systemError('ENOENT', 'open', path);
    this.#open.set(this.#nextFd, node.ino);
    return this.#nextFd++;
  }

  statOpen(fd: number): Stat {
    return this.#statOf(this.#handle(fd));
  }

  read(fd: number, into: Uint8Array, position: number): number {
    return this.#handle(fd).data.copy(into, 0, position, position + into.length);
  }

  write(fd: number, bytes: Uint8Array, position: number | null): number {
    const node = this.#handle(fd);
    const at = position ?? node.data.length;
    const size = Math.max(node.data.length, at + bytes.length);
    const data = Buffer.alloc(size);
    node.data.copy(data);
    data.set(bytes, at);
    node.data = data;
    node.ctime = this.#tick();
    return bytes.length;
  }

  fsync(fd: number): void {
    const node = this.#handle(fd);
    node.safeData = node.data;
    for (const change of this.changes) if (concerns(change, node.ino)) this.#keep(change, this.safeEntries);
    this.changes = this.changes.filter((change) => !concerns(change, node.ino));
  }

  #keep(change: NameChange, entries: Map<number, Map<string, number>>): void {
    setOrDelete(entries.get(change.directory)!, change.name, change.ino);
    if (change.with !== undefined) this.#keep(change.with, entries);
  }

  close(fd: number): void {
    if (!this.#open.delete(fd)) throw new Error(`bad descriptor ${fd}`);
  }

  link(from: string, to: string): void {
    const node = this.#find(from);
    if (node === undefined) throw systemError('ENOENT', 'link', from, to);
    const { directory, name } = this.#parent(to, 'link');
    if (directory.entries.has(name)) throw systemError('EEXIST', 'link', from, to);
    this.#setName(directory, name, node.ino);
    node.ctime = this.#tick();
  }

  rename(from: string, to: string): void {
    const node = this.#find(from);
    if (node === undefined) throw systemError('ENOENT', 'rename', from, to);
    const target = this.#parent(to, 'rename');
    const there = this.#find(to);
    if (there?.kind === 'directory' && there.entries.size > 0)
      throw systemError('ENOTEMPTY', 'rename', from, to);
    const source = this.#parent(from, 'rename');
    if (node.kind === 'directory') {
      const removal = { directory: source.directory.ino, name: source.name, ino: null };
      setOrDelete(source.directory.entries, source.name, null);
      setOrDelete(target.directory.entries, target.name, node.ino);
      this.changes.push({ directory: target.directory.ino, name: target.name, ino: node.ino, with: removal });
    } else {
      this.#setName(target.directory, target.name, node.ino);
      this.#setName(source.directory, source.name, null);
    }
    node.ctime = this.#tick();
  }

  unlink(path: string): void {
    const { directory, name } = this.#parent(path, 'unlink');
    if (!directory.entries.has(name)) throw systemError('ENOENT', 'unlink', path);
    this.#setName(directory, name, null);
  }

  makeDirectory(path: string): void {
    this.#make(path, 'directory', 'mkdir');
  }

  removeDirectory(path: string): void {
    const node = this.#find(path);
    if (node === undefined) throw systemError('ENOENT', 'rmdir', path);
    if (node.entries.size > 0) throw systemError('ENOTEMPTY', 'rmdir', path);
    const { directory, name } = this.#parent(path, 'rmdir');
    this.#setName(directory, name, null);
  }

  /** Writes as git's checkout does: a new file in the place of the old one. */
  replace(path: string, text: string | null): void {
    const { directory, name } = this.#parent(path, 'replace');
    if (directory.entries.has(name)) this.#setName(directory, name, null);
    if (text === null) return;
    const node = this.#make(path, 'file', 'replace');
    node.data = Buffer.from(text);
  }

  text(path: string): string | undefined {
    return this.#find(path)?.data.toString('utf8');
  }

  /** Everything under a path with its content, but what is at the paths that are left out. */
  image(path = '', leftOut: (path: string) => boolean = () => false): string {
    const lines: string[] = [];
    const walk = (node: Node, at: string): void => {
      for (const [name, ino] of [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const child = this.nodes.get(ino)!;
        const path = `${at}/${name}`;
        if (!leftOut(path)) lines.push(`${path} ${child.kind} ${child.data.toString('latin1')}`);
        walk(child, path);
      }
    };
    const start = this.#find(path);
    if (start !== undefined) walk(start, path);
    return lines.join('\n');
  }

  /** Puts everything on the disk. */
  syncAll(): void {
    for (const node of this.nodes.values()) {
      node.safeData = node.data;
      this.safeEntries.set(node.ino, new Map(node.entries));
    }
    this.changes = [];
  }

  /** The same disk, apart from this one; open files are not taken along. */
  clone(): SimDisk {
    const copy = new SimDisk();
    copy.nodes.clear();
    for (const [ino, node] of this.nodes) copy.nodes.set(ino, { ...node, entries: new Map(node.entries) });
    for (const [ino, entries] of this.safeEntries) copy.safeEntries.set(ino, new Map(entries));
    copy.changes = [...this.changes];
    copy.#nextIno = this.#nextIno;
    copy.#nextFd = this.#nextFd;
    copy.#time = this.#time;
    return copy;
  }

  /** Inodes whose data is not all on the disk. */
  unsafeFiles(): readonly Node[] {
    return [...this.nodes.values()].filter(
      ({ kind, data, safeData }) => kind === 'file' && !data.equals(safeData),
    );
  }

  /**
   * The disk after a power cut. `kept`: for each change of a name that was not on the disk, whether it got there.
   * `data`: what is left of the unsafe files, by inode.
   */
  cutPower(kept: readonly boolean[], data: ReadonlyMap<number, Buffer>): SimDisk {
    const after = this.clone();
    this.changes.forEach((change, i) => {
      if (kept[i]) this.#keep(change, after.safeEntries);
    });
    for (const node of after.nodes.values()) {
      node.data = data.get(node.ino) ?? node.safeData;
      node.entries.clear();
      for (const [name, ino] of after.safeEntries.get(node.ino) ?? []) node.entries.set(name, ino);
    }
    after.syncAll();
    return after;
  }
}

const concerns = (change: NameChange, ino: number): boolean =>
  change.directory === ino || change.with?.directory === ino;

function setOrDelete(entries: Map<string, number>, name: string, ino: number | null): void {
  if (ino === null) entries.delete(name);
  else entries.set(name, ino);
}

const stampOf = ({ ino, kind, data, ctime }: Node): Stamp => ({
  plain: kind === 'file',
  ino,
  device: 1,
  size: data.length,
  mtime: ctime,
  ctime,
});
