import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Issue } from '../../../../src/domain/issue.ts';
import { type IndexUse, openFilesStore } from '../../../../src/store/files/files-store.ts';
import { headOf } from '../../../../src/store/files/index/change.ts';
import type { Store } from '../../../../src/store/store.ts';
import { type Ran, standingClock, startCli, temporaryDirectory } from '../../../support/cli.ts';
import { Meddler } from '../../../support/meddle.ts';
import { RandomWork, readIssueFiles } from '../../../support/random-work.ts';
import { report } from '../../../support/report.ts';
import { seeded } from '../../../support/seeded.ts';
import { size } from '../../../support/size.ts';

// Never wrong is the first rule of the index. Whatever jit, people, editors and git do to the files, every command that reads says the
// same with the index as without.

const SEED = Number(process.env.JIT_TEST_SEED ?? 20_260_107);
const STEPS = Number(process.env.JIT_TEST_STEPS ?? size(200, 2000));
/** So many reading commands are drawn after each step, besides the list of everything. */
const DRAWN = 4;

const READING: readonly string[] = [
  'list',
  'list --json',
  'list --state ready,backlog',
  'list --label bug --json',
  'list --filter text --json',
  'query ready --json',
  'query blocked --json',
  'query state backlog --json',
  'query assignee agent:tester --json',
  'query mine --json',
  'query priority high --json',
  'query stalled --json',
  'status --json',
  'prime',
  'show ID --json',
  'show REF',
  'show PREFIX --json',
  'why ID --json',
  'dep list ID --json',
  'gate status ID --json',
  'gate list --json',
  'graph show --json',
  'graph show ID',
  'graph roots --json',
  'graph downstream ID --json',
  'graph critical-path --json',
  'export --format csv',
  'export --format mermaid',
  'export --format jsonl --issue ID',
  'validate --json',
];

test('whatever happens to the files, every reading command says the same with the index and without', async () => {
  const random = seeded(SEED);
  const root = join(temporaryDirectory(), 'here');
  mkdirSync(root);
  execFileSync('git', ['init', '-q', root]);
  const clock = standingClock();
  const env = { JIT_AGENT_ID: 'agent:tester', JIT_INDEX: 'always' };
  const cli = startCli({ store: 'files', cwd: root, clock, env });
  await cli('init');
  const meddler = new Meddler(random, root);
  const work = new RandomWork(random, join(root, '.jit'), 'w');
  const open = (index: IndexUse): Store => openFilesStore({ root, dir: join(root, '.jit'), clock, index });
  // One process that lives on, and keeps what it has read.
  const living = open('always');
  const everything = (store: Store) =>
    store.read(async (view) => ({
      rows: (await view.select({ where: { op: 'all' }, sort: ['id'] })).rows.map((row) => ({
        ...row,
        issue: headOf(row.issue as Issue),
      })),
      tombstones: await view.tombstones(),
      ids: await view.ids(),
      problems: view.problems(),
    }));
  const counts: Record<string, number> = {};
  for (let step = 0; step < STEPS; step += 1) {
    const meddles = random() < 0.6;
    const deed = meddles ? meddler.meddle() : await doWork(cli, work);
    counts[deed] = (counts[deed] ?? 0) + 1;
    const where = `step ${step}: ${deed}`;
    const lines = ['list --all --full --json', ...Array.from({ length: DRAWN }, () => draw(random, READING))];
    const issues = [...readableIds(root)];
    const id = issues[Math.floor(random() * issues.length)] ?? '01ARZ3NDEKTSV4RRFFQ69G5FAV';
    for (const line of lines) {
      const words = line.replace('ID', id).replace('REF', id.slice(-8)).replace('PREFIX', id.slice(0, 12));
      const without = saying(await cli(`${words} --no-index`));
      expect(saying(await cli(words)), `${where}: ${words}`).toEqual(without);
    }
    expect(await everything(living), `${where}: a process that lives on`).toEqual(
      await everything(open('never')),
    );
  }
  report('the index against the files', { seed: SEED, steps: STEPS, deeds: Object.keys(counts).length });
}, 3_600_000);

/** What a command said, but for how many seconds a lease has left: they go by the clock of the machine, which does not stand. */
const saying = ({ exit, stdout, stderr }: Ran) => ({
  exit,
  stdout: stdout.replace(/"remaining":\d+/g, '"remaining":0'),
  stderr,
});

async function doWork(cli: ReturnType<typeof startCli>, work: RandomWork): Promise<string> {
  let words: readonly string[];
  try {
    words = work.next().words;
  } catch {
    // A file that is broken: there is work enough for the others.
    words = ['create', 'Work'];
  }
  await cli([...words, '--by', 'agent:tester']);
  return `jit ${words[0]}`;
}

const draw = <T>(random: () => number, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;

function readableIds(root: string): Iterable<string> {
  try {
    return readIssueFiles(join(root, '.jit')).keys();
  } catch {
    return [];
  }
}
