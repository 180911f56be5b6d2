// Loaded by `node --require` ahead of the real binary: as soon as it goes from the directory in which it was started into another one,
// the first is removed.
const { rmdirSync } = require('node:fs');

const start = process.cwd();
const { chdir } = process;
process.chdir = (directory) => {
  chdir(directory);
  if (directory === start) return;
  process.chdir = chdir;
  rmdirSync(start);
};
