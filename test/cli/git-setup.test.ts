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
  PATH_WITHOUT_JIT,
  pathWithJit,
  put,
  type Repository,
} from '../support/git-setup.ts';
import { startInRepository } from '../support/repository.ts';

const BLOCK = '# >>> jit git setup ".jit"';

type Case = readonly [what: string, prepare: (repository: Repository) => void, hook?: string];
const DEFAULT_HOOK = '.git/hooks/pre-commit';

const SCRIPT = '#!/bin/sh\necho mine\nexec true\n';
const hooks = (...given: readonly (readonly [string, string | Buffer, number])[]) => given;

const CASES: readonly Case[] = [
  ['nothing but what git init makes', () => {}],
  ['no directory of hooks', ({ cwd }) => rmSync(join(cwd, '.git/hooks'), { recursive: true })],
  ...hooks(
    ['sh', SCRIPT, 0o755],
    ['sh, with other permissions', SCRIPT, 0o700],
    ['sh without a final newline', '#!/bin/sh\nexit 0', 0o755],
    ['sh, one line without an end', '#!/bin/sh', 0o755],
    ['bash by env', '#!/usr/bin/env bash\nset -euo pipefail\nexit 0\n', 0o755],
    ['bash with arguments', '#!/usr/bin/env -S bash -eu\nexit 0\n', 0o755],
    ['dash', '#! /bin/dash -e\nexit 0\n', 0o755],
    ['zsh', '#!/usr/bin/zsh\nexit 0\n', 0o755],
    ['no first line', 'echo mine\n', 0o755],
    ['empty', '', 0o755],
    ['CRLF', '#!/bin/sh\r\nexit 0\r\n', 0o755],
    ['bytes that are no UTF-8', Buffer.from('#!/bin/sh\n# caf\xe9 \xff\nexit 0\n', 'latin1'), 0o755],
    ['python', '#!/usr/bin/env python3\nprint("mine")\n', 0o755],
    ['a program', Buffer.from('\x7fELF\0\0\x01\xff', 'latin1'), 0o755],
    ['not executable', SCRIPT, 0o644],
  ).map(
    ([what, text, mode]): Case => [
      `a hook: ${what}`,
      ({ cwd }) => {
        put(cwd, '.git/hooks/pre-commit', text, mode);
        put(cwd, '.git/hooks/post-merge', text, mode);
      },
    ],
  ),
  [
    'a hook: a symbolic link',
    ({ cwd }) => {
      put(cwd, 'scripts/hook', SCRIPT, 0o755);
      symlinkSync('../../scripts/hook', join(cwd, '.git/hooks/pre-commit'));
      symlinkSync('nowhere', join(cwd, '.git/hooks/post-merge'));
    },
  ],
  [
    'husky 9',
    ({ cwd, git }) => {
      git('config', 'core.hooksPath', '.husky/_');
      put(cwd, '.husky/pre-commit', 'npm test');
      put(cwd, '.husky/_/.gitignore', '*');
      put(cwd, '.husky/_/h', HUSKY_9);
      for (const hook of ['pre-commit', 'post-merge'])
        put(cwd, `.husky/_/${hook}`, '#!/usr/bin/env sh\n. "$(dirname "$0")/h"', 0o755);
    },
    '.husky/pre-commit',
  ],
  [
    'husky 8',
    ({ cwd, git }) => {
      git('config', 'core.hooksPath', '.husky');
      put(cwd, '.husky/_/husky.sh', '#!/usr/bin/env sh\n', 0o644);
      put(
        cwd,
        '.husky/pre-commit',
        '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\nnpm test\n',
        0o755,
      );
    },
    '.husky/pre-commit',
  ],
  [
    'husky 4',
    ({ cwd }) => {
      put(cwd, '.git/hooks/husky.sh', '# Created by Husky v4\n', 0o755);
      put(cwd, '.git/hooks/pre-commit', '#!/bin/sh\n# husky\n\n. "$(dirname "$0")/husky.sh"\n', 0o755);
    },
  ],
  [
    'core.hooksPath: a tracked directory',
    ({ cwd, git }) => {
      git('config', 'core.hooksPath', 'tools/hooks');
      put(cwd, 'tools/hooks/pre-commit', SCRIPT, 0o755);
    },
    'tools/hooks/pre-commit',
  ],
  [
    'core.hooksPath: a directory that is not there',
    ({ git }) => git('config', 'core.hooksPath', 'tools/git/hooks'),
    'tools/git/hooks/pre-commit',
  ],
  [
    'core.hooksPath: absolute',
    ({ cwd, git }) => {
      git('config', 'core.hooksPath', join(cwd, 'own hooks'));
      put(cwd, 'own hooks/post-merge', SCRIPT, 0o755);
    },
    'own hooks/pre-commit',
  ],
  [
    'core.hooksPath: set globally, relative',
    ({ cwd }) => put(cwd, '.gitconfig', '[core]\n\thooksPath = .githooks\n'),
    '.githooks/pre-commit',
  ],
  [
    '.gitattributes with lines of the user and without a final newline',
    ({ cwd }) => {
      put(cwd, '.gitattributes', '* text=auto\n*.json merge=binary');
      appendFileSync(join(cwd, '.jit/.gitattributes'), '# mine\n*.md diff=markdown');
    },
  ],
  [
    '.gitattributes with CRLF',
    ({ cwd }) =>
      writeFileSync(
        join(cwd, '.jit/.gitattributes'),
        bytesOf(cwd, '.jit/.gitattributes').replaceAll('\n', '\r\n'),
      ),
  ],
  ['no .jit/.gitattributes', ({ cwd }) => rmSync(join(cwd, '.jit/.gitattributes'))],
  [
    'a configuration with comments, includeIf, and without a final newline',
    ({ cwd }) => {
      put(cwd, 'other.config', '[user]\n\tname = other\n');
      appendFileSync(
        join(cwd, '.git/config'),
        `; mine\n[includeIf "gitdir:${cwd}/"]\n\tpath = ${cwd}/other.config\n[merge "other"] ; odd\n  driver = x %A # y`,
      );
    },
  ],
  [
    'a configuration with CRLF and other permissions',
    ({ cwd }) => {
      writeFileSync(join(cwd, '.git/config'), bytesOf(cwd, '.git/config').replaceAll('\n', '\r\n'));
      chmodSync(join(cwd, '.git/config'), 0o600);
    },
  ],
  [
    'a configuration that is a symbolic link',
    ({ cwd }) => {
      renameSync(join(cwd, '.git/config'), join(cwd, 'shared.config'));
      symlinkSync('../shared.config', join(cwd, '.git/config'));
    },
  ],
  [
    'sections of jit that are empty or hold something else',
    ({ cwd }) =>
      appendFileSync(join(cwd, '.git/config'), '[merge "jit"]\n[diff "jit"]\n\tcachetextconv = true\n'),
  ],
];

