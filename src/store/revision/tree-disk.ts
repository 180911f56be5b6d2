import type { Disk, Kind, Listed, Stamp, Stat } from '../../system/disk.ts';

/** A file as a disk shows it. */
export interface TreeFile {
  readonly kind: Exclude<Kind, 'directory'>;
  /** Bytes; 0 while they are not known. */
  readonly size: number;
  /** Null where it cannot be read; `code` then says why, as the system would. */
  readonly bytes: Buffer | null;
  readonly code?: string;
}

/** Finds a file by its absolute path; undefined where there is none. */
export type FindFile = (path: string) => TreeFile | undefined;

/**
 * A disk that holds the given files, and that nothing can be written to. Files are looked up when they are opened.
 * `empty`: a directory that is there although it may hold nothing.
 */
export function createTreeDisk(paths: Iterable<string>, empty: string, find: FindFile): Disk {
  const directories = new Map<string, ReadonlySet<string>>([[empty, new Set()], ...listDirectories(paths)]);
  const open = new Map<number, TreeFile>();
  const statOf = (path: string): Stat | undefined => {
    if (directories.has(path)) return statFrom('directory', 0);
    const file = find(path);
    return file === undefined ? undefined : statFrom(file.kind, file.size);
  };
  let next = 1;
  return {
    list(path) {
      const names = directories.get(path);
      if (names === undefined) throw failed('ENOENT', 'scandir', path);
      return [...names].map((name): Listed => ({ name, kind: statOf(`${path}/${name}`)?.kind ?? 'other' }));
    },
    names(path) {
      const names = directories.get(path);
      if (names === undefined) throw failed('ENOENT', 'scandir', path);
      return [...names];
    },
    stat: statOf,
    stamp(path) {
      const stat = statOf(path);
      if (stat === undefined) return undefined;
      return stampFrom(stat.kind, stat.size);
    },
    within(directory, look) {
      return look(
        (name) => this.stamp(`${directory}/${name}`),
        (name) => this.open(`${directory}/${name}`, 'read'),
      );
    },
    open(path, mode) {
      if (mode !== 'read') throw failed('EROFS', 'open', path);
      const file = directories.has(path) ? DIRECTORY : find(path);
      if (file === undefined) throw failed('ENOENT', 'open', path);
      if (file.kind === 'symlink') throw failed('ELOOP', 'open', path);
      if (file.code !== undefined) throw failed(file.code, 'open', path);
      open.set(next, file);
      return next++;
    },
    statOpen(fd) {
      const file = open.get(fd)!;
      return statFrom(file === DIRECTORY ? 'directory' : file.kind, file.size);
    },
    stampOpen(fd) {
      const file = open.get(fd)!;
      return stampFrom(file === DIRECTORY ? 'directory' : file.kind, file.size);
    },
    read(fd, into, position) {
      const bytes = open.get(fd)?.bytes ?? Buffer.alloc(0);
      return bytes.copy(into, 0, position, position + into.length);
    },
    close: (fd) => void open.delete(fd),
    openDirectory: refuse('open'),
    write: refuse('write'),
    fsync: refuse('fsync'),
    link: refuse('link'),
    rename: refuse('rename'),
    unlink: refuse('unlink'),
    makeDirectory: refuse('mkdir'),
    removeDirectory: refuse('rmdir'),
  };
}

const DIRECTORY: TreeFile = { kind: 'other', size: 0, bytes: null };

const stampFrom = (kind: Kind, size: number): Stamp => ({
  plain: kind === 'file',
  ino: 0,
  device: 0,
  size,
  mtime: 0,
  ctime: 0,
});

const statFrom = (kind: Kind, size: number): Stat => ({
  kind,
  size,
  ino: '0',
  ctime: '0',
  mtime: 0,
  links: 1,
});

/** Every directory above the files, with the names in it. */
function listDirectories(paths: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const directories = new Map<string, Set<string>>();
  for (const path of paths) {
    let name = path;
    for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/')) {
      const parent = name.slice(0, slash);
      const names = directories.get(parent);
      if (names?.has(name.slice(slash + 1)) === true) break;
      if (names === undefined) directories.set(parent, new Set([name.slice(slash + 1)]));
      else names.add(name.slice(slash + 1));
      name = parent;
    }
  }
  return directories;
}

const failed = (code: string, syscall: string, path: string): Error =>
  Object.assign(new Error(`${code}: ${syscall} ${path}`), { code, syscall, path });

const refuse =
  (syscall: string) =>
  (what: string | number): never => {
    throw failed('EROFS', syscall, String(what));
  };
