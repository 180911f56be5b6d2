import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCli, temporaryDirectory } from '../support/cli.ts';
import { document, expectClean, expectFailure } from '../support/command-line.ts';
import { snapshotTree } from '../support/tree-snapshot.ts';

// What may stand in a title: every one is legal text, and an attack on whatever shows it.
const TITLES = [
  '"]; click A "javascript:alert(1)"',
  'A --> B; subgraph x',
  '</title><script>alert(1)</script><img src=x onerror=alert(1)>',
  '"]; node [label="x"]; } digraph evil {',
  '=HYPERLINK("http://evil","click")',
  "+1+cmd|' /C calc'!A0",
  '@SUM(1)',
  '-rf',
  '--help',
  '`rm -rf /` $(id) $\u007bHOME}',
  '| table | cell |\\',
  '# heading [link](javascript:alert(1)) **bold**',
  '%0a%0d %1$s %n {{7*7}} $\u007b7*7}',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  '"quoted, with" commas, and \'more\'',
  'right to left \u202e and back \u202c, zero\u200bwidth, tag \u{e0041}',
  'e\u0301 漢字 👩‍👩‍👧 \u{1f3f4}',
  ' leading and trailing spaces go ',
];

// What may never be stored: refused wherever a line is asked for.
const REFUSED = [
  'a\u001b[31mred',
  'a\u001b]0;title\u0007',
  'a\nb',
  'a\r\nb',
  'a\u0000b',
  'a\u009b31m',
  'a\u0085b',
  'a\u2028b',
  '\ud800',
];

const LINES = [
  'list',
  'list --all --full',
  'ready',
  'status',
  'graph show',
  'blocked',
  'prime',
  'events -n 200',
  'graph roots',
  'graph critical-path',
  'mine',
  'validate',
];

describe('hostile text', () => {
  test('is kept as it is, and shown so that nothing obeys it', async () => {
    const top = temporaryDirectory();
    const cwd = join(top, 'work');
    mkdirSync(cwd);
    const cli = startCli({ store: 'files', cwd });
    await cli('init');
    const outside = snapshotTree(top, ['work/.jit']);
    const ids: string[] = [];
    for (const title of TITLES) {
      const words = [
        'issue',
        'create',
        `--title=${title}`,
        '-d',
        `${title}
${title}`,
      ];
      words.push(`--hold=${title}`, '--context', `k=${title}`);
      const { issue } = await document(cli, words);
      expect(issue).toMatchObject({
        title: title.trim(),
        description: `${title}\n${title}`,
        hold: { reason: title },
      });
      ids.push(issue.id);
      await document(cli, ['comment', issue.id, '--', title]);
    }
    for (const id of ids.slice(1)) await document(cli, `dep add ${id} ${ids[0]}`);

    for (const line of [...LINES, ...ids.flatMap((id) => [`show ${id}`, `why ${id}`])]) {
      const text = await cli(line);
      expect({ exit: text.exit, stderr: text.stderr }, line).toEqual({ exit: 0, stderr: '' });
      expectClean(text);
      expectClean(await cli(`${line} --json`));
      const wide = startCli({ store: 'files', cwd, terminal: { stdout: true, stderr: true, columns: 60 } });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: jit's own colours are taken away first
      const coloured = (await wide(line)).stdout.replace(/\u001b\[[0-9]*m/g, '');
      expectClean({ stdout: coloured, stderr: '' });
    }
    const titles = (await document(cli, 'list -n 100')).issues.map(({ title }: { title: string }) => title);
    expect(titles.sort()).toEqual(TITLES.map((title) => title.trim()).sort());
    for (const format of ['mermaid', 'dot', 'json', 'jsonl', 'csv', 'markdown']) {
      const exported = await cli(`export --format ${format}`);
      expect(exported).toMatchObject({ exit: 0, stderr: '' });
      // A zero-width joiner inside of an emoji is text; what changes the direction is not let through by any format.
      expect(exported.stdout, format).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
      expect(exported.stdout, format).not.toContain('\u001b');
    }
    // In a table, one line for each issue, whatever the titles hold.
    expect((await cli('list -n 100')).stdout.trimEnd().split('\n')).toHaveLength(TITLES.length);
    expect(snapshotTree(top, ['work/.jit'])).toEqual(outside);
  });

  test.each(REFUSED.map((text) => [JSON.stringify(text), text] as const))(
    '%s is no line',
    async (_, text) => {
      const cli = startCli();
      const id = (await cli('create T')).stdout.trim();
      for (const words of [
        ['create', text],
        ['create', '--title', text],
        ['update', id, '--title', text],
        ['update', id, '--label', text],
        ['update', id, '--milestone', text],
        ['assign', id, text],
        ['claim', id, text],
        ['comment', id, 'x', '--by', text],
        ['gate', 'define', text],
        ['show', text],
        ['list', '--assignee', text],
        ['list', '--fields', text],
        ['list', '--state', text],
        ['list', '--filter', text],
        ['events', 'query', '--since', text],
        ['export', '--format', text],
        [text],
        ['issue', text],
        ['list', text],
        ['list', `--${text}`],
      ]) {
        const ran = await cli(words);
        expect(ran.exit, JSON.stringify(words)).toBe(2);
        expectClean(ran);
        expectClean(await cli([...words, '--json']));
      }
    },
  );

  test('a description and a comment may hold anything that is Unicode', async () => {
    const cli = startCli();
    const text = 'a\u001b[31m\u001b]0;x\u0007\r\n\u0000\u202e\u2028\tb';
    const { issue } = await document(cli, ['create', 'T', '-d', text]);
    expect(issue.description).toBe(text);
    await document(cli, ['comment', issue.id, text]);
    for (const line of [`show ${issue.id}`, `claim ${issue.id}`]) expectClean(await cli(line));
    await expectFailure(cli, ['comment', issue.id, '\udc00'], { exit: 2, code: 'USAGE', message: /Unicode/ });
    await expectFailure(cli, ['update', issue.id, '-d', '\ud800'], {
      exit: 2,
      code: 'USAGE',
      message: /Unicode/,
    });
  });
});

describe('hostile arguments', () => {
  test.each<[readonly string[], RegExp]>([
    [['list', '--constructor', 'x'], /unknown option --constructor/],
    [['list', '--__proto__=x'], /unknown option --__proto__/],
    [['list', '--toString'], /unknown option --toString/],
    [['constructor'], /unknown command: jit constructor/],
    [['__proto__'], /unknown command/],
    [['issue', 'hasOwnProperty'], /unknown command/],
    [['show', '../x'], /not an issue id/],
    [['show', '-rf'], /unknown option -r/],
    [['show', '--', '-rf'], /not an issue id/],
    [['show', '__proto__'], /not an issue id/],
    [['dep', 'add', '../../x', '..'], /not an issue id/],
    [[''], /unknown command/],
    [['issue', ''], /unknown command/],
    [['list', ''], /unexpected argument/],
    [['--', 'list'], /./],
    [['-rf'], /unknown option/],
  ])('%j', async (words, message) => {
    await expectFailure(startCli(), words, { exit: 2, code: 'USAGE', message });
  });
});
