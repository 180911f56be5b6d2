// Loaded by `node --require` ahead of the real binary: when that ends, what it has loaded goes to the file JIT_TEST_LOADS: `files`, and the
// `builtIns` that were not there at its start (`atStart`).
const fs = require('node:fs');

const named = () =>
  process.moduleLoadList.filter((name) => name.startsWith('NativeModule ')).map((name) => name.slice(13));
const atStart = named();

// Chunks are loaded by src/main/boot/load-chunks.ts, which reads them itself.
const { readFileSync } = fs;
const read = [];
fs.readFileSync = (file, ...how) => {
  if (/\.(?:cjs|txt)$/.test(String(file))) read.push(String(file));
  return readFileSync(file, ...how);
};

process.on('exit', () => {
  const builtIns = named().filter((name) => !atStart.includes(name) && !name.startsWith('internal/'));
  const required = Object.keys(require.cache).filter((file) => file !== __filename);
  const files = [...new Set([...required, ...read])];
  const text = JSON.stringify({ atStart, builtIns, files });
  fs.writeFileSync(process.env.JIT_TEST_LOADS, text);
});
