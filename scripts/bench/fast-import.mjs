// What `git fast-import` reads: one pack instead of a hundred thousand loose objects.

const NOW = 'Ben Chmark <ben@example.org> 1767600000 +0000';

/** Two commits: the store on `main` with some other files, `[path, text]`; and on `other`, what goes on from there. */
export function* writeCommits({ issues, events, changed }, files) {
  yield* commit('main', 1, 'a store');
  for (const [path, text] of files) yield file(path, text);
  for (const issue of issues) yield issueFile(issue);
  yield file('.jit/events.jsonl', lines(events));
  yield* commit('other', 2, 'one issue in a hundred', 1);
  for (const issue of changed.issues) yield issueFile(issue);
  yield file('.jit/events.jsonl', lines([...events, ...changed.events]));
}

function* commit(branch, mark, message, from) {
  yield `commit refs/heads/${branch}\nmark :${mark}\ncommitter ${NOW}\n${data(message)}`;
  if (from !== undefined) yield `from :${from}\n`;
}

const lines = (events) => events.map((line) => `${line}\n`).join('');
const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;
const file = (path, text) => `M 644 inline ${path}\n${data(text)}`;
const issueFile = (issue) => file(`.jit/issues/${issue.id}.json`, `${JSON.stringify(issue, null, 2)}\n`);
