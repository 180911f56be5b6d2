import { parseArgs } from 'node:util';
import { ALL_IDS } from './rows.mjs';

export const HELP = `npm run bench -- [options]

  --sizes N,…       stores of so many issues (100,1000,10000,100000)
  --commands ID,…   only these: ${ALL_IDS.join(', ')}
  --rounds N        how often each is measured (15)
  --seconds N       a command that has taken so long at one size is not measured again (20)
  --peers           other trackers, too: installs them from npm the first time
  --quick           small, in under a minute; only prints
  --profile         where the time of starting goes, at the first of the sizes (100): only prints, see docs/start-up.md
  --help

Without --quick and --commands it writes docs/benchmarks.md and docs/benchmarks.svg.
`;

const FULL = {
  sizes: [100, 1000, 10_000, 100_000],
  rounds: 15,
  seconds: 20,
  deadline: Number.POSITIVE_INFINITY,
};
/** Less than a minute: the deadline is for all measurements, and what runs then runs to its end. Milliseconds. */
const QUICK = { sizes: [100, 1000], rounds: 5, seconds: 3, deadline: 40_000 };

/** What the words of the command line ask for. Throws with a message for people. */
export function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      sizes: { type: 'string' },
      commands: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      peers: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { quick, profile, peers, help } = values;
  const defaults = quick ? QUICK : FULL;
  const commands = values.commands?.split(',') ?? null;
  const unknown = commands?.find((id) => !ALL_IDS.includes(id));
  if (unknown !== undefined) throw new Error(`--commands: ${unknown} is none of ${ALL_IDS.join(', ')}`);
  return {
    quick,
    profile,
    peers,
    help,
    commands,
    sizes: values.sizes?.split(',').map((text) => count('--sizes', text, 50)) ?? defaults.sizes,
    rounds: values.rounds === undefined ? defaults.rounds : count('--rounds', values.rounds, 1),
    seconds: values.seconds === undefined ? defaults.seconds : count('--seconds', values.seconds, 1),
    deadline: defaults.deadline,
  };
}

function count(option, text, least) {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`${option}: ${text} is not a whole number from ${least} up`);
}
