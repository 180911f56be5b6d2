import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { formatEvent, formatIssue } from '../../src/domain/canonical-json.ts';
import { diffImages } from '../../src/domain/event.ts';
import type { Issue } from '../../src/domain/issue.ts';
import { makeSandbox, type Sandbox } from '../support/binary.ts';
import { BEFORE, issueWith } from '../support/issues.ts';
import { report } from '../support/report.ts';
import { size } from '../support/size.ts';

// What a review asks of git, counted: a `git` that stands first on the PATH writes down how it is called, and which objects
// `git cat-file` is asked for.

const ISSUES = size(400, 10_000);
const COMMITS = size(20, 200);
/** Issues that each commit changes; no issue is changed twice. */
const EACH = size(4, 10);
const CHANGED = COMMITS * EACH;
/** git may be started so often, however many issues there are. */
const MOST_PROCESSES = 12;

const WRAPPER = `#!/bin/sh
printf '%s\\n' "$*" >> "$ASKED/calls"
case " $* " in
  *" cat-file "*) tee "$ASKED/objects.$$" | REAL "$@" ;;
  *) exec REAL "$@" ;;
esac
`;

/** What a command line asked of git. */
interface Asked {
  /** The command of each process. */
  readonly calls: readonly string[];
  /** The objects that were asked for by their ids. */
  readonly objects: readonly string[];
  readonly seconds: number;
  readonly json: Record<string, unknown> & { readonly kind: string };
}

interface Ground {
  readonly sandbox: Sandbox;
  /** The first and the last of the commits in between. */
  readonly from: string;
  readonly to: string;
  ask(words: readonly string[]): Asked;
  /** The object of a path in a commit. */
  object(commit: string, path: string): string;
}

const path = ({ id }: Issue): string => `.jit/issues/${id}.json`;

/** A board of so many issues, and commits that each change a few of them; nothing of it is in the work tree. */
function start(): Ground {
  const sandbox = makeSandbox();
  sandbox.jit(['init']);
  sandbox.git('add', '--all');
  sandbox.git('commit', '--quiet', '--message', 'init');
  const issues = Array.from({ length: ISSUES }, (_, i) =>
    issueWith(i + 1, { state: 'ready', description: `what ${i} is about\n`.repeat(5) }),
  );
  sandbox.git('checkout', '--quiet', '--orphan', 'nothing');
  execFileSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: sandbox.repository,
    env: sandbox.env,
    input: historyOf(issues),
  });
  sandbox.git('gc', '--quiet');
  const asked = join(dirname(sandbox.repository), 'asked');
  const programs = join(dirname(sandbox.repository), 'bin');
  mkdirSync(programs);
  const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
  writeFileSync(join(programs, 'git'), WRAPPER.replaceAll('REAL', real));
  chmodSync(join(programs, 'git'), 0o755);
  const env = { ASKED: asked, PATH: `${programs}${delimiter}${sandbox.env.PATH}` };
  const ask = (words: readonly string[]): Asked => {
    rmSync(asked, { recursive: true, force: true });
    mkdirSync(asked);
    const begun = performance.now();
    const ran = sandbox.jit([...words, '--json'], { env });
    const seconds = (performance.now() - begun) / 1000;
    expect(ran.exit, ran.stderr).toBe(0);
    const lists = readdirSync(asked).filter((name) => name.startsWith('objects.'));
    const objects = lists.flatMap((name) => linesOf(join(asked, name)));
    return { calls: linesOf(join(asked, 'calls')), objects, seconds, json: ran.json };
  };
  const object = (commit: string, name: string): string =>
    sandbox.git('rev-parse', `${commit}:${name}`).trim();
  return { sandbox, from: `main~${COMMITS}`, to: 'main', ask, object };
}

const linesOf = (file: string): readonly string[] => readFileSync(file, 'utf8').trimEnd().split('\n');

