// Loaded by `node --require` ahead of the real binary in the races, which so stays as it is shipped. It holds the
// process at a barrier until all have started, and counts the commits that find their number taken. In one process of so many it
// forces them: the process believes that it is its turn, and stops right before the commit point for as long as
// nobody else has taken the number, at most LONGEST.
const fs = require('node:fs');

const { JIT_TEST_CONFLICTS: conflicts, JIT_TEST_UNLOCKED: share, JIT_TEST_GATE: gate } = process.env;
const unlocked = share !== undefined && process.pid % Number(share) === 0;
const LONGEST = 30;
const link = fs.linkSync;
const cell = new Int32Array(new SharedArrayBuffer(4));
const pause = (milliseconds) => Atomics.wait(cell, 0, 0, milliseconds);

fs.linkSync = (from, to) => {
  if (unlocked) {
    if (to.endsWith('/local/lock')) return undefined;
    for (let waited = 0; waited < LONGEST && !fs.existsSync(to); waited += 2) pause(2);
  }
  try {
    return link(from, to);
  } catch (error) {
    if (error.code === 'EEXIST' && to.includes('/local/journal/')) fs.appendFileSync(conflicts, 'c');
    throw error;
  }
};

if (!fs.existsSync(gate)) {
  fs.appendFileSync(`${gate}.waiting`, 'w');
  while (!fs.existsSync(gate)) pause(2);
}
