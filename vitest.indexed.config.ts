import { defineConfig } from 'vitest/config';
import everyday from './vitest.config.ts';

// `npm run test:indexed`: what works on stores, once more on stores of files that all have an index, however few issues they have.
// `npm run prove` runs all tests that way.
export default defineConfig({
  test: {
    ...everyday.test,
    env: { ...everyday.test?.env, JIT_INDEX: 'always' },
    include: [
      'test/cli/**/*.test.ts',
      'test/operations/*.test.ts',
      'test/store/faults/*.test.ts',
      // test/store/files/index, the conformance suite and the comparison of stores say themselves what index they want.
      'test/store/files/{problems,read-histories,turn}.test.ts',
      'test/store/revision/*.test.ts',
      'test/end-to-end/{kept-index,git-moves,race}.test.ts',
    ],
    exclude: [
      // Words and texts: no store is asked.
      'test/cli/{commands,completion,help,hostile-text,parse,parse-like-yargs}.test.ts',
      // What they are about lies beside the store, and they take their time.
      'test/cli/{git-setup,git-setup-log,mutated-files}.test.ts',
      // They look at commits, or at single files: an index is not asked.
      'test/cli/{at,diff,git-diff,log,merge,merge-*,validate-against}.test.ts',
      // After a power cut an index of before is not looked at; test/store/files/index/power.test.ts holds that.
      'test/store/faults/power.test.ts',
    ],
  },
});
