import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';

/** What kind of thing a name stands for; nothing is ever followed through a symbolic link. */
export type Kind = 'file' | 'directory' | 'symlink' | 'other';

export interface Stat {
  readonly kind: Kind;
  /** Inode number. */
  readonly ino: string;
  /** Bytes. */
  readonly size: number;
  /** Change time in nanoseconds: moves with every write, rename and chmod, and cannot be set. */
  readonly ctime: string;
  /** Modification time in milliseconds since 1970. */
  readonly mtime: number;
  /** Number of names it has. */
  readonly links: number;
}

/** What tells that a file or a directory was touched. */
export interface Stamp {
  /** A regular file: no directory, link or pipe. */
  readonly plain: boolean;
  /** Inode number, as near as a double comes. */
  readonly ino: number;
  /** Number of the file system. */
  readonly device: number;
  /** Bytes. */
  readonly size: number;
  /** Modification and change time in milliseconds since 1970, with fractions. */
  readonly mtime: number;
  readonly ctime: number;
}

/** The stamp of a file; undefined where there is nothing. */
export type StampOf = (name: string) => Stamp | undefined;

/** Opens a file to be read. */
export type OpenNamed = (name: string) => number;

export interface Listed {
  readonly name: string;
  readonly kind: Kind;
}

/**
 * `read`: what is there; `create`: a new file, EEXIST otherwise; `modify`: read and write, made if absent; `append`: each write
 * goes to the end, made if absent.
 * None of them follows a symbolic link (ELOOP) or waits for a pipe.
 */
export type OpenMode = 'read' | 'create' | 'modify' | 'append';

/**
 * The system calls by which the store and the leases touch their files, one method each: nothing
 * else in jit does. Whatever goes wrong is thrown as Node's own error with its `code`. A test hands in
 * another one, to break any single call.
 */
export interface Disk {
  /** What a directory holds. */
  list(path: string): readonly Listed[];
  /** Only the names, in any order. */
  names(path: string): readonly string[];
  /** undefined where there is nothing. */
  stat(path: string): Stat | undefined;
  /** Less than `stat`, and faster: for looking at very many. undefined where there is nothing. */
  stamp(path: string): Stamp | undefined;
  /**
   * Lets `look` take the stamps of very many files of one directory, or open them to be read, by their names. The process may be elsewhere
   * afterwards.
   */
  within<T>(directory: string, look: (stampOf: StampOf, open: OpenNamed) => T): T;
  open(path: string, mode: OpenMode): number;
  openDirectory(path: string): number;
  statOpen(fd: number): Stat;
  /** What `stamp` says, of an open file. */
  stampOpen(fd: number): Stamp;
  /** Fills `into` from `position` on; returns how many bytes there were. */
  read(fd: number, into: Uint8Array, position: number): number;
  /** Returns how many bytes were taken: it may be fewer than given. `position` null: at the end. */
  write(fd: number, bytes: Uint8Array, position: number | null): number;
  fsync(fd: number): void;
  close(fd: number): void;
  link(from: string, to: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  makeDirectory(path: string): void;
  removeDirectory(path: string): void;
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

const FLAGS: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
  create: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
  modify: O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK,
  append: O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK,
};

interface HasKind {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

const kindOf = (entry: HasKind): Kind => {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
};

const statFrom = (stat: BigIntStats): Stat => ({
  kind: kindOf(stat),
  ino: String(stat.ino),
  size: Number(stat.size),
  ctime: String(stat.ctimeNs),
  mtime: Number(stat.mtimeMs),
  links: Number(stat.nlink),
});

const stampFrom = (stat: Stats): Stamp => {
  const { ino, dev, size, mtimeMs, ctimeMs } = stat;
  return { plain: stat.isFile(), ino, device: dev, size, mtime: mtimeMs, ctime: ctimeMs };
};

const NO_THROW = { throwIfNoEntry: false } as const;

function stampOf(path: string): Stamp | undefined {
  const stat = lstatSync(path, NO_THROW);
  return stat === undefined ? undefined : stampFrom(stat);
}

/**
 * Goes into a directory: names in it are found faster than paths that lead to it. Returns where the process was; null where it could not go, or
 * not come back: a thread may not, and a working directory may be gone.
 */
function enter(directory: string): string | null {
  try {
    const back = process.cwd();
    process.chdir(back);
    process.chdir(directory);
    return back;
  } catch {
    return null;
  }
}

/** Somebody may have removed or renamed that directory meanwhile: then the process stays. What was looked at is right all the same. */
function comeBack(back: string): void {
  try {
    process.chdir(back);
  } catch {
    // Whoever needs to know where the process was has asked before (Host.cwd).
  }
}

const openToRead: OpenNamed = (path) => openSync(path, FLAGS.read);

/** The machine's own file system. */
export const systemDisk: Disk = {
  list: (path) => readdirSync(path, { withFileTypes: true }).map((e) => ({ name: e.name, kind: kindOf(e) })),
  names: (path) => readdirSync(path),
  stat(path) {
    const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? undefined : statFrom(stat);
  },
  stamp: stampOf,
  within(directory, look) {
    const back = enter(directory);
    if (back === null)
      return look(
        (name) => stampOf(`${directory}/${name}`),
        (name) => openToRead(`${directory}/${name}`),
      );
    try {
      return look(stampOf, openToRead);
    } finally {
      comeBack(back);
    }
  },
  open: (path, mode) => openSync(path, FLAGS[mode], 0o666),
  openDirectory: (path) => openSync(path, O_RDONLY | constants.O_DIRECTORY),
  statOpen: (fd) => statFrom(fstatSync(fd, { bigint: true })),
  stampOpen: (fd) => stampFrom(fstatSync(fd)),
  read: (fd, into, position) => readSync(fd, into, 0, into.length, position),
  write: (fd, bytes, position) => writeSync(fd, bytes, 0, bytes.length, position),
  fsync: (fd) => fsyncSync(fd),
  close: (fd) => closeSync(fd),
  link: (from, to) => linkSync(from, to),
  rename: (from, to) => renameSync(from, to),
  unlink: (path) => unlinkSync(path),
  makeDirectory: (path) => mkdirSync(path),
  removeDirectory: (path) => rmdirSync(path),
};
