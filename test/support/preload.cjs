// Loaded by `node --require` ahead of the real binary in the races, which so stays as it is shipped. It holds the
// process at a barrier until all have started, and counts in a file, a letter each, what shows that they met:
//   j  a commit found its number taken (EEXIST at the journal's link)
//   l  a grant found its number taken (EEXIST at the link of a lease)
//   r  a lease was asked for, and somebody else had it
//   p  the process was paused
// It forces collisions: the process stops right before the first link of a lease in each round until somebody else has taken the
// number, or stands before it as well. One process of so many, in the order in which they start (JIT_TEST_UNLOCKED), does so before every
// commit, and believes that it is always its turn at the lock. As long as no two have met, it waits for PATIENCE milliseconds, so that
// no speed of the machine decides whether they do; later for LONGEST, and so where nobody can come, because all take turns
// (JIT_TEST_TURNS).
// With JIT_TEST_PAUSES it stops the process with SIGSTOP in that share of all operations; test/support/race.ts wakes it.
const fs = require('node:fs');

const {
  JIT_TEST_COUNTS: counts,
  JIT_TEST_UNLOCKED: share,
  JIT_TEST_TURNS: turns,
  JIT_TEST_GATE: gate,
  JIT_TEST_PAUSES: pauses = '0',
} = process.env;
const PATIENCE = 60_000;
const LONGEST = 30;
const { linkSync, readdirSync, readFileSync, appendFileSync, existsSync } = fs;
let fresh = false;
const cell = new Int32Array(new SharedArrayBuffer(4));
const wait = (milliseconds) => Atomics.wait(cell, 0, 0, milliseconds);
const count = (letter) => appendFileSync(counts, letter);
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

const unlocked = share !== undefined && placeInLine() % Number(share) === 0;

/** How many processes started before this one. */
function placeInLine() {
  appendFileSync(`${gate}.started`, `${process.pid}\n`);
  return read(`${gate}.started`).split('\n').lastIndexOf(String(process.pid));
}

/** Waits for another at a number that is to be taken. */
function awaitRival(number, letter) {
  const place = `${gate}.at-${number.replace(/\W/g, '-').slice(-120)}`;
  appendFileSync(place, 'x');
  const patience = turns === 'all' || read(counts).includes(letter) ? LONGEST : PATIENCE;
  for (let waited = 0; waited < patience && !existsSync(number) && read(place).length < 2; waited += 2)
    wait(2);
}

const isJournal = (path) => path.includes('/local/journal/');
const leaseOf = (path) => /\/leases\/([0-9A-Z]{26})(?:\/\d+)?$/.exec(path)?.[1];

// When the process is paused in this operation: after the link of a lease, after that of the journal, or after so many
// milliseconds; null: not at all.
let planned = null;
let begun = 0;
let lasted = 100;

function stop() {
  planned = null;
  const milliseconds = 50 + Math.floor(Math.random() * 450);
  count('p');
  appendFileSync(`${gate}.pauses`, `${process.pid} ${milliseconds}\n`);
  process.kill(process.pid, 'SIGSTOP');
  appendFileSync(`${gate}.pauses`, `${process.pid} awake\n`);
}

const passBy = () => {
  if (typeof planned === 'number' && performance.now() - begun >= planned) stop();
};

// A lease that is looked at twice in a row (to claim it), and then left without a link, was somebody else's.
let asked = { id: undefined, looks: 0, won: false };
const settle = (id) => {
  if (asked.id !== undefined && asked.looks > 1 && !asked.won) count('r');
  asked = { id, looks: 0, won: false };
};

function beginOperation() {
  settle(undefined);
  const now = performance.now();
  if (begun > 0) lasted = now - begun;
  begun = now;
  const dice = Math.random() * 3;
  if (Math.random() >= Number(pauses)) planned = null;
  else planned = dice < 1 ? 'lease' : dice < 2 ? 'journal' : (dice - 2) * lasted;
}

for (const name of ['openSync', 'closeSync', 'renameSync', 'unlinkSync', 'fsyncSync', 'writeSync']) {
  const original = fs[name];
  fs[name] = (...words) => {
    passBy();
    return original(...words);
  };
}

fs.readdirSync = (path, ...rest) => {
  passBy();
  const id = leaseOf(String(path));
  if (id !== undefined) {
    if (id !== asked.id) settle(id);
    asked.looks += 1;
  }
  return readdirSync(path, ...rest);
};

fs.linkSync = (from, to) => {
  const lease = leaseOf(to);
  if (unlocked && to.endsWith('/local/lock')) return undefined;
  if ((unlocked && isJournal(to)) || (fresh && lease !== undefined)) {
    if (lease !== undefined) fresh = false;
    awaitRival(to, lease === undefined ? 'j' : 'l');
  }
  passBy();
  try {
    linkSync(from, to);
  } catch (error) {
    if (error.code === 'EEXIST' && isJournal(to)) count('j');
    if (error.code === 'EEXIST' && lease !== undefined) count('l');
    throw error;
  }
  if (lease !== undefined && lease === asked.id) asked.won = true;
  if ((planned === 'lease' && lease !== undefined) || (planned === 'journal' && isJournal(to))) stop();
};

// Once in every process; a program that works in rounds meets the others before each of them.
function meet(round) {
  if (existsSync(`${gate}-${round}`)) return;
  fresh = true;
  appendFileSync(`${gate}-${round}.waiting`, 'w');
  while (!existsSync(`${gate}-${round}`)) wait(20);
}

process.on('jit-operation', beginOperation);
process.on('jit-round', meet);
process.on('exit', () => settle(undefined));
meet(1);
beginOperation();
