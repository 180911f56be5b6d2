import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeIssues } from '../support/project.ts';
import { race } from '../support/race.ts';
import { report } from '../support/report.ts';
import { makeScratch, type Scratch } from '../support/scratch.ts';
import { size } from '../support/size.ts';

// Real processes of two clones race for issues through a bare repository. A `git` that stands first on the PATH counts the
// pushes that the remote refused, and cuts the line on demand.

const PROCESSES = size(3, 5);
const ISSUES = size(8, 20);

const WRAPPER = `#!/bin/sh
case " $* " in
  *" push "*|*" fetch "*|*" ls-remote "*)
    if [ -e "$LINE/cut" ]; then
      echo cut >> "$LINE/tried"
      echo "fatal: unable to access the remote" >&2
      exit 128
    fi ;;
esac
REAL "$@"
status=$?
case " $* " in
  *" push "*) [ $status -eq 0 ] || echo refused >> "$LINE/refused" ;;
esac
exit $status
`;

const LOOP = `
cd "$PLACE"
while true; do
  if claimed=$(jit claim-next --json 2>>"$ERRORS"); then printf '%s\\n' "$claimed"; echo claimed >> "$LINE/claims"
  else
    exit=$?
    [ $exit -eq 5 ] || { cat "$ERRORS" >&2; exit $exit; }
    break
  fi
done`;

interface Claim {
  readonly issue: { readonly id: string };
  readonly lease: { readonly provisional: boolean };
}

interface Ground {
  readonly scratch: Scratch;
  readonly clones: readonly string[];
  readonly ids: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Cuts the line to the remote, or mends it. */
  cut(whether: boolean): void;
  /** How many lines a log of the wrapper has. */
  count(log: string): number;
}

/** A bare repository, and two clones of it whose claims are kept there. */
async function makeGround(): Promise<Ground> {
  const scratch = await makeScratch();
  const git = async (...words: string[]): Promise<string> => {
    const ran = await scratch.run('git', words);
    if (ran.exit !== 0) throw new Error(`git ${words.join(' ')}: ${ran.stderr}`);
    return ran.stdout;
  };
  const hub = join(scratch.beside, 'hub.git');
  const other = join(scratch.beside, 'other');
  await git('init', '--quiet', '--bare', '--initial-branch=main', hub);
  await git('remote', 'add', 'origin', hub);
  await scratch.ok(['config', 'set', 'claims.scope', 'remote']);
  const ids = writeIssues(scratch.store, ISSUES);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'work');
  await git('push', '--quiet', 'origin', 'HEAD:main');
  await git('clone', '--quiet', hub, other);

  const real = (await scratch.run('sh', ['-c', 'command -v git'])).stdout.trim();
  const wrapper = join(scratch.beside, 'bin/git');
  writeFileSync(wrapper, WRAPPER.replace('REAL', real));
  chmodSync(wrapper, 0o755);
  const line = scratch.beside;
  return {
    scratch,
    clones: [scratch.root, other],
    ids,
    env: { LINE: line },
    cut: (whether) => {
      if (whether) appendFileSync(join(line, 'cut'), '');
      else rmSync(join(line, 'cut'), { force: true });
    },
    count: (log) => {
      const path = join(line, log);
      return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
    },
  };
}

async function raceFor(ground: Ground): Promise<readonly (readonly Claim[])[]> {
  const { scratch, clones, env } = ground;
  const racers = clones.flatMap((place, clone) =>
    Array.from({ length: PROCESSES }, (_, i) => ({
      script: LOOP,
      env: {
        ...env,
        PLACE: place,
        // The same names in both clones: they are different workers all the same.
        JIT_AGENT_ID: `agent:w${i}`,
        ERRORS: `${scratch.beside}/errors-${clone}-${i}`,
      },
      unlocked: null,
    })),
  );
  const { said } = await race(scratch, racers);
  return said.map((lines) =>
    lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Claim),
  );
}