/** The history as `git fast-import` reads it. The first of the changed issues begins to need the last issue of all. */
function historyOf(issues: readonly Issue[]): string {
  const files: string[] = [];
  const commit = (number: number, changes: readonly string[]): void => {
    const head = `commit refs/heads/main\ncommitter T <t@example.org> ${1_700_000_000 + number} +0000\n`;
    const from = number === 0 ? 'from refs/heads/main^0\n' : '';
    files.push(`${head}data 4\nwork\n${from}${changes.join('')}\n`);
  };
  const file = (name: string, text: string): string =>
    `M 100644 inline ${name}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  commit(
    0,
    issues.map((issue) => file(path(issue), formatIssue(issue))),
  );
  let log = '';
  for (let number = 1; number <= COMMITS; number += 1) {
    const some = issues.slice((number - 1) * EACH, number * EACH);
    const changed = some.map((issue, i): Issue => {
      const needs =
        number === 1 && i === 0 ? { dependencies: [issues.at(-1)!.id], state: 'backlog' as const } : {};
      return { ...issue, title: `${issue.title}, changed`, ...needs };
    });
    changed.forEach((issue, i) => {
      const eid = issue.id.replace('01KDY', '01KDZ');
      const event = {
        ts: BEFORE,
        event: 'issue.updated' as const,
        id: issue.id,
        eid,
        by: 'agent:maker',
        prev: null,
      };
      log += `${formatEvent({ ...event, changes: diffImages(some[i]!, issue) })}\n`;
    });
    const logged = number % 10 === 0 || number === COMMITS ? [file('.jit/events.jsonl', log)] : [];
    commit(number, [...changed.map((issue) => file(path(issue), formatIssue(issue))), ...logged]);
  }
  return files.join('');
}

const named = (calls: readonly string[], command: string): number =>
  calls.filter((call) => ` ${call} `.includes(` ${command} `)).length;

test('what a diff reads are the trees, and the objects that differ', () => {
  const { sandbox, from, to, ask, object } = start();
  const rows: Record<string, number> = {};
  const differ = sandbox
    .git('diff-tree', '-r', '--no-renames', from, to, '--', '.jit/issues')
    .trimEnd()
    .split('\n')
    .flatMap((line) => line.split(' ').slice(2, 4));
  expect(differ.length).toBe(2 * CHANGED);
  // Of both boards: the form, the gates, the settings. Of the later: the one issue that a changed one needs.
  const last = path(issueWith(ISSUES));
  const documents = ['index', 'gates', 'config'].map((name) => object(to, `.jit/${name}.json`));
  const may = new Set([...differ, ...documents, object(to, last)]);
  for (const range of [`${from}..${to}`, `${from}...${to}`]) {
    const { calls, objects, json, seconds } = ask(['diff', range]);
    expect((json.issues as unknown[]).length, range).toBe(CHANGED);
    expect(
      objects.filter((oid) => !may.has(oid)),
      `${range}: read although it is the same on both sides`,
    ).toEqual([]);
    for (const oid of differ) expect(objects, range).toContain(oid);
    // The documents of each board once; nothing else twice.
    expect(objects.length, range).toBeLessThanOrEqual(may.size + documents.length);
    expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(MOST_PROCESSES);
    rows['objects asked for'] = objects.length;
    rows['git processes'] = calls.length;
    rows.seconds = Number(seconds.toFixed(1));
  }
  // A single issue of many: no more than its two files.
  const one = ask(['diff', `${from}..${to}`, issueWith(2).id]);
  expect((one.json.issues as unknown[]).length).toBe(1);
  expect(one.objects.filter((oid) => differ.includes(oid)).length).toBe(2);
  expect(one.objects.length).toBeLessThanOrEqual(2 + 2 * documents.length);
  report('jit diff, objects read', { issues: ISSUES, commits: COMMITS, changed: CHANGED, ...rows });
}, 900_000);

test('a board of the past is read with one cat-file, however large it is', () => {
  const { from, ask } = start();
  const seconds: Record<string, number> = {};
  const id = issueWith(1).id;
  for (const words of [
    ['list', '--all'],
    ['status'],
    ['ready'],
    ['blocked'],
    ['graph', 'show'],
    ['export', '--format', 'json'],
    ['show', id],
  ]) {
    const about = `jit ${words.join(' ')} --at`;
    const asked = ask([...words, '--at', from]);
    expect(named(asked.calls, 'cat-file'), about).toBe(1);
    expect(asked.calls.length, `${about}\n${asked.calls.join('\n')}`).toBeLessThanOrEqual(6);
    expect(new Set(asked.objects).size, `${about} asks for an object twice`).toBe(asked.objects.length);
    expect(asked.objects.length, about).toBeLessThanOrEqual(ISSUES + 4);
    seconds[words[0]!] = Number(asked.seconds.toFixed(1));
  }
  report('--at, one git cat-file, seconds', { issues: ISSUES, ...seconds });
}, 900_000);
