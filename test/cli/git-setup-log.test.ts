import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCli, temporaryDirectory } from '../support/cli.ts';
import {
  bytesOf,
  expectTakenBack,
  imageOf,
  pathWithJit,
  put,
  type Repository,
} from '../support/git-setup.ts';
import { startInRepository } from '../support/repository.ts';

// The log has its driver in `info/attributes` of the clone, where git knows the driver: git's own answers are what is tested.

const FILE = '.git/info/attributes';
const LOG = '.jit/events.jsonl';

/** By what git merges these files. */
const merges = ({ git }: Pick<Repository, 'git'>, ...paths: readonly string[]): readonly string[] =>
  git('check-attr', '-z', 'merge', '--', ...paths)
    .split('\0')
    .filter((_, at) => at % 3 === 2);

describe('jit git setup, then jit git unsetup', () => {
  test.each<[what: string, prepare: (repository: Repository) => void]>([
    ['no info/attributes', () => {}],
    ['no info', ({ cwd }) => rmSync(join(cwd, '.git/info'), { recursive: true })],
    ['an empty file', ({ cwd }) => put(cwd, FILE, '')],
    ['lines of the user', ({ cwd }) => put(cwd, FILE, '# mine\n*.jsonl merge=union\n*.md diff=markdown\n')],
    ['no final newline', ({ cwd }) => put(cwd, FILE, '*.jsonl -merge\n*.md diff=markdown')],
    ['CRLF', ({ cwd }) => put(cwd, FILE, '# mine\r\n*.md diff=markdown\r\n')],
    ['CRLF without an end', ({ cwd }) => put(cwd, FILE, '# mine\r\n*.md diff=markdown')],
    [
      'no UTF-8',
      ({ cwd }) => put(cwd, FILE, Buffer.from('caf\xe9.md diff=markdown\n*.md diff=markdown\n', 'latin1')),
    ],
    ['other permissions', ({ cwd }) => put(cwd, FILE, '*.md diff=markdown\n', 0o600)],
    [
      'a symbolic link',
      ({ cwd }) => {
        put(cwd, 'shared.attributes', '*.md diff=markdown\n');
        symlinkSync('../../shared.attributes', join(cwd, FILE));
      },
    ],
  ])('%s: the log is merged by jit, then every byte is as before', async (what, prepare) => {
    const repository = await startInRepository();
    const { cwd, cli, git, commit } = repository;
    commit();
    const tree = join(temporaryDirectory(), 'tree');
    git('worktree', 'add', '--quiet', '-b', 'a', tree);
    prepare(repository);
    if (what === 'other permissions') chmodSync(join(cwd, FILE), 0o600);
    const before = imageOf(cwd);
    const planned = await cli('git setup --dry-run --json');
    expect(imageOf(cwd)).toEqual(before);
    const done = await cli('git setup --json');
    expect(done).toMatchObject({ exit: 0, stderr: '' });
    expect(done.json.files).toEqual(planned.json.files);
    expect((done.json.files as { added: string[] }[])[2]!.added).toContain('/.jit/events.jsonl merge=jit');
    const paths = [LOG, 'other.jsonl', `sub/${LOG}`];
    expect(merges(repository, ...paths)[0]).toBe('jit');
    expect(merges(repository, ...paths).slice(1)).not.toContain('jit');
    expect(git('-C', tree, 'check-attr', 'merge', '--', LOG)).toBe(`${LOG}: merge: jit\n`);
    if (before[FILE] !== undefined && what !== 'an empty file')
      expect(git('check-attr', 'diff', '--', 'x.md')).toBe('x.md: diff: markdown\n');
    const after = imageOf(cwd);
    expect(await cli('git setup --json')).toMatchObject({ json: { changed: false, files: [] } });
    expect(imageOf(cwd)).toEqual(after);
    expect((await cli('git unsetup --dry-run --json')).json).toMatchObject({ changed: true });
    expect(imageOf(cwd)).toEqual(after);
    expect(await cli('git unsetup --json')).toMatchObject({ exit: 0, stderr: '' });
    expect(imageOf(cwd)).toEqual(before);
  });

  test('stores with all kinds of paths: each log is meant, and nothing that looks like it', async () => {
    const repository = await startInRepository();
    const { cwd } = repository;
    const names = [
      'a b',
      '[ab]c',
      'x*y?',
      'back\\slash',
      'a\\b c',
      '"q"',
      '"q" r',
      '“ü” ä',
      'tab\tbed',
      'new\nline',
      '#no',
      '!no',
      ' first',
    ];
    const alike = ['ac', 'xAyB', 'bc', 'a\\slash', 'backslash'];
    const stores = names.map((name) => {
      mkdirSync(join(cwd, name));
      return startCli({ store: 'files', cwd: join(cwd, name), env: { PATH: pathWithJit() } });
    });
    for (const cli of stores) await cli(['init', '--dir', cli.cwd]);
    const images = [imageOf(cwd)];
    for (const cli of stores) {
      expect(await cli('git setup --json')).toMatchObject({ exit: 0, stderr: '' });
      images.push(imageOf(cwd));
    }
    const logsIn = (directories: readonly string[]) => directories.map((name) => `${name}/${LOG}`);
    expect(merges(repository, ...logsIn(names))).toEqual(names.map(() => 'jit'));
    expect(merges(repository, ...logsIn(alike), LOG)).toEqual([...alike.map(() => 'unspecified'), 'union']);
    for (const cli of stores) {
      expect(await cli('git setup --json')).toMatchObject({ json: { changed: false } });
      expect((await cli('doctor')).stdout).toMatch(/^ok +setup +git merges by jit,/m);
    }
    for (const cli of stores.toReversed()) {
      expect(imageOf(cwd)).toEqual(images.pop());
      expect(await cli('git unsetup --json')).toMatchObject({ exit: 0, stderr: '' });
    }
    expect(imageOf(cwd)).toEqual(images.pop());
  });

  test('the file that the first store made goes with the last one, in whatever order', async () => {
    const { cwd } = await startInRepository();
    rmSync(join(cwd, '.git/info'), { recursive: true });
    mkdirSync(join(cwd, 'sub'));
    const [top, sub] = ['', 'sub'].map((name) => startCli({ store: 'files', cwd: join(cwd, name) })) as [
      ReturnType<typeof startCli>,
      ReturnType<typeof startCli>,
    ];
    await sub(['init', '--dir', sub.cwd]);
    const before = imageOf(cwd);
    await top('git setup');
    await sub('git setup');
    await top('git unsetup');
    expect(bytesOf(cwd, FILE)).not.toContain('\n/.jit');
    await sub('git unsetup');
    expect(imageOf(cwd)).toEqual(before);
  });

  test('what others wrote around the lines stays, and the file with it', async () => {
    const { cwd, cli } = await startInRepository();
    rmSync(join(cwd, '.git/info'), { recursive: true });
    await cli('git setup');
    put(cwd, '.git/info/exclude', '*.swp\n');
    appendFileSync(join(cwd, FILE), '*.md diff=markdown\n');
    await cli('git unsetup');
    expect(bytesOf(cwd, FILE)).toBe('# Made by jit git setup, with directories: 1.\n*.md diff=markdown\n');
    rmSync(join(cwd, FILE));
    await cli('git setup');
    await cli('git unsetup');
    expect(Object.keys(imageOf(cwd)).filter((name) => name.startsWith('.git/info'))).toEqual([
      '.git/info',
      '.git/info/exclude',
    ]);
  });
});

