import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleProgram } from '../support/bundle.ts';
import { checkClaims } from '../support/claims-verdict.ts';
import { makeField } from '../support/field.ts';
import { type Racer, race } from '../support/race.ts';
import { report } from '../support/report.ts';
import { size } from '../support/size.ts';

// Many processes claim until nothing is ready. Each issue goes to exactly one of them, in one directory and over
// work trees of one repository, and nothing that somebody was told of is missing afterwards.

const TREES = size(2, 4);
const PLACES = { 'one directory': 0, [`${TREES} work trees`]: TREES };
const VARIANTS: Readonly<Record<string, Pick<Racer, 'unlocked' | 'pauses'>>> = {
  queueing: { unlocked: null },
  'without the lock': { unlocked: 1 },
  'with pauses': { unlocked: null, pauses: size(0.2, 0.05) },
};
const IDENTITIES = ['different identities', 'one shared identity'];

interface Proof {
  readonly name: string;
  readonly trees: number;
  readonly processes: number;
  readonly rounds: number;
  /** In each round. */
  readonly issues: number;
  readonly shared: boolean;
  readonly how: Pick<Racer, 'unlocked' | 'pauses'>;
  readonly script: string;
}

async function prove({ name, trees, processes, rounds, issues, shared, how, script }: Proof): Promise<void> {
  const field = await makeField({ trees, rounds, issues });
  const begun = performance.now();
  const names = Array.from({ length: processes }, (_, i) => (shared ? 'agent:shared' : `agent:w${i}`));
  const takeTurns = trees === 0 && how.unlocked === null;
  const racers = names.map((by, i) => ({
    ...how,
    takeTurns,
    script,
    env: {
      JIT_AGENT_ID: by,
      JIT_TEST_PLACES: JSON.stringify(field.placesOf(i)),
      PLACE: field.placesOf(i)[0]!,
      PROGRAM: program,
      ERRORS: `${field.scratch.beside}/errors-${i}`,
    },
  }));
  const { said, conflicts, leaseConflicts, lost, paused } = await race(field.scratch, racers, rounds);
  const seconds = Math.round((performance.now() - begun) / 1000);
  const winners = await checkClaims(field, said, names);
  // A run without a collision has shown nothing about it. Those who queue at the lock do not collide at the journal, nor at leases
  // unless somebody works in another tree.
  if (!takeTurns) expect(lost).toBeGreaterThan(0);
  if (!takeTurns) expect(leaseConflicts).toBeGreaterThan(0);
  if (how.unlocked !== null) expect(conflicts).toBeGreaterThan(0);
  if (how.pauses !== undefined && processes > 32) expect(paused).toBeGreaterThan(0);
  report(`race to claim: ${name}`, {
    processes,
    claims: rounds * issues,
    ...(rounds > 1 ? { rounds } : {}),
    'double claims': 0,
    'lost issues': 0,
    winners,
    'conflicts at the journal': conflicts,
    'conflicts at leases': leaseConflicts,
    'leases asked for in vain': lost,
    ...(how.pauses === undefined ? {} : { pauses: paused }),
    seconds,
  });
}

let program = '';
beforeAll(async () => {
  program = await bundleProgram('claim-until-nothing');
});
afterAll(() => rmSync(dirname(program), { recursive: true }));

const COMBINATIONS = Object.entries(PLACES).flatMap(([place, trees]) =>
  Object.entries(VARIANTS).flatMap(([variant, how]) =>
    IDENTITIES.map((identity) => ({ place, trees, variant, how, identity })),
  ),
);
// In small every other one: each place, each variant and both identities are among them.
const TRIED = size(
  COMBINATIONS.filter((_, i) => i % 4 === 0 || i % 4 === 3),
  COMBINATIONS,
);

// A claim reads every issue: all 3,200 in one store would cost hours and show no more. So the same processes meet again for every part.
test.each(TRIED)(
  'in $place, $variant, with $identity: each issue goes to exactly one',
  async ({ place, trees, variant, how, identity }) => {
    await prove({
      name: `${place}, ${variant}, ${identity}`,
      trees,
      processes: size(8, 64),
      rounds: size(1, 50),
      issues: size(24, 64),
      shared: identity === 'one shared identity',
      how,
      script: 'exec node "$PROGRAM"',
    });
  },
  3_600_000,
);

const LOOP = `
cd "$PLACE"
while true; do
  if claimed=$(jit claim-next --json 2>"$ERRORS"); then printf '%s\\n' "$claimed"
  else
    exit=$?
    [ $exit -eq 5 ] || { cat "$ERRORS" >&2; exit $exit; }
    break
  fi
done`;

// A process for each claim, as workers start them. Some do not queue.
test.each([
  { place: 'one directory', trees: 0, unlocked: null },
  { place: 'one directory', trees: 0, unlocked: 8 },
  { place: `${TREES} work trees`, trees: TREES, unlocked: 2 },
])(
  'in $place, a process for each claim, not queueing: one in $unlocked: each issue goes to exactly one',
  async ({ place, trees, unlocked }) => {
    await prove({
      name: `${place}, a process for each claim, ${unlocked === null ? 'queueing' : `one in ${unlocked} without queueing`}`,
      trees,
      processes: size(8, 32),
      rounds: 1,
      issues: size(24, 320),
      shared: false,
      how: { unlocked },
      script: LOOP,
    });
  },
  1_200_000,
);