async function countLost(scratch: Scratch, place: string): Promise<number> {
  const query = ['--dir', place, 'events', 'query', '--event', 'lease.lost', '--json'];
  return JSON.parse((await scratch.run('jit', query)).stdout).events.length;
}

const errorFiles = ({ beside }: Scratch): readonly string[] =>
  readdirSync(beside)
    .filter((name) => name.startsWith('errors-'))
    .map((name) => join(beside, name));

const idsOf = (claims: readonly Claim[]): readonly string[] => claims.map(({ issue }) => issue.id).sort();

test('two clones race through a remote: each issue goes to exactly one process', async () => {
  const ground = await makeGround();
  const begun = performance.now();
  const claims = (await raceFor(ground)).flat();
  expect(idsOf(claims)).toEqual(ground.ids);
  expect(claims.every(({ lease }) => !lease.provisional)).toBe(true);
  // Without a push that the remote refused, the clones never met.
  expect(ground.count('refused')).toBeGreaterThan(0);
  report('two clones race through a remote', {
    processes: 2 * PROCESSES,
    issues: ISSUES,
    'refused pushes': ground.count('refused'),
    seconds: Math.round((performance.now() - begun) / 1000),
  });
}, 600_000);

test('the line is cut in the middle: claims are provisional, then settled, and nobody is left believing', async () => {
  const ground = await makeGround();
  const { scratch, clones, env } = ground;
  const watch = setInterval(() => {
    if (ground.count('claims') >= 2) ground.cut(true);
  }, 5);
  let claims: readonly (readonly Claim[])[];
  try {
    claims = await raceFor(ground);
  } finally {
    clearInterval(watch);
  }
  const provisional = claims.flat().filter(({ lease }) => lease.provisional);
  const perClone = [claims.slice(0, PROCESSES).flat(), claims.slice(PROCESSES).flat()].map(idsOf);
  const both = perClone[0]!.filter((id) => perClone[1]!.includes(id));
  // In one clone nothing is given twice, whatever the line does; without a claim that both made, nothing was shown.
  for (const ids of perClone) expect(new Set(ids).size).toBe(ids.length);
  expect(provisional.length).toBeGreaterThan(0);
  expect(both.length).toBeGreaterThan(0);

  ground.cut(false);
  // A process of the race may have been told already.
  const said = errorFiles(scratch).map((path) => readFileSync(path, 'utf8'));
  // A remote that was silent for long is left alone for a while, so that the next contact may come later than the next command.
  await expect
    .poll(
      async () => {
        let lost = 0;
        for (const place of clones) {
          const next = ['--dir', place, 'claim-next', '--to', 'agent:late'];
          said.push((await scratch.run('jit', next, { env })).stderr);
          lost += await countLost(scratch, place);
        }
        return lost;
      },
      { timeout: 180_000, interval: 500 },
    )
    .toBe(both.length);
  const holders = new Map<string, string[]>();
  for (const place of clones) {
    const inPlace = async <T>(words: readonly string[]): Promise<T> =>
      JSON.parse((await scratch.run('jit', ['--dir', place, ...words, '--json'], { env })).stdout) as T;
    const { issues } = await inPlace<{ issues: { id: string }[] }>(['query', 'state', 'in_progress']);
    for (const { id } of issues) holders.set(id, [...(holders.get(id) ?? []), place]);
    const { leases } = await inPlace<{ leases: { provisional: boolean }[] }>(['lease', 'list']);
    expect(leases.filter(({ provisional }) => provisional)).toEqual([]);
  }
  for (const [id, places] of holders) expect({ id, places: places.length }).toEqual({ id, places: 1 });
  expect([...holders.keys()].sort()).toEqual(ground.ids);
  for (const id of both) expect(said.join('\n')).toContain(`the claim of ${id.slice(-8)}`);
  report('the line to the remote is cut in the middle', {
    processes: 2 * PROCESSES,
    issues: ISSUES,
    'provisional claims': provisional.length,
    'claimed in both clones': both.length,
    'losers informed': both.length,
    'believing afterwards': 0,
  });
}, 600_000);