const HUSKY_9 = `#!/usr/bin/env sh
n=$(basename "$0")
s=$(dirname "$(dirname "$0")")/$n
[ ! -f "$s" ] && exit 0
sh -e "$s" "$@"
c=$?
[ $c != 0 ] && echo "husky - $n script failed (code $c)"
exit $c
`;

describe('jit git setup, then jit git unsetup', () => {
  test.each(CASES.map(([what, prepare, hook = DEFAULT_HOOK]) => ({ what, prepare, hook })))(
    '$what: every byte as before',
    async ({ prepare, hook }) => {
      const repository = await startInRepository();
      const { cwd, cli, git } = repository;
      prepare(repository);
      const before = imageOf(cwd);
      const planned = await cli('git setup --hooks --dry-run --json');
      expect(planned).toMatchObject({ exit: 0, json: { applied: false, changed: true } });
      expect(imageOf(cwd)).toEqual(before);

      const done = await cli('git setup --hooks --json');
      expect(done).toMatchObject({ exit: 0, stderr: '', json: { applied: true, changed: true } });
      expect(done.json.files).toEqual(planned.json.files);
      const after = imageOf(cwd);
      expect(after[hook]).toContain(BLOCK);
      expect(git('check-attr', 'merge', '--', '.jit/issues/x.json', '.jit/events.jsonl')).toBe(
        '.jit/issues/x.json: merge: jit\n.jit/events.jsonl: merge: jit\n',
      );
      expect(git('config', 'merge.jit.driver')).toMatch(/ git merge-driver %O %A %B %L %P \|\| /);

      expect(await cli('git setup --json')).toMatchObject({ exit: 0, json: { changed: false, files: [] } });
      expect(await cli('git setup --hooks --json')).toMatchObject({ exit: 0, json: { changed: false } });
      expect(imageOf(cwd)).toEqual(after);

      expect(await cli('git unsetup --dry-run --json')).toMatchObject({ exit: 0, json: { changed: true } });
      expect(imageOf(cwd)).toEqual(after);
      expect(await cli('git unsetup --json')).toMatchObject({ exit: 0, stderr: '', json: { changed: true } });
      expect(imageOf(cwd)).toEqual(before);
      expect(await cli('git unsetup --json')).toMatchObject({ exit: 0, json: { changed: false, files: [] } });
      expect(imageOf(cwd)).toEqual(before);
    },
  );

  test('a store in a subdirectory, and a second one beside it', async () => {
    const { cwd, git } = await startInRepository();
    const one = startCli({ store: 'files', cwd: join(cwd, 'it\'s "one"') });
    mkdirSync(one.cwd);
    await one(['init', '--dir', one.cwd]);
    const before = imageOf(cwd);
    const top = startCli({ store: 'files', cwd });
    expect((await top('git setup --hooks')).exit).toBe(0);
    const between = imageOf(cwd);
    expect(await one('git setup --hooks --json')).toMatchObject({
      exit: 0,
      json: { store: 'it\'s "one"/.jit', hooks: { installed: [{ form: 'inserted' }, { form: 'inserted' }] } },
    });
    expect(git('check-attr', 'merge', '--', 'it\'s "one"/.jit/gates.json')).toContain('merge: jit');
    expect(git('config', 'merge.jit.driver')).toContain('git merge-driver');
    await one('git unsetup');
    expect(imageOf(cwd)).toEqual(between);
    await one('git setup --hooks');
    await top('git unsetup');
    await one('git unsetup');
    expect(imageOf(cwd)).toEqual(before);
  });

  test('through a symbolic link to the repository', async () => {
    const { cwd } = await startInRepository();
    const link = join(temporaryDirectory(), 'link');
    symlinkSync(cwd, link);
    const before = imageOf(cwd);
    const cli = startCli({ store: 'files', cwd: link, env: { PATH: pathWithJit() } });
    const { exit, json } = await cli('git setup --hooks --json');
    expect(exit).toBe(0);
    expect((json.files as { path: string }[]).map(({ path }) => path)).toEqual([
      '.git/config',
      '.jit/.gitattributes',
      '.git/info/attributes',
      '.git/hooks/pre-commit',
      '.git/hooks/post-merge',
    ]);
    expect(await cli('git setup --hooks --json')).toMatchObject({ exit: 0, json: { changed: false } });
    expect((await cli('doctor')).stdout).toMatch(/^ok +setup +git merges by jit/m);
    await cli('git unsetup');
    expect(imageOf(cwd)).toEqual(before);
  });

  test('in a linked work tree: the configuration is that of all', async () => {
    const { cwd, git, commit } = await startInRepository();
    commit();
    const tree = join(temporaryDirectory(), 'tree');
    git('worktree', 'add', '--quiet', '-b', 'a', tree);
    const [main, linked] = [imageOf(cwd), imageOf(tree)];
    const cli = startCli({ store: 'files', cwd: tree });
    expect(await cli('git setup --hooks --json')).toMatchObject({ exit: 0 });
    expect(git('config', 'merge.jit.driver')).toContain('git merge-driver');
    expect(bytesOf(cwd, '.git/hooks/pre-commit')).toContain(BLOCK);
    expect(await startCli({ store: 'files', cwd })('git setup --json')).toMatchObject({
      json: { files: [{ path: '.jit/.gitattributes', change: 'changed' }] },
    });
    await startCli({ store: 'files', cwd })('git unsetup');
    await cli('git unsetup');
    expect([imageOf(cwd), imageOf(tree)]).toEqual([main, linked]);
  });
});

