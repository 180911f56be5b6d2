import { expect, test } from 'vitest';
import { formatIssue } from '../../../src/domain/canonical-json.ts';
import { isHashed } from '../../../src/domain/event.ts';
import { differences, replay } from '../../../src/domain/replay.ts';
import { deleteIssues } from '../../../src/operations/archive.ts';
import { claimIssue } from '../../../src/operations/claim.ts';
import { createIssue } from '../../../src/operations/create.ts';
import { type UpdateInput, updateIssues } from '../../../src/operations/update.ts';
import { mergeFile } from '../../../src/store/files/merge-file.ts';
import { agent } from '../../support/actors.ts';
import { idOf, issueWith } from '../../support/issues.ts';
import {
  Clone,
  type Commit,
  digest,
  eventsIn,
  type Files,
  firstCommit,
  mergeCommits,
  storedIn,
} from './clones.ts';

const PLAIN = {
  needs: [],
  blocks: [],
  parent: null,
  discoveredFrom: null,
  gates: [],
  hold: null,
  assignee: null,
};

/** Two clones of a store with one issue. */
async function fork(fields: { readonly description?: string } = {}) {
  const first = new Clone(0, firstCommit(), 0);
  let id = '';
  await first.act(async (session) => {
    id = (await createIssue(session, { ...PLAIN, title: 'Title', ...fields })).issue.id;
  });
  const clones = [new Clone(1, first.head, 500), new Clone(2, first.head, 900)] as const;
  const update = (clone: Clone, input: UpdateInput) =>
    clone.act((session) => updateIssues(session, [id], input));
  return { id, a: clones[0], b: clones[1], update };
}

function merge(
  ours: Clone | Commit,
  theirs: Clone | Commit,
): { readonly files: Files; readonly told: readonly string[] } {
  const head = (side: Clone | Commit): Commit => ('head' in side ? side.head : side);
  const { files } = mergeCommits(head(ours), head(theirs));
  expect(mergeCommits(head(theirs), head(ours)).files).toEqual(files);
  const events = eventsIn(files.get('events.jsonl')!);
  const replayed = replay(events);
  for (const stored of storedIn(files))
    expect(differences(stored, replayed.get(stored.id)!, digest)).toEqual([]);
  return { files, told: events.flatMap(({ event, by }) => (by === 'jit:merge' ? [event] : [])) };
}

test('the log tells what was decided, and who lost a claim', async () => {
  const { id, a, b } = await fork();
  await a.act((session) => claimIssue(session.as(agent('a')), id));
  await b.act((session) => claimIssue(session.as(agent('b')), id));
  const { files, told } = merge(a, b);
  expect(told).toEqual(['issue.merged', 'lease.lost']);
  const events = eventsIn(files.get('events.jsonl')!);
  expect(events.at(-1)).toMatchObject({ id, assignee: 'agent:a', prev: events.at(-2)!.eid });
  expect(events.at(-2)!.prev).toBe(events.at(-3)!.eid);
});

test('the log tells that a deletion met an edit', async () => {
  const { id, a, b, update } = await fork();
  await a.act((session) => deleteIssues(session, [id], { detach: false, force: false, apply: true }));
  await update(b, { title: 'Edited' });
  const { files, told } = merge(a, b);
  expect(told).toEqual(['issue.restored']);
  expect(JSON.parse(files.get(`issues/${id}.json`)!).title).toBe('Edited');
});

test('nothing is told where the sides had to do with different issues, or did the same', async () => {
  const { a, b, update } = await fork();
  await update(a, { title: 'Edited' });
  await b.act((session) => createIssue(session, { ...PLAIN, title: 'Other' }));
  expect(merge(a, b).told).toEqual([]);
  expect(merge(merge(a, b) && mergeCommits(a.head, b.head), a).told).toEqual([]);
});

test('of a text that the log has as a hash it tells that it changed, and nothing false', async () => {
  const long = (word: string): string => `${word} `.repeat(20_000);
  const { id, a, b, update } = await fork({ description: long('base') });
  await update(a, { description: long('ours'), addLabels: ['a'] });
  await update(b, { title: 'Other', addLabels: ['b'] });
  const one = merge(a, b);
  expect(JSON.parse(one.files.get(`issues/${id}.json`)!)).toMatchObject({
    title: 'Other',
    description: long('ours'),
  });
  expect(one.told).toEqual([]);
  // Both changed it: what was lost is in a comment, of which the log cannot know.
  await update(b, { description: long('theirs') });
  const { files } = mergeCommits(a.head, b.head);
  const last = eventsIn(files.get('events.jsonl')!).at(-1)!;
  expect(last).toMatchObject({ event: 'issue.merged', by: 'jit:merge' });
  expect(isHashed(last.changes.description![1])).toBe(true);
  const stored = storedIn(files)[0]!;
  const history = replay(eventsIn(files.get('events.jsonl')!)).get(id)!;
  expect(differences(stored, history, digest)).toEqual(['comments']);
});

