import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { seededIds } from './session.ts';

/** What people, editors and git do to the files of a store behind the back of jit. */
export class Meddler {
  readonly #random: () => number;
  readonly #newId = seededIds(4711);
  /** Files that were taken away, to be put back: name to text. */
  readonly #taken = new Map<string, { readonly text: string; readonly mtime: Date }>();
  #caches = 0;
  /** The directory that holds `.jit`. */
  root: string;

  constructor(random: () => number, root: string) {
    this.#random = random;
    this.root = root;
  }

  /** Does one of these, and says what. */
  meddle(): string {
    const deeds = Object.entries(this.#deeds());
    const [name, deed] = deeds[Math.floor(this.#random() * deeds.length)]!;
    deed();
    return name;
  }

  #deeds(): Readonly<Record<string, () => void>> {
    const names = this.#names();
    const name = names[Math.floor(this.#random() ** 2 * names.length)];
    const path = name === undefined ? '' : this.#path(name);
    const text = name === undefined ? '' : readFileSync(path, 'utf8');
    const edits: Readonly<Record<string, () => void>> = {
      'edit in place, same size': () => overwrite(path, this.#edited(text)),
      'edit in place, restore the old time': () => {
        const { atime, mtime } = lstatSync(path);
        overwrite(path, this.#edited(text));
        utimesSync(path, atime, mtime);
      },
      'edit in place twice': () => {
        overwrite(path, this.#edited(text));
        overwrite(path, this.#edited(readFileSync(path, 'utf8')));
      },
      'edit in place, longer': () => writeFileSync(path, text.replace('"title": "', '"title": "longer ')),
      'replace by a file that is older': () => {
        writeFileSync(`${this.root}/new`, this.#edited(text));
        utimesSync(`${this.root}/new`, new Date(0), new Date(86_400_000));
        renameSync(`${this.root}/new`, path);
      },
      touch: () => utimesSync(path, new Date(), new Date()),
      chmod: () => chmodSync(path, this.#random() < 0.5 ? 0o600 : 0o644),
      'make it done': () =>
        writeFileSync(
          path,
          text.replace('"completed_at": null', '"completed_at": "2026-01-01T00:00:00.000Z"'),
        ),
      'break it': () => writeFileSync(path, this.#random() < 0.5 ? '{' : `<<<<<<< ours\n${text}`),
      'take it away': () => this.#take(name!, text),
      'put a link in its place': () => {
        this.#take(name!, text);
        symlinkSync('elsewhere', path);
      },
      'copy it under another id': () => {
        const id = this.#newId();
        writeFileSync(this.#path(`${id}.json`), text.replace(/"id": "[0-9A-Z]{26}"/, `"id": "${id}"`));
      },
    };
    const others: Readonly<Record<string, () => void>> = {
      'put back what was taken': () => this.#putBack(),
      'copy the tree': () => this.#copyTree(),
      'remove the cache': () => rmSync(this.#cache(), { recursive: true, force: true }),
      'cut the cache': () =>
        this.#damageCache((bytes) => bytes.subarray(0, Math.floor(bytes.length * this.#random()))),
      'damage the cache': () =>
        this.#damageCache((bytes) => {
          const at = Math.floor(bytes.length * this.#random());
          bytes[at] = (bytes[at] ?? 0) ^ 0x11;
          return bytes;
        }),
      'save the cache': () => {
        if (!existsSync(this.#cache())) return;
        this.#caches += 1;
        cpSync(this.#cache(), `${this.root}/cache-${this.#caches}`, {
          recursive: true,
          preserveTimestamps: true,
        });
      },
      'bring an old cache back': () => {
        if (this.#caches === 0) return;
        rmSync(this.#cache(), { recursive: true, force: true });
        const old = 1 + Math.floor(this.#random() * this.#caches);
        if (existsSync(`${this.root}/cache-${old}`))
          cpSync(`${this.root}/cache-${old}`, this.#cache(), { recursive: true, preserveTimestamps: true });
      },
      'make a stray': () => writeFileSync(this.#path('notes.txt'), 'x'),
      'git: commit': () => this.#git('add -A .jit', 'commit -qm work --allow-empty'),
      'git: branch': () => this.#git(`checkout -q -B side-${Math.floor(this.#random() * 3)}`),
      'git: back': () => this.#git('add -A .jit', 'commit -qm work --allow-empty', 'checkout -q -f HEAD~1'),
      'git: another branch': () =>
        this.#git(
          'add -A .jit',
          'commit -qm work --allow-empty',
          `checkout -q -f side-${Math.floor(this.#random() * 3)}`,
        ),
      'git: stash': () => this.#git('add -A .jit', 'stash -q'),
      'git: stash pop': () => this.#git('stash pop -q'),
      'git: reset': () => this.#git('reset -q --hard HEAD~1'),
    };
    return name === undefined ? others : { ...edits, ...others };
  }

  #names(): readonly string[] {
    return readdirSync(this.#issues())
      .filter((name) => name.endsWith('.json') && lstatSync(this.#path(name)).isFile())
      .sort();
  }

  #edited(text: string): string {
    const letter = String.fromCharCode(97 + Math.floor(this.#random() * 26));
    return text.replace(/("title": ")./, `$1${letter}`);
  }

  #take(name: string, text: string): void {
    this.#taken.set(name, { text, mtime: lstatSync(this.#path(name)).mtime });
    rmSync(this.#path(name));
  }

  #putBack(): void {
    for (const [name, { text, mtime }] of this.#taken) {
      rmSync(this.#path(name), { force: true });
      writeFileSync(this.#path(name), text);
      utimesSync(this.#path(name), mtime, mtime);
    }
    this.#taken.clear();
  }

  /** Goes on in a copy that has all times of the original. */
  #copyTree(): void {
    const copy = `${this.root}-copy`;
    rmSync(copy, { recursive: true, force: true });
    execFileSync('cp', ['-a', this.root, copy]);
    rmSync(this.root, { recursive: true, force: true });
    renameSync(copy, this.root);
  }

  #damageCache(damage: (bytes: Buffer) => Buffer): void {
    const files = existsSync(this.#cache()) ? readdirSync(this.#cache()).sort() : [];
    const name = files[Math.floor(this.#random() * files.length)];
    if (name === undefined) return;
    writeFileSync(join(this.#cache(), name), damage(readFileSync(join(this.#cache(), name))));
  }

  /** git may refuse, as it does to people. */
  #git(...lines: readonly string[]): void {
    if (!existsSync(join(this.root, '.git'))) return;
    for (const line of lines) {
      try {
        execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...line.split(' ')], {
          cwd: this.root,
          stdio: 'ignore',
        });
      } catch {
        return;
      }
    }
  }

  #cache = (): string => join(this.root, '.jit', 'local', 'cache');
  #issues = (): string => join(this.root, '.jit', 'issues');
  #path = (name: string): string => join(this.#issues(), name);
}

function overwrite(path: string, text: string): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, text, 0);
  closeSync(fd);
}