describe('what others wrote in between stays', () => {
  test('lines above and below the blocks, and settings that git put among those of jit', async () => {
    const { cwd, cli, git } = await startInRepository();
    put(cwd, '.git/hooks/pre-commit', '#!/bin/sh\nexit 0\n', 0o755);
    writeFileSync(join(cwd, '.jit/.gitattributes'), bytesOf(cwd, '.jit/.gitattributes').trimEnd());
    await cli('git setup --hooks');
    git('config', 'merge.jit.recursive', 'binary');
    git('config', 'user.email', 'me@example.org');
    appendFileSync(join(cwd, '.jit/.gitattributes'), '*.md diff=markdown\n');
    writeFileSync(
      join(cwd, '.git/hooks/pre-commit'),
      bytesOf(cwd, '.git/hooks/pre-commit').replace('exit 0', 'npm test'),
    );
    appendFileSync(join(cwd, '.git/hooks/post-merge'), 'echo merged\n');
    expect(await cli('git setup --json')).toMatchObject({ exit: 0, json: { changed: false } });
    await cli('git unsetup');
    expect(git('config', '--get-regexp', '^(merge|diff)\\.jit\\.|^jit\\.|^user\\.')).toBe(
      'merge.jit.recursive binary\nuser.email me@example.org\n',
    );
    expect(bytesOf(cwd, '.git/config')).not.toMatch(/jit git|\[jit\]|diff/);
    expect(bytesOf(cwd, '.jit/.gitattributes')).toBe(
      '*.json eol=lf\nevents.jsonl eol=lf merge=union\n*.md diff=markdown\n',
    );
    expect(bytesOf(cwd, '.git/hooks/pre-commit')).toBe('#!/bin/sh\nnpm test\n');
    expect(bytesOf(cwd, '.git/hooks/post-merge')).toBe('#!/bin/sh\n# Made by jit git setup.\necho merged\n');
  });

  test('a configuration that was taken apart with git config', async () => {
    const { cwd, cli, git } = await startInRepository();
    const before = bytesOf(cwd, '.git/config');
    await cli('git setup');
    git('config', '--unset', 'diff.jit.textconv');
    expect(await cli('git setup --json')).toMatchObject({
      json: { changed: true, settings: [{}, { key: 'diff.jit.textconv', before: null }] },
    });
    git('config', '--remove-section', 'merge.jit');
    await cli('git unsetup');
    expect(bytesOf(cwd, '.git/config')).toBe(before);
  });

  test('a block whose last line is gone is not guessed at', async () => {
    const { cwd, cli } = await startInRepository();
    await cli('git setup');
    const path = join(cwd, '.jit/.gitattributes');
    writeFileSync(path, bytesOf(cwd, '.jit/.gitattributes').replace(/# <<<.*\n/, ''));
    const before = imageOf(cwd);
    for (const command of ['git setup --json', 'git unsetup --json']) {
      const { exit, json } = await cli(command);
      expect({ exit, error: json.error }).toMatchObject({ exit: 4, error: { code: 'INVALID' } });
      expect(JSON.stringify(json)).toContain('# <<< jit git setup');
    }
    expect(imageOf(cwd)).toEqual(before);
  });
});

describe('an older setup', () => {
  test('is brought up to date, and the place of the hooks with it', async () => {
    const { cwd, git } = await startInRepository();
    const cli = startCli({ store: 'files', cwd, env: { PATH: pathWithJit() } });
    const before = imageOf(cwd);
    await cli('git setup --hooks');
    const edit = (name: string, from: string, to: string): void =>
      writeFileSync(join(cwd, name), bytesOf(cwd, name).replace(from, to));
    edit('.jit/.gitattributes', 'gates.json merge=jit\n', '');
    edit('.git/config', '%L %P', '%L');
    edit('.git/hooks/pre-commit', '|| { [ $? -ne 4 ] || exit 1; }', '');
    git('config', 'core.hooksPath', '.githooks');
    expect(await cli('doctor --json')).toMatchObject({ exit: 4 });
    const { json } = await cli('git setup --json');
    expect(
      (json.files as { path: string; change: string }[]).map(({ path, change }) => `${change} ${path}`),
    ).toEqual([
      'changed .git/config',
      'changed .jit/.gitattributes',
      'created .githooks/pre-commit',
      'created .githooks/post-merge',
      'removed .git/hooks/pre-commit',
      'removed .git/hooks/post-merge',
    ]);
    expect((await cli('doctor')).stdout).toContain('nothing needs action');
    git('config', '--unset', 'core.hooksPath');
    await cli('git setup --no-hooks');
    expect(
      Object.keys(imageOf(cwd)).filter((name) => name.includes('hooks/') && !name.endsWith('.sample')),
    ).toEqual([]);
    await cli('git unsetup');
    expect(imageOf(cwd)).toEqual(before);
  });
});

describe('how git starts jit', () => {
  test('by its name where it is on the PATH', async () => {
    const { cwd } = await startInRepository();
    const cli = startCli({ store: 'files', cwd, env: { PATH: pathWithJit() } });
    expect((await cli('git setup --json')).json).toMatchObject({ program: ['jit'] });
    expect(bytesOf(cwd, '.git/config')).toContain('driver = "jit git merge-driver');
  });

  test('not by a name that npm put on the PATH for a moment, nor by another program of this name', async () => {
    const { cwd } = await startInRepository();
    put(cwd, 'node_modules/.bin/jit', '#!/bin/sh\n', 0o755);
    put(cwd, 'bin/jit', '#!/bin/sh\necho just in time\n', 0o755);
    for (const directory of ['node_modules/.bin', 'bin']) {
      const env = { PATH: `${join(cwd, directory)}:${PATH_WITHOUT_JIT}` };
      const { json } = await startCli({ store: 'files', cwd, env })('git setup --json');
      expect(json.program).toEqual([process.execPath, expect.stringMatching(/bin\/jit$/)]);
    }
  });
});

describe('refusals', () => {
  test('where somebody has set the driver or the textconv otherwise', async () => {
    for (const key of ['merge.jit.driver', 'diff.jit.textconv']) {
      const { cwd, cli, git } = await startInRepository();
      git('config', key, 'mine %A');
      const before = imageOf(cwd);
      const { exit, json } = await cli('git setup --json');
      expect({ exit, error: json.error }).toMatchObject({
        exit: 4,
        error: {
          code: 'ALREADY_DEFINED',
          details: { settings: [{ key, value: 'mine %A', scope: 'local' }] },
        },
      });
      const { exit: told, stderr } = await cli('git setup');
      expect([told, stderr]).toEqual([
        4,
        expect.stringMatching(/^jit: .* is set otherwise, .*\nhint: .*\n$/),
      ]);
      expect(JSON.stringify(json)).toContain(`git config --local --unset ${key}`);
      expect(imageOf(cwd)).toEqual(before);
    }
  });

  test('where somebody has changed what jit had set', async () => {
    const { cwd, cli, git } = await startInRepository();
    await cli('git setup');
    git('config', 'merge.jit.driver', 'mine %A');
    expect((await cli('git setup --json')).json).toMatchObject({ error: { code: 'ALREADY_DEFINED' } });
    await cli('git unsetup');
    expect(git('config', '--get-regexp', 'jit')).toBe('merge.jit.driver mine %A\n');
    expect(bytesOf(cwd, '.git/config')).not.toContain('git setup');
  });

  test('a global setting of the user is told, and jit goes before it', async () => {
    const { cwd, cli, git } = await startInRepository();
    put(cwd, '.gitconfig', '[merge "jit"]\n\tdriver = mine %A\n');
    const { exit, json } = await cli('git setup --json');
    expect(exit).toBe(0);
    expect(json.notes).toEqual([expect.stringContaining('merge.jit.driver is set otherwise')]);
    expect(git('config', 'merge.jit.driver')).toContain('git merge-driver');
  });

  test('hooks outside of the repository', async () => {
    const { cwd, cli } = await startInRepository();
    const shared = temporaryDirectory();
    put(cwd, '.gitconfig', `[core]\n\thooksPath = ${shared}\n`);
    const before = imageOf(cwd);
    const { exit, json } = await cli('git setup --hooks --json');
    expect({ exit, error: json.error }).toMatchObject({
      exit: 4,
      error: { code: 'INVALID', details: { directory: shared, scope: 'global' } },
    });
    expect(imageOf(cwd)).toEqual(before);
    expect((await cli('git setup')).exit).toBe(0);
    expect(imageOf(shared)).toEqual({ '': expect.any(String) });
  });

  test('a program as a hook, whose other name is taken', async () => {
    const { cwd, cli } = await startInRepository();
    put(cwd, '.git/hooks/pre-commit', '#!/usr/bin/env python3\n', 0o755);
    put(cwd, '.git/hooks/pre-commit.before-jit', 'mine\n');
    const before = imageOf(cwd);
    const { exit, json } = await cli('git setup --hooks --json');
    expect({ exit, error: json.error }).toMatchObject({ exit: 4, error: { code: 'INVALID' } });
    expect(imageOf(cwd)).toEqual(before);
  });

  test('a lock of git on its configuration', async () => {
    const { cwd, cli } = await startInRepository();
    put(cwd, '.git/config.lock', '');
    const before = imageOf(cwd);
    const { exit, json } = await cli('git setup --json');
    expect({ exit, error: json.error }).toMatchObject({ exit: 7, error: { code: 'LOCK_TIMEOUT' } });
    expect(imageOf(cwd)).toEqual(before);
  });

  test('hooks that cannot be written: what was changed is told by a second run, and can be taken back', async () => {
    const { cwd, cli } = await expectTakenBack('.git/hooks', 'git setup --hooks');
    rmSync(join(cwd, '.git/hooks'));
    put(cwd, '.git/hooks/pre-commit/file', '');
    expect((await cli('git setup --hooks --json')).json).toMatchObject({ error: { code: 'INVALID' } });
  });

  test('a .gitattributes that git does not read', async () => {
    const { cwd, cli } = await startInRepository();
    renameSync(join(cwd, '.jit/.gitattributes'), join(cwd, 'attributes'));
    symlinkSync('../attributes', join(cwd, '.jit/.gitattributes'));
    expect((await cli('git setup --json')).json).toMatchObject({ error: { code: 'INVALID' } });
  });

  test('no store, no repository, a bare one, no git', async () => {
    const empty = startCli({ store: 'files', cwd: temporaryDirectory() });
    expect(await empty('git setup --json')).toMatchObject({
      exit: 3,
      json: { error: { code: 'NOT_INITIALIZED' } },
    });
    await empty('init');
    for (const command of ['git setup --json', 'git unsetup --json']) {
      const { exit, json } = await empty(command);
      expect({ exit, error: json.error }).toMatchObject({
        exit: 8,
        error: { code: 'GIT', hint: expect.stringContaining('git init') },
      });
    }
    const { git, cwd, commit } = await startInRepository();
    commit();
    const bare = join(temporaryDirectory(), 'bare.git');
    git('clone', '--quiet', '--bare', cwd, bare);
    const { exit, json } = await startCli({ store: 'files', cwd: bare })('git setup --json');
    expect({ exit, error: json.error }).toMatchObject({
      exit: 8,
      error: { code: 'GIT', message: expect.stringContaining('bare') },
    });
    const { exit: without, json: said } = await startCli({ store: 'files', cwd, env: { PATH: '/nowhere' } })(
      'git setup --json',
    );
    expect({ without, error: said.error }).toMatchObject({ without: 8, error: { code: 'GIT' } });
  });
});

test('jit validate --fix leaves the last word to the lines of the setup', async () => {
  const { cwd, cli, git } = await startInRepository();
  await cli('git setup');
  const path = join(cwd, '.jit/.gitattributes');
  writeFileSync(path, bytesOf(cwd, '.jit/.gitattributes').replace(/^events.*union\n/m, ''));
  await cli('validate --fix --yes');
  expect(bytesOf(cwd, '.jit/.gitattributes')).toMatch(
    /^\*\.json eol=lf\nevents\.jsonl eol=lf merge=union\n# >>> /,
  );
  expect(git('check-attr', 'merge', '--', '.jit/events.jsonl')).toBe('.jit/events.jsonl: merge: jit\n');
});