test('criss-cross: the log knows the base that git made, and nobody else sees its events', async () => {
  const { a, b, update } = await fork();
  await update(a, { title: 'A' });
  // Taken back, but the later line: without the events of the merge the log would say "Title" of the base, where the file says "A".
  await update(b, { title: 'B' });
  await update(b, { title: 'Title' });
  const [a1, b1] = [a.head, b.head];
  a.head = mergeCommits(a1, b1);
  b.head = mergeCommits(b1, a1);
  await update(a, { title: 'C' });
  await update(b, { addLabels: ['b'] });
  const { files } = merge(a, b);
  expect(files.get('events.jsonl')).not.toContain('@{');
  expect(storedIn(files)[0]).toMatchObject({ title: 'C', labels: ['b'], comments: [] });
});

test('a merge of merge bases tells only to the next merge what it was', async () => {
  const { a, b, update } = await fork();
  const base = a.head.files;
  await update(a, { title: 'A' });
  await update(b, { title: 'B' });
  const bytes = (files: Files): Buffer => Buffer.from(files.get('events.jsonl')!);
  const three = { base: bytes(base), ours: bytes(a.head.files), theirs: bytes(b.head.files) };
  const text = (ancestor: boolean): string => mergeFile('events.jsonl', three, { digest, ancestor }).text!;
  expect(text(true).replace('\n@', '\n')).toBe(text(false));
  expect(text(true)).toMatch(/\n@\{.*"event":"issue\.merged".*\n$/);
});

const options = { digest, ancestor: false };
const bytesOf = (title: string, number = 1): Buffer => Buffer.from(formatIssue(issueWith(number, { title })));
const NAME = `issues/${idOf(1)}.json`;

test('a side that did not touch a file is left alone, whatever is in it', () => {
  const junk = Buffer.from('junk');
  for (const versions of [
    { base: junk, ours: junk, theirs: bytesOf('a') },
    { base: junk, ours: bytesOf('a'), theirs: junk },
    { base: null, ours: bytesOf('a'), theirs: bytesOf('a') },
  ])
    expect(mergeFile(NAME, versions, options)).toEqual({ text: bytesOf('a').toString(), decided: [] });
  expect(mergeFile(NAME, { base: junk, ours: junk, theirs: null }, options).text).toBeNull();
  expect(mergeFile(NAME, { base: junk, ours: null, theirs: bytesOf('a') }, options).text).toBe(
    bytesOf('a').toString(),
  );
});

test('a log that is gone on one side stays', () => {
  const log = Buffer.from('x\n');
  expect(mergeFile('events.jsonl', { base: Buffer.from('y\n'), ours: null, theirs: log }, options).text).toBe(
    'x\n',
  );
  expect(mergeFile('events.jsonl', { base: log, ours: null, theirs: log }, options).text).toBeNull();
});

test.each(['', 'issues/x.json', 'issues/', 'events.json', '.jit/gates.json', `${NAME}.orig`, '__proto__'])(
  '%j is no file that jit merges',
  (name) => {
    const versions = { base: null, ours: bytesOf('a'), theirs: bytesOf('b') };
    expect(() => mergeFile(name, versions, options)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  },
);

test('names the side that is another issue than its file says', () => {
  const versions = { base: null, ours: bytesOf('a', 2), theirs: bytesOf('b', 2) };
  expect(() => mergeFile(NAME, versions, options)).toThrow(
    expect.objectContaining({ code: 'CORRUPT_FILE', details: { file: NAME, ids: [idOf(2)] } }),
  );
});

test('a byte order mark in front of a log is left out, and its event is one', async () => {
  const { a, b, update } = await fork();
  const start = a.head.files.get('events.jsonl')!;
  await update(a, { priority: 'high' });
  await update(b, { title: 'Other' });
  const bytes = (text: string): Buffer => Buffer.from(text);
  const [ours, theirs] = [a, b].map(({ head }) => head.files.get('events.jsonl')!);
  const merged = (mark: string): string | null =>
    mergeFile(
      'events.jsonl',
      { base: bytes(start), ours: bytes(mark + ours), theirs: bytes(theirs!) },
      { digest, ancestor: false },
    ).text;
  expect(merged('\ufeff')).toBe(merged(''));
});
