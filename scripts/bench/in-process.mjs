import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { makeDraw } from './random.mjs';
import { summarize } from './statistics.mjs';

const DOMAIN = fileURLToPath(new URL('../../src/domain/', import.meta.url));
const RUNS = 7;

/**
 * What the rules alone take for so many issues with three dependencies each, in milliseconds of this process's processor time, which a busy
 * machine changes least: building the graph, whether a new edge closes a cycle, and which issues are ready.
 */
export async function measureInProcess(size, dir) {
  const { buildGraph, findPath, deriveState } = await loadDomain(dir);
  const issues = makeIssues(size);
  const byId = new Map(issues.map((issue) => [issue.id, issue]));
  const now = '2026-01-05T08:00:00.000Z';
  const graph = buildGraph(issues);
  // The newest issue stands on nearly all others, and on the lonely one not at all: the whole graph is walked.
  const [newest, lonely] = [issues.at(-2).id, issues.at(-1).id];
  const dependencyOf = (id) => byId.get(id);
  return {
    build: cpuTimeOf(() => buildGraph(issues)),
    cycle: cpuTimeOf(() => findPath(graph, newest, lonely)),
    ready: cpuTimeOf(() => issues.filter((issue) => deriveState(issue, dependencyOf, now) === 'ready')),
  };
}

async function loadDomain(dir) {
  const entry = 'bench-domain';
  const names = { buildGraph: 'graph', findPath: 'graph', deriveState: 'readiness' };
  const lines = Object.entries(names).map(([name, file]) => `export { ${name} } from '${DOMAIN}${file}.ts';`);
  const bundle = await rolldown({
    input: entry,
    platform: 'node',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? lines.join('\n') : null),
      },
    ],
  });
  const file = join(dir, `domain-${process.pid}.mjs`);
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  const domain = await import(pathToFileURL(file).href);
  rmSync(file);
  return domain;
}

function makeIssues(size) {
  const draw = makeDraw(size);
  const ids = Array.from({ length: size }, (_, place) => draw.ulid(place));
  return ids.map((id, place) => {
    const needed = place === 0 || place === size - 1 ? [] : [place - 1, draw.below(place), draw.below(place)];
    const dependencies = [...new Set(needed)].map((other) => ids[other]);
    const done = place < size * 0.6;
    const completed_at = done ? '2026-01-05T08:00:00.000Z' : null;
    return { id, dependencies, state: done ? 'done' : 'backlog', hold: null, completed_at };
  });
}

function cpuTimeOf(act) {
  const times = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage();
    act();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return summarize(times).median;
}
