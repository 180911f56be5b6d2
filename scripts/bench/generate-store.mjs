import { recordIssue } from './issue-record.mjs';
import { makeDraw } from './random.mjs';
import { drawDescription, drawRemark, drawTitle, LABELS } from './texts.mjs';

// A project is played through: issues are created one after another, and workers finish them in that order, some way behind.
// So files and log fit together, as jit would have left them, and `jit validate` finds nothing.

const START = Date.UTC(2026, 0, 5, 8);
/** Milliseconds between two steps of the play. */
const STEP = 60_000;
/** An issue is taken up after so many others were created. */
const LAG = 20;
/** Of all issues, the older ones, which are done. Of the others only a few are. */
const FINISHED_PART = 0.58;
const GATES = ['review', 'unit-tests', 'integration-tests', 'security-scan'];
const AGENTS = Array.from({ length: 12 }, (_, i) => `agent:worker-${i + 1}`);

/**
 * A store of so many issues: 60% done, 0 to 3 dependencies each, gates, labels, comments. The same for the same seed.
 * `issues`: the contents of their files. `events`: the lines of the log. `changed`: issues and lines of a branch that goes on
 * from there and changes one issue in a hundred.
 */
export function generateStore({ size, seed }) {
  const draw = makeDraw(seed);
  const log = [];
  const records = [];
  /** By number: how many dependencies are not done yet, and who waits for it. */
  const open = [];
  const dependents = [];
  for (let step = 0; step < size + LAG; step += 1) {
    const now = START + step * STEP;
    if (step < size) records.push(createIssue(step));
    if (step >= LAG) workOn(step - LAG, now + STEP / 2);
  }
  const issues = records.map(({ issue }) => issue);
  return { issues, events: [...log], changed: changeSome(log.length) };

  function createIssue(number) {
    const ms = START + number * STEP;
    const needs = drawDependencies(number);
    const unfinished = needs.filter((other) => records[other].issue.state !== 'done');
    for (const other of unfinished) dependents[other].push(number);
    open.push(unfinished.length);
    dependents.push([]);
    const held = number > size * FINISHED_PART && draw.chance(0.03);
    return recordIssue(draw, log, ms, {
      title: drawTitle(draw, number + 1),
      description: drawDescription(draw),
      state: held || unfinished.length > 0 ? 'backlog' : 'ready',
      hold: held ? { reason: 'waits for a decision' } : null,
      priority: draw.of(['low', 'normal', 'normal', 'normal', 'high', 'critical']),
      labels: sample(LABELS, draw.below(4)),
      milestone: draw.chance(0.2) ? `v${1 + draw.below(4)}` : null,
      dependencies: needs.map((other) => records[other].issue.id).sort(),
      gates_required: draw.chance(0.3) ? sample(GATES, 1 + draw.below(2)) : [],
      created_by: draw.of(['human:lead', ...AGENTS]),
    });
  }

  /** Most near ones, as in real plans. */
  function drawDependencies(number) {
    const wanted = Math.min(number, draw.of([0, 0, 1, 1, 2, 3]));
    const reach = draw.chance(0.8) ? Math.min(number, 50) : number;
    return [...new Set(Array.from({ length: wanted }, () => number - 1 - draw.below(reach)))];
  }

  function workOn(number, ms) {
    const record = records[number];
    const finished = number < size * FINISHED_PART;
    const fate = draw.below(100);
    if (record.issue.state !== 'ready' || (!finished && fate >= 25)) return;
    const worker = draw.of(AGENTS);
    record.apply('issue.claimed', worker, ms, { state: 'in_progress', assignee: worker, claim_epoch: 1 });
    if (draw.chance(0.5)) record.comment(worker, ms + 1000, drawRemark(draw));
    if (!finished && fate < 6) return;
    const gates = record.issue.gates_required;
    if (gates.length > 0) record.apply('issue.gated', worker, ms + 2000, { state: 'gated' });
    if (!finished && gates.length > 0) return;
    for (const gate of gates) record.passGate(gate, 'human:reviewer', ms + 3000);
    record.complete(gates.length > 0 ? 'human:reviewer' : worker, ms + 3000);
    for (const other of dependents[number]) promote(other, worker, ms + 3000);
  }

  function promote(number, by, ms) {
    open[number] -= 1;
    const record = records[number];
    if (open[number] === 0 && record.issue.hold === null)
      record.apply('issue.ready', by, ms, { state: 'ready' }, true);
  }

  function sample(list, count) {
    return [...new Set(Array.from({ length: count }, () => draw.of(list)))].sort();
  }

  function changeSome(from) {
    const ms = START + (size + LAG) * STEP;
    const chosen = records.filter((_, number) => number % 100 === 50).map((record) => record.copy());
    for (const record of chosen) {
      const priority = record.issue.priority === 'high' ? 'low' : 'high';
      record.apply('issue.updated', 'human:lead', ms, { priority });
    }
    return { issues: chosen.map(({ issue }) => issue), events: log.slice(from) };
  }
}
