import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatEvent, formatIssue } from '../../../src/domain/canonical-json.ts';
import { startCli } from '../../support/cli.ts';
import { BEFORE, idOf, issueWith, NOW } from '../../support/issues.ts';

async function textconv(content: string | Buffer): Promise<string> {
  const cli = startCli({ store: 'files', env: {} });
  writeFileSync(join(cli.cwd, 'tmp_x'), content);
  const { exit, stdout, stderr } = await cli('git textconv tmp_x');
  expect([exit, stderr]).toEqual([0, '']);
  return stdout;
}

const full = issueWith(1, {
  title: 'Fix \u202e it',
  description: 'one\n\ntwo',
  hold: { reason: 'later', until: NOW },
  assignee: 'agent:a',
  claim_epoch: 2,
  labels: ['a', 'b'],
  milestone: 'm',
  dependencies: [idOf(2)],
  links: [{ type: 'relates', target: idOf(3) }],
  gates_required: ['tests'],
  gates_status: { tests: { status: 'passed', updated_by: 'ci:x', updated_at: NOW, commit: 'abc' } },
  context: { key: 'value\nmore' },
  comments: [{ id: idOf(9), author: 'human:b', at: BEFORE, body: 'hello\nworld', kind: 'note' }],
});

test('an issue with one fact a line', async () => {
  expect(await textconv(formatIssue({ ...full, future: { x: 1 } } as typeof full))).toBe(
    `id: ${idOf(1)}
title: Fix \\u{202e} it
description:
  one

  two
state: ready
hold: {"reason":"later","until":"${NOW}"}
priority: normal
assignee: agent:a
claim epoch: 2
label: a
label: b
milestone: m
needs: ${idOf(2)}
link: relates ${idOf(3)}
requires: tests
gate tests: passed by ci:x at ${NOW} {"commit":"abc"}
context key: value\\nmore
comment ${idOf(9)} by human:b at ${BEFORE} {"kind":"note"}:
  hello
  world
created by: agent:maker
updated at: ${BEFORE}
future: {"x":1}
`,
  );
});

test('says that a file is not in the form that jit writes', async () => {
  const text = formatIssue(full);
  expect(await textconv(JSON.stringify(full))).toBe(`${await textconv(text)}form: not as jit writes it\n`);
});

test('a tombstone', async () => {
  const text = `{"id":"${idOf(1)}","deleted_by":"human:a","deleted_at":"${NOW}","title":"T"}`;
  expect(await textconv(text)).toContain(`deleted by: human:a\ndeleted at: ${NOW}\ntitle: T\n`);
});

test('the log with one event a line, and what is no event as it is', async () => {
  const event = {
    ts: NOW,
    event: 'issue.claimed',
    id: idOf(1),
    eid: idOf(5),
    prev: null,
    by: 'agent:a',
    changes: { state: ['ready', 'in_progress'] as [unknown, unknown] },
  };
  const line = formatEvent(event);
  expect(await textconv(`${line}\ntorn {\n${line} \n`)).toBe(
    `${NOW}  issue.claimed  ${idOf(1).slice(-8)}  agent:a  (state)  ${idOf(5)}\ntorn {\n${NOW}  issue.claimed  ${idOf(1).slice(-8)}  agent:a  ${line} \n`,
  );
});

test.each([
  '',
  '{',
  'x',
  '{"a":1}\n',
  `{"id":"${idOf(1)}"}`,
  '[]',
  'null',
  '<<<<<<< ours\n',
  '['.repeat(100_000),
])('anything else as it is: %.20j', async (content) => {
  expect(await textconv(content)).toBe(content);
});

test('answers with a document', async () => {
  const cli = startCli({ store: 'files', env: {}, stdin: formatIssue(full) });
  expect((await cli('git textconv - --json')).json).toMatchObject({
    kind: 'textconv',
    of: 'issue',
    file: '-',
  });
  expect((await cli('git textconv nothing --json')).json).toMatchObject({
    error: { code: 'FILE_NOT_FOUND' },
  });
});
