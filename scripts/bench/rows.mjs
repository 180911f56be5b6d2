import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from './scene.mjs';

// What is measured. `words(scene)`: the command line. `prepare` and `undo` run before and after each measurement and are not
// measured. `beside`: what it is compared with instead of `node -e 0`; such a row stands in no table of ratios. Rows of one phase are run in turn; `moved` ones change what lies on
// the disk as git does, so they come last.

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const LIMITS = path('limits.cjs');
const LOCK = join('.jit', 'local', 'lock');
const BY = ['--by', 'agent:bench'];

const jit = (...words) => [process.execPath, PROGRAM, ...words];
const limit = (...words) => [process.execPath, LIMITS, ...words];
const CREATE = jit('issue', 'create', 'One more', ...BY);
const issuesOf = ({ dir }) => join(dir, '.jit', 'issues');
const idIn = (text) => JSON.parse(text).issue.id;

const READS = [
  { id: 'version', label: '`version`', words: () => jit('version') },
  { id: 'help', label: '`--help`', words: () => jit('--help') },
  {
    id: 'show',
    label: '`issue show ID --json`',
    words: ({ roles }) => jit('issue', 'show', roles.shown, '--json'),
  },
  { id: 'ready', label: '`query ready --json`', words: () => jit('query', 'ready', '--json') },
  { id: 'list', label: '`issue list --json`', words: () => jit('issue', 'list', '--json') },
  { id: 'validate', label: '`validate`', words: () => jit('validate') },
];

const LIMIT_ROWS = [
  {
    id: 'stat',
    label: 'readdir, stat of every file',
    words: (scene) => limit('stat', issuesOf(scene)),
  },
  {
    id: 'parse',
    label: 'read and parse every file',
    words: (scene) => limit('parse', issuesOf(scene)),
  },
  {
    id: 'fsync',
    label: 'write one issue and one event, fsync both',
    words: ({ dir }) => limit('fsync', join(dir, '.jit', 'issues')),
    undo: (scene) => {
      for (const name of readdirSync(scene.dir)) if (name.startsWith('limit-')) rmSync(join(scene.dir, name));
    },
  },
];

const WRITES = [
  { id: 'create', label: '`issue create`', words: () => CREATE },
  {
    id: 'dead-lock',
    label: '`issue create` behind a lock whose owner was killed',
    beside: () => CREATE,
    async prepare({ node, dir }) {
      const killed = await node(
        '--require',
        path('kill-at-lock.cjs'),
        PROGRAM,
        'issue',
        'create',
        'Never',
        ...BY,
      );
      if (killed.exit === 0 || !existsSync(join(dir, LOCK))) throw new Error('no lock was left behind');
    },
    words: () => CREATE,
  },
  {
    id: 'claim-next',
    label: '`issue claim-next`, which wins',
    words: () => jit('issue', 'claim-next', '--json', ...BY),
    undo: ({ jit }, output) => jit('issue', 'release', idIn(output), ...BY),
  },
  {
    id: 'dep-add',
    label: '`dep add`',
    words: ({ roles }) => jit('dep', 'add', roles.waits, roles.needs, ...BY),
    undo: ({ jit, roles }) => jit('dep', 'rm', roles.waits, roles.needs, ...BY),
  },
  {
    id: 'complete',
    label: '`issue complete`, which makes another ready',
    // One pair of issues for all rounds.
    async prepare(scene) {
      if (scene.pair === undefined) {
        scene.pair = (await scene.jit('create', 'First', ...BY)).trim();
        await scene.jit('create', 'Second', '--needs', scene.pair, ...BY);
      }
      await scene.jit('claim', scene.pair, ...BY);
    },
    words: ({ pair }) => jit('issue', 'complete', pair, ...BY),
    undo: ({ jit, pair }) => jit('reopen', pair, ...BY),
  },
];

/** The same where the directory alone is trusted. */
const FAST = [
  ...READS.filter(({ id }) => id === 'show' || id === 'ready'),
  ...WRITES.filter(({ id }) => ['claim-next', 'dep-add', 'complete'].includes(id)),
].map((row) => ({ ...row, id: `${row.id}-fast`, label: `${row.label}; fast mode` }));

const MOVED = [
  {
    id: 'clone',
    label: 'first `query ready --json` after a clone',
    prepare: ({ dir }) => rmSync(join(dir, '.jit', 'local'), { recursive: true, force: true }),
    words: () => jit('query', 'ready', '--json'),
  },
  {
    id: 'checkout',
    label: '`query ready --json` after `git checkout` of a branch that changes 1%',
    async prepare(scene) {
      scene.branch = scene.branch === 'other' ? 'main' : 'other';
      await scene.git('checkout', '--quiet', scene.branch);
    },
    words: () => jit('query', 'ready', '--json'),
  },
];

/** Rows by phase, in the order in which the phases are run. */
export const PHASES = { read: [...READS, ...LIMIT_ROWS], write: WRITES, fast: FAST, moved: MOVED };

/** Lets the index trust the directory, and look at all of it once. */
export async function chooseFastMode({ jit }) {
  await jit('config', 'set', 'index.trust', 'directory', ...BY);
  await jit('query', 'ready');
}

/** What is compared with `node -e 0`. */
export const COMPARED = Object.values(PHASES)
  .flat()
  .filter(({ beside }) => beside === undefined);

export const LIMIT_IDS = LIMIT_ROWS.map(({ id }) => id);
/** Those of which the peak memory is looked at, too. */
export const MEMORY_IDS = ['ready', 'validate'];
/** Sixteen at once. */
export const CROWD = 'claims';
export const ALL_IDS = [...Object.values(PHASES).flat(), { id: CROWD }].map(({ id }) => id);
