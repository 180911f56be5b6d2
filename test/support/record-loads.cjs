// Loaded by `node --require` ahead of the real binary: when that ends, what it has loaded goes to the file JIT_TEST_LOADS: `files`, and the
// `builtIns` that were not there at its start (`atStart`).
const named = () =>
  process.moduleLoadList.filter((name) => name.startsWith('NativeModule ')).map((name) => name.slice(13));
const atStart = named();

process.on('exit', () => {
  const builtIns = named().filter((name) => !atStart.includes(name) && !name.startsWith('internal/'));
  const files = Object.keys(require.cache).filter((file) => file !== __filename);
  const text = JSON.stringify({ atStart, builtIns, files });
  require('node:fs').writeFileSync(process.env.JIT_TEST_LOADS, text);
});
