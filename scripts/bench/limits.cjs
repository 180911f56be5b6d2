// What the machine lets nobody go below: node limits.cjs stat|parse|fsync DIRECTORY-OF-ISSUES.
const fs = require('node:fs');

const [what, directory] = process.argv.slice(2);
process.chdir(directory);

if (what === 'fsync') {
  // As much as a command writes: an issue of 1 KB, a line of the log; each on the disk before it ends.
  writeDurably('../../limit-issue', 'w', 'x'.repeat(1024));
  writeDurably('../../limit-log', 'a', 'x'.repeat(512));
  console.log('written');
} else {
  const names = fs.readdirSync('.').filter((name) => name.endsWith('.json'));
  let total = 0;
  for (const name of names) {
    if (what === 'stat') total += fs.statSync(name).size;
    else total += JSON.parse(fs.readFileSync(name, 'utf8')).title.length;
  }
  console.log(total);
}

function writeDurably(path, flags, text) {
  const file = fs.openSync(path, flags);
  fs.writeSync(file, text);
  fs.fsyncSync(file);
  fs.closeSync(file);
}