describe('refusals', () => {
  test.each<[what: string, prepare: (cwd: string) => void]>([
    ['a directory', (cwd) => mkdirSync(join(cwd, FILE))],
    ['a link that leads nowhere', (cwd) => symlinkSync('nowhere', join(cwd, FILE))],
    ['a block that does not end', (cwd) => put(cwd, FILE, '# >>> jit git setup ".jit"\nx\n')],
  ])('%s: nothing is changed', async (_, prepare) => {
    const { cwd, cli } = await startInRepository();
    prepare(cwd);
    const before = imageOf(cwd);
    for (const command of ['git setup --json', 'git unsetup --json']) {
      const { exit, json } = await cli(command);
      expect({ exit, error: json.error }).toMatchObject({ exit: 4, error: { code: 'INVALID' } });
      expect(JSON.stringify(json)).toContain(FILE);
    }
    expect(imageOf(cwd)).toEqual(before);
  });

  test('a file in the place of info: what was changed can be taken back', async () => {
    await expectTakenBack('.git/info', 'git setup');
  });
});

/** What doctor says of the setup. */
async function doctorOf(cwd: string) {
  const cli = startCli({ store: 'files', cwd, env: { PATH: pathWithJit() } });
  const { exit, json } = await cli('doctor --json');
  const checks = json.checks as { check: string; status: string; findings: { message: string }[] }[];
  return { exit, ...checks.find(({ check }) => check === 'setup')! };
}

test('an older setup, with the line of the log committed, is named and brought up to date', async () => {
  const repository = await startInRepository();
  const { cwd, commit, git } = repository;
  const cli = startCli({ store: 'files', cwd, env: { PATH: pathWithJit() } });
  const before = imageOf(cwd);
  await cli('git setup');
  const young = bytesOf(cwd, '.jit/.gitattributes');
  writeFileSync(
    join(cwd, '.jit/.gitattributes'),
    young.replace('events.jsonl diff=jit', 'events.jsonl merge=jit diff=jit'),
  );
  rmSync(join(cwd, FILE));
  expect(merges(repository, LOG)).toEqual(['jit']);
  expect(await doctorOf(cwd)).toMatchObject({
    exit: 4,
    status: 'warning',
    fix: 'jit git setup',
    findings: [{ message: 'the block of jit in .jit/.gitattributes is not the one of this version' }],
    details: { attributes: 'outdated', log: { file: FILE, attributes: 'none', merge: 'jit' } },
  });
  expect((await cli('git setup --json')).json.files).toMatchObject([
    { path: '.jit/.gitattributes', change: 'changed', added: ['events.jsonl diff=jit'] },
    { path: FILE, change: 'created' },
  ]);
  expect(bytesOf(cwd, '.jit/.gitattributes')).toBe(young);
  expect(await doctorOf(cwd)).toMatchObject({ exit: 0, status: 'ok' });
  commit();
  const clone = join(temporaryDirectory(), 'clone');
  git('clone', '--quiet', cwd, clone);
  expect(git('-C', clone, 'check-attr', 'merge', '--', LOG)).toBe(`${LOG}: merge: union\n`);
  await cli('git unsetup');
  expect(imageOf(cwd, ['.git'])).toEqual(
    Object.fromEntries(
      Object.entries(before).filter(([name]) => name !== '.git' && !name.startsWith('.git/')),
    ),
  );
});

