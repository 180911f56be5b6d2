// Loaded by `node --require` ahead of a program: when that ends, its peak memory in KB goes to a file.
process.on('exit', () => {
  require('node:fs').writeFileSync(process.env.JIT_BENCH_MEMORY, String(process.resourceUsage().maxRSS));
});
