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
const results = join(directory, 'results.json');

const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const begun = Date.now();
const { status } = spawnSync(
  process.execPath,
  [
    fileURLToPath(new URL('node_modules/vitest/vitest.mjs', root)),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...paths,
  ],
  { cwd: root, stdio: 'inherit', env: { ...env, JIT_PROVE: '1', JIT_PROOFS: proofs } },
);
const page = describe(readResults(), readProofs(), Math.round((Date.now() - begun) / 60_000));
rmSync(directory, { recursive: true, force: true });
if (paths.length > 0) console.log(page);
else writeFileSync(new URL('docs/proofs.md', root), page);
process.exit(status ?? 1);

function readResults() {
  if (!existsSync(results)) throw new Error('the tests did not run to their end');
  return JSON.parse(readFileSync(results, 'utf8'));
}

function readProofs() {
  if (!existsSync(proofs)) return [];
  const lines = readFileSync(proofs, 'utf8').trimEnd().split('\n');
  // Test files run side by side: sorted, the page only changes where a result did.
  return lines.map((line) => JSON.parse(line)).sort((a, b) => (a.proof < b.proof ? -1 : 1));
}

function describe({ numPassedTests, numFailedTests, numPendingTests, testResults }, reported, minutes) {
  const failed = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter((test) => test.status === 'failed').map((test) => test.fullName),
  );
  const notLoaded = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const outcome = failed.length + notLoaded.length === 0 ? 'Every test passed.' : 'Not every test passed.';
  return `${[
    '# What was proven',
    '',
    '`npm run prove` runs every test at full size and writes this page. `npm test` runs the same code at a smaller size.',
    '',
    `${outcome} ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped, in ${testResults.length} files.`,
    '',
    `Run on ${new Date().toISOString().slice(0, 10)}, with Node ${process.versions.node} on ${process.platform}, ${availableParallelism()} processors, in ${minutes} minutes. Durations below are in seconds, from this run.`,
    '',
    '| proof | figures |',
    '|---|---|',
    ...reported.map(describeProof),
    ...(failed.length === 0 ? [] : ['', '## Failed', '', ...failed.map((name) => `- ${name}`)]),
  ].join('\n')}\n`;
}

function describeProof({ proof, size, ...figures }) {
  const shown = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  const cells = [proof, [...(size === 'full' ? [] : ['small size']), ...shown].join(', ')];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
