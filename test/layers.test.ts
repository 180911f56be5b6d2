import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** Rooms, and what each may import besides itself: the table of docs/architecture.md. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  store: ['domain'],
  claims: ['domain'],
  operations: ['domain', 'store', 'claims'],
  system: ['domain', 'claims'],
  'store/files': ['domain', 'store', 'system'],
  'store/memory': ['domain', 'store'],
  'store/revision': ['domain', 'store', 'system'],
  'claims/memory': ['domain', 'claims'],
  'claims/local': ['domain', 'claims', 'system'],
  'claims/git-refs': ['domain', 'claims', 'git', 'system'],
  git: ['domain'],
  render: ['domain'],
  cli: ['operations', 'domain', 'render'],
  main: [
    'cli',
    'domain',
    'git',
    'operations',
    'render',
    'system',
    'store',
    'store/files',
    'store/memory',
    'store/revision',
    'claims',
    'claims/memory',
    'claims/local',
    'claims/git-refs',
  ],
};

/** Rooms of rules: they get everything as arguments, so they need nothing of the platform. */
const PURE = ['domain', 'operations', 'render'];

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** The innermost room that a path belongs to: `store/files/x.ts` to `store/files`, `cli/issue/x.ts` to `cli`. */
function roomOf(path: string): string {
  const parts = dirname(path).split('/');
  return MAY_IMPORT[parts.slice(0, 2).join('/')] === undefined ? parts[0]! : parts.slice(0, 2).join('/');
}

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

function importsOf(file: string): Import[] {
  const text = withoutComments(readFileSync(join(src, file), 'utf8'));
  const found = text.matchAll(/(?:^|\s)(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...found].map(([, target]) => ({ file, room: roomOf(file), target: target! }));
}

const imports = files.flatMap(importsOf);

/** What is wrong with an import; undefined when nothing is. */
function complain({ file, room, target }: Import): string | undefined {
  if (!target.startsWith('.')) {
    const pure = PURE.includes(room);
    return pure ? `${file}: ${room} may not import the package or built-in ${target}` : undefined;
  }
  const path = relative(src, normalize(join(src, dirname(file), target)));
  if (path === '../package.json') return undefined;
  const other = roomOf(path);
  if (other === room || MAY_IMPORT[room]?.includes(other) === true) return undefined;
  return `${file}: ${room} may not import ${other} (${path})`;
}

describe('layers', () => {
  test('every file stands in a known room', () => {
    expect(files.filter((file) => MAY_IMPORT[roomOf(file)] === undefined)).toEqual([]);
  });

  test('imports follow the arrows', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.map(complain).filter((complaint) => complaint !== undefined)).toEqual([]);
  });

  test('an operation knows the port alone, not the files beside it', () => {
    const beyond = imports.filter(
      ({ room, target }) =>
        room === 'operations' && target.includes('/store/') && !target.endsWith('/store/store.ts'),
    );
    expect(beyond).toEqual([]);
  });

  test.each([
    ['domain/x.ts', '../store/store.ts'],
    ['domain/x.ts', 'node:fs'],
    ['operations/x.ts', '../store/files/files-store.ts'],
    ['store/files/x.ts', '../memory/memory-store.ts'],
    ['store/memory/x.ts', '../../git/repository.ts'],
    ['render/x.ts', '../operations/session.ts'],
    ['cli/issue/x.ts', '../../store/files/files-store.ts'],
    ['cli/x.ts', '../git/repository.ts'],
  ])('%s may not import %s', (file, target) => {
    expect(complain({ file, room: roomOf(file), target })).toBeDefined();
  });
});

describe('rules get what they need as arguments', () => {
  const banned = /\b(?:console|process|Date|Math\.random|performance|setTimeout|globalThis)\b/;

  test.each(
    files.filter((file) => ['domain', 'operations'].includes(roomOf(file)) && !file.includes('/generated/')),
  )('%s', (file) => {
    const code = withoutComments(readFileSync(join(src, file), 'utf8')).replace(/'[^'\n]*'|`[^`]*`/g, "''");
    expect(banned.exec(code)?.[0]).toBeUndefined();
  });
});
