// Loaded by `node --require` ahead of jit: adds up how long it reads code, compiles it, runs its top level, and is at files.
// Prints milliseconds as JSON to the file JIT_BENCH_PROFILE. What jit calls is found where it looks it up: as properties of `fs` and `vm`.
const fs = require('node:fs');
const vm = require('node:vm');

const { readFileSync, writeFileSync } = fs;
const sums = { kept: 0, source: 0, compile: 0, top: 0, files: 0, calls: 0 };
/** How long what is under way has spent in what is counted apart. */
let within = 0;
let kept = null;

const now = () => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
};

/** Adds what the call takes to a sum, but for what is counted apart in it. */
function timed(name, call) {
  const outer = within;
  within = 0;
  const begun = now();
  try {
    return call();
  } finally {
    const took = now() - begun;
    sums[name] += took - within;
    within = outer + took;
  }
}

const isKept = (file) => String(file).endsWith('.bin');
const isChunk = (file) => String(file).endsWith('.cjs');

for (const name of Object.keys(fs).filter((each) => each.endsWith('Sync'))) {
  const original = fs[name];
  fs[name] = (...words) => {
    const [first] = words;
    if (name === 'readFileSync' && isChunk(first)) return timed('source', () => original(...words));
    if (isKept(first) || (kept !== null && first === kept)) {
      const found = timed('kept', () => original(...words));
      if (name === 'openSync') kept = found;
      if (name === 'closeSync') kept = null;
      return found;
    }
    sums.calls += 1;
    return timed('files', () => original(...words));
  };
}

const { Script } = vm;
vm.Script = class extends Script {
  constructor(...words) {
    const begun = now();
    super(...words);
    sums.compile += now() - begun;
    within += now() - begun;
  }
  runInThisContext(...words) {
    const chunk = super.runInThisContext(...words);
    return function (...given) {
      return timed('top', () => chunk.apply(this, given));
    };
  }
};

const begun = now();
process.on('exit', () => {
  const total = now() - begun;
  const parts = sums.kept + sums.source + sums.compile + sums.top + sums.files;
  writeFileSync(process.env.JIT_BENCH_PROFILE, JSON.stringify({ ...sums, total, rest: total - parts }));
});
// The first call of each is longer than the others, and not to be counted.
readFileSync(__filename);
timed('rest', () => {});
