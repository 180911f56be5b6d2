// Loaded by `node --require` ahead of the real binary: lets it believe that each look at its clock is a second later, so that it shows
// how far it is, and sends it JIT_TEST_SIGNAL as soon as it has.
const fs = require('node:fs');

const { writeSync } = fs;
let now = 0;
performance.now = () => {
  now += 1000;
  return now;
};
fs.writeSync = (descriptor, bytes, ...rest) => {
  const written = writeSync(descriptor, bytes, ...rest);
  if (descriptor === 2 && /: \d+ of \d+ issues$/.test(Buffer.from(bytes).toString()))
    process.kill(process.pid, process.env.JIT_TEST_SIGNAL);
  return written;
};