test('doctor judges both places', async () => {
  const { cwd, git, commit } = await startInRepository();
  const cli = startCli({ store: 'files', cwd, env: { PATH: pathWithJit() } });
  const log = (merge: string, attributes: string) => ({
    details: { log: { file: FILE, attributes, merge } },
  });
  expect(await doctorOf(cwd)).toMatchObject({ exit: 0, status: 'ok', ...log('union', 'none') });
  await cli('git setup');
  expect(await doctorOf(cwd)).toMatchObject({ exit: 0, status: 'ok', ...log('jit', 'present') });
  commit();
  rmSync(join(cwd, FILE));
  expect(await doctorOf(cwd)).toMatchObject({ exit: 4, fix: 'jit git setup', ...log('union', 'none') });
  await cli('git setup');
  appendFileSync(join(cwd, FILE), '*.jsonl -merge\n');
  const overridden = await doctorOf(cwd);
  expect(overridden).toMatchObject({ exit: 0, status: 'warning', ...log('unset', 'present') });
  expect(overridden.findings[0]!.message).toContain('does not merge events.jsonl by jit (unset)');
  writeFileSync(
    join(cwd, FILE),
    bytesOf(cwd, FILE).replace('/.jit/', '/jit/').replace('*.jsonl -merge\n', ''),
  );
  expect(await doctorOf(cwd)).toMatchObject({ exit: 4, fix: 'jit git setup', ...log('union', 'outdated') });
  await cli('git setup');
  expect(await doctorOf(cwd)).toMatchObject({ exit: 0, status: 'ok' });

  // A clone in which it was not run; its user has asked for something else for all logs.
  const clone = join(temporaryDirectory(), 'clone');
  git('clone', '--quiet', cwd, clone);
  expect(await doctorOf(clone)).toMatchObject({ exit: 4, fix: 'jit git setup', ...log('union', 'none') });
  put(clone, FILE, '*.jsonl -merge\n');
  const stopped = await doctorOf(clone);
  expect(stopped.findings.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('does not join the lines of events.jsonl (merge is unset, not union)'),
  );
  // The repository that its configuration went with.
  git('-C', cwd, 'config', '--remove-section', 'merge.jit');
  const without = await doctorOf(cwd);
  expect(without).toMatchObject({ exit: 4, fix: 'jit git setup', details: { driver: null } });
  expect(without.findings.map(({ message }) => message)).toContainEqual(
    expect.stringContaining(`${FILE} asks for the merge driver of jit for the log, and this clone has none`),
  );
});

test('a repository of linked work trees around a bare one', async () => {
  const { cwd, git, commit } = await startInRepository();
  commit();
  const top = temporaryDirectory();
  git('clone', '--quiet', '--bare', cwd, join(top, '.bare'));
  git('-C', join(top, '.bare'), 'worktree', 'add', '--quiet', join(top, 'one'), 'main');
  git('-C', join(top, '.bare'), 'worktree', 'add', '--quiet', '-b', 'two', join(top, 'two'));
  const before = imageOf(top, ['.bare/worktrees']);
  const cli = startCli({ store: 'files', cwd: join(top, 'one') });
  expect(await cli('git setup --json')).toMatchObject({ exit: 0, stderr: '' });
  expect(git('-C', join(top, 'two'), 'check-attr', 'merge', '--', LOG)).toBe(`${LOG}: merge: jit\n`);
  await cli('git unsetup');
  expect(imageOf(top, ['.bare/worktrees'])).toEqual(before);
});

test('through a link to another file, that file is changed and the link stays', async () => {
  const { cwd, cli } = await startInRepository();
  put(cwd, 'mine', '*.md diff=markdown\n');
  symlinkSync('../../mine', join(cwd, FILE));
  const { json } = await cli('git setup --json');
  expect(json.files).toContainEqual(expect.objectContaining({ path: 'mine', change: 'changed' }));
  renameSync(join(cwd, FILE), join(cwd, '.git/info/link'));
  expect(imageOf(cwd)['.git/info/link']).toBe('-> ../../mine');
});
