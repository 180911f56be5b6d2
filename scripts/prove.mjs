// Runs all tests at full size and writes docs/proofs.md: what ran, sizes, seeds, results. `npm run prove -- PATH…` runs
// only those tests, and prints the table instead.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const paths = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'jit-prove-'));
const proofs = join(directory, 'proofs.jsonl');

const INDEXES = {
  always: 'with an index of every store of files (`JIT_INDEX=always`)',
  never: 'without any (`JIT_INDEX=never`)',
};

const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const begun = Date.now();
const whole = runTests({ JIT_PROVE: '1', JIT_PROOFS: proofs });
const minutes = Math.round((Date.now() - begun) / 60_000);
// Otherwise small stores have no index, and large ones have one.
const again = paths.length > 0 ? [] : Object.entries(INDEXES).map(runAgain);
const page = describe(whole.results, readProofs(), minutes, again);
rmSync(directory, { recursive: true, force: true });
if (paths.length > 0) console.log(page);
else writeFileSync(new URL('docs/proofs.md', root), page);
process.exit([whole, ...again].find(({ status }) => status !== 0)?.status ?? 0);

function runAgain([use, how]) {
  return { how: ` ${how}`, ...runTests({ JIT_INDEX: use }) };
}

/** Runs the tests with what is added to the environment. `status` as of a process; 1 where a signal ended it. */
function runTests(added) {
  const file = join(directory, `results-${Object.values(added)[0]}.json`);
  const { status } = spawnSync(
    process.execPath,
    [
      fileURLToPath(new URL('node_modules/vitest/vitest.mjs', root)),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...paths,
    ],
    { cwd: root, stdio: 'inherit', env: { ...env, ...added } },
  );
  if (!existsSync(file)) throw new Error('the tests did not run to their end');
  return { status: status ?? 1, results: JSON.parse(readFileSync(file, 'utf8')) };
}

function readProofs() {
  if (!existsSync(proofs)) return [];
  const lines = readFileSync(proofs, 'utf8').trimEnd().split('\n');
  // Test files run side by side: sorted, the page only changes where a result did.
  return lines.map((line) => JSON.parse(line)).sort((a, b) => (a.proof < b.proof ? -1 : 1));
}

function describe(whole, reported, minutes, again) {
  const runs = [{ results: whole, how: '' }, ...again];
  const failed = runs.flatMap(({ results, how }) => failedIn(results).map((name) => `- ${name}${how}`));
  const everyTest = runs.every(({ results }) => results.success) ? 'Every test' : 'Not every test';
  return `${[
    '# What was proven',
    '',
    '`npm run prove` runs every test at full size and writes this page. `npm test` runs the same code at a smaller size.',
    '',
    `${everyTest} passed. ${count(whole)}.`,
    '',
    `Run on ${new Date().toISOString().slice(0, 10)}, with Node ${process.versions.node} on ${process.platform}, ${availableParallelism()} processors, in ${minutes} minutes. Durations below are in seconds, from this run.`,
    '',
    ...(again.length === 0 ? [] : ['Every test ran again at the smaller size:', '']),
    ...again.map(({ results, how }) => `-${how}: ${count(results)}`),
    ...(again.length === 0 ? [] : ['']),
    '| proof | figures |',
    '|---|---|',
    ...reported.map(describeProof),
    ...(failed.length === 0 ? [] : ['', '## Failed', '', ...failed]),
  ].join('\n')}\n`;
}

function count({ numPassedTests, numFailedTests, numPendingTests, testResults }) {
  return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped, in ${testResults.length} files`;
}

function failedIn({ testResults }) {
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter((test) => test.status === 'failed').map((test) => test.fullName),
  );
}

function describeProof({ proof, size, ...figures }) {
  const shown = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  const cells = [proof, [...(size === 'full' ? [] : ['small size']), ...shown].join(', ')];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
