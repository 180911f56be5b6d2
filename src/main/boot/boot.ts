import { answerAtOnce, readAnswer } from './answers.ts';
import { callOf } from './call-of.ts';
import { openCodeCache } from './code-cache.ts';
import { makeLoader } from './load-chunks.ts';

/** A digest of the code that was built; scripts/build.mjs writes it in. */
declare const BUILD: string;

/** What calls a command, each between bars. It is written in as well. */
declare const CALLS: string;

/** What the program gets from whoever loaded it; `src/main/jit.ts` takes it. */
export interface Boot {
  /** A text that was rendered when jit was built; null where there is none of that name. */
  readAnswer(name: string): string | null;
  /** Is told of the exit code before the process ends. */
  atEnd(exit: number): void;
}

/** Of work that was done, and of workers who ask for it while there is none: both happen every day. */
const EVERYDAY_EXITS: readonly number[] = [0, 5];

/** This is bundled to dist/jit.cjs, the file that is installed as `jit`: one that loads it would cost half a millisecond. */
const dist = `${__dirname}/`;

const argv = process.argv.slice(2);
if (answerAtOnce(argv, dist)) process.exit(0);
const cache = openCodeCache(process, BUILD, callOf(argv, CALLS));
const load = makeLoader(`${dist}chunks/`, BUILD, cache);
const { start } = load('program.cjs') as { start(boot: Boot): void };
start({
  readAnswer: (name) => readAnswer(dist, name),
  atEnd: (exit) => {
    // What failed has mostly loaded what explains it at length: no command of every day should carry that.
    if (EVERYDAY_EXITS.includes(exit)) cache?.save();
  },
});
