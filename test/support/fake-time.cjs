// Loaded by `node --require` ahead of the real binary: what a process believes of the time and of the machine.
// JIT_TEST_WALL: milliseconds by which its wall clock is wrong; with `~` in front it jumps back and forth by as much at each look.
// JIT_TEST_BOOT: another name of the boot, as after a restart of the machine.
const fs = require('node:fs');

const { JIT_TEST_WALL: wall, JIT_TEST_BOOT: boot } = process.env;

if (wall !== undefined) {
  const jumps = wall.startsWith('~');
  const by = Number(wall.replace('~', ''));
  const RealDate = Date;
  let looks = 0;
  const now = () => RealDate.now() + (jumps && looks++ % 2 === 0 ? -by : by);
  globalThis.Date = class extends RealDate {
    constructor(...words) {
      super(...(words.length === 0 ? [now()] : words));
    }
    static now = now;
  };
}

if (boot !== undefined) {
  const read = fs.readFileSync;
  fs.readFileSync = (path, ...words) =>
    path === '/proc/sys/kernel/random/boot_id' ? `${boot}\n` : read(path, ...words);
}
