import { describe, expect, test } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { create, document, expectFailure } from '../../support/command-line.ts';
import { GATES, issueWith } from '../../support/issues.ts';

describe('jit issue show', () => {
  test('shows an issue with its neighbours, as text and as a document', async () => {
    const cli = startCli({ content: { gates: GATES } });
    const need = await create(cli, 'Schema');
    const id = await create(
      cli,
      'Endpoint',
      '-d',
      'Line one\n\nLine two',
      '--needs',
      need,
      '--gate',
      'review',
    );
    const user = await create(cli, 'Client', '--needs', id);
    await cli(['comment', id, 'almost']);
    const text = (await cli(`show ${id}`)).stdout;
    for (const part of ['Endpoint', '  Line two', 'Schema', 'Client', 'review', 'almost', 'state: backlog'])
      expect(text).toContain(part);
    const { issue } = await document(cli, `issue view ${id.slice(-8).toLowerCase()}`);
    expect(issue).toMatchObject({ id, state: 'backlog', lease: null, blocked_by_count: 1 });
    expect(issue.blocked_by.map((row: { id: string }) => row.id)).toEqual([need]);
    expect(issue.blocks.map((row: { id: string }) => row.id)).toEqual([user]);
  });

  test('gives a revision that changes whenever the issue does', async () => {
    const cli = startCli();
    const id = await create(cli, 'T');
    const rev = async () => (await document(cli, `show ${id}`)).issue.rev;
    const first = await rev();
    expect(await rev()).toBe(first);
    cli.clock.forward(1000);
    await cli(`update ${id} -p high`);
    const second = await rev();
    expect(second).not.toBe(first);
    await cli(`update ${id} -p high`);
    expect(await rev()).toBe(second);
  });

  test('shows several, in the order asked for: a list', async () => {
    const cli = startCli();
    const [a, b] = [await create(cli, 'A'), await create(cli, 'B')];
    const said = await document(cli, `view ${b} ${a}`);
    expect(said).toMatchObject({ kind: 'issue-list', count: 2, total: 2, truncated: false });
    expect(said.issues.map(({ id, rev }: Record<string, string>) => [id, typeof rev])).toEqual([
      [b, 'string'],
      [a, 'string'],
    ]);
    // How many are named decides the form, not how many they turn out to be.
    expect(await document(cli, `show ${a} ${a}`)).toMatchObject({ kind: 'issue-list', count: 1 });
    const text = (await cli(`show ${b} ${a}`)).stdout;
    expect(text.indexOf('B')).toBeLessThan(text.indexOf(`${a.slice(-8)}  A`));
    await expectFailure(cli, `show ${a} ZZZZZZZZ`, { exit: 3, code: 'ISSUE_NOT_FOUND', message: /ZZZZZZZZ/ });
  });

  test('names a dependency that is not there', async () => {
    const issue = issueWith(1, { dependencies: ['01KDY000000000000000000009'] });
    const cli = startCli({ content: { issues: [issue] } });
    const said = await document(cli, `show ${issue.id}`);
    expect(said.issue.blocked_by).toEqual([
      {
        id: '01KDY000000000000000000009',
        ref: '00000009',
        title: null,
        state: 'missing',
        priority: null,
        assignee: null,
        labels: [],
        blocked_by_count: 0,
      },
    ]);
    expect((await cli(`show ${issue.id}`)).stdout).toContain('00000009  missing');
  });
});

describe('ids in arguments', () => {
  const start = () =>
    startCli({
      content: { issues: [issueWith(11_111, { title: 'one' }), issueWith(21_111, { title: 'two' })] },
    });
  const [one, two] = ['01KDY000000000000000011111', '01KDY000000000000000021111'];

  test.each([
    [one, one],
    [one.toLowerCase(), one],
    ['00011111', one],
    ['11111', one],
    ['21111', two],
    ['0002', two],
  ])('%s', async (text, id) => {
    expect((await document(start(), `show ${text}`)).issue.id).toBe(id);
  });

  test('that may mean several are refused, with the candidates', async () => {
    const cli = start();
    for (const text of ['1111', '01KDY', '01kd']) {
      const error = await expectFailure(cli, `show ${text}`, {
        exit: 2,
        code: 'AMBIGUOUS_ID',
        message: /may mean 2 issues/,
        hint: /more characters/,
      });
      expect(error.details).toEqual({
        id: text,
        total: 2,
        candidates: [
          { id: one, ref: '00011111', title: 'one' },
          { id: two, ref: '00021111', title: 'two' },
        ],
      });
    }
    expect((await cli('show 1111')).stderr).toContain('  - 00011111 one\n  - 00021111 two\n');
  });

  test.each<[string, number, string, RegExp]>([
    ['', 2, 'USAGE', /empty/],
    ['111', 2, 'USAGE', /too short/],
    ['../x', 2, 'USAGE', /not an issue id: "\.\.\/x"/],
    ['../../etc/passwd', 2, 'USAGE', /not an issue id/],
    ['__proto__', 2, 'USAGE', /not an issue id/],
    ['constructor', 3, 'ISSUE_NOT_FOUND', /constructor/],
    ['toString', 3, 'ISSUE_NOT_FOUND', /toString/],
    ['-rf', 2, 'USAGE', /unknown option -r/],
    ['%00', 2, 'USAGE', /not an issue id/],
    ['a\u001b[2Jb', 2, 'USAGE', /not an issue id/],
    ['01KDY00000000000000001111１', 2, 'USAGE', /not an issue id/],
    ['01KDY000000000000000011112', 3, 'ISSUE_NOT_FOUND', /01KDY/],
    ['01KDY0000000000000000111110', 3, 'ISSUE_NOT_FOUND', /01KDY/],
    ['ZZZZZZZZ', 3, 'ISSUE_NOT_FOUND', /ZZZZZZZZ/],
  ])('%j is refused', async (text, exit, code, message) => {
    const cli = start();
    await expectFailure(cli, ['show', text], { exit, code, message });
    if (text.startsWith('-')) await expectFailure(cli, ['show', '--', text], { exit: 2, code: 'USAGE' });
  });

  test('none at all is refused', async () => {
    await expectFailure(start(), 'show', { exit: 2, code: 'USAGE', message: /missing IDS/ });
  });
});
