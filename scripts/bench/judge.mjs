import { count, ratio } from './numbers.mjs';
import { CROWD_TARGET, MEMORY_TARGET, TARGET_SIZES, TARGETS } from './targets.mjs';

/**
 * Each target at each size that was measured: `reached` is null where it cannot be told, because there is no such setting, or
 * it was not measured, or it failed.
 */
export function judgeTargets(scenes) {
  return TARGETS.map(({ label, row, most }) => ({
    label,
    exists: row !== null,
    cells: TARGET_SIZES.map((size, place) => {
      const found = scenes.find((scene) => scene.size === size)?.rows[row];
      const median = found?.wall?.median ?? null;
      return { size, most: most[place], median, reached: median === null ? null : median <= most[place] };
    }),
  }));
}

/** What fell short, a sentence each. Nothing of what was not measured. */
export function listShortfalls(scenes) {
  const rows = judgeTargets(scenes).flatMap(({ label, cells }) => {
    const missed = cells.filter(({ reached }) => reached === false);
    const told = missed.map(
      ({ size, median, most }) => `${ratio(median)} for ${ratio(most)} at ${count(size)}`,
    );
    return missed.length === 0 ? [] : [`${label}: ${told.join(', ')}`];
  });
  const failures = scenes.flatMap(({ size, rows: found }) =>
    Object.entries(found).flatMap(([id, { failure }]) =>
      failure === undefined ? [] : [`${id} at ${count(size)} could not be measured: ${failure}`],
    ),
  );
  return [...rows, ...scenes.flatMap(judgeCrowd), ...scenes.flatMap(judgeMemory), ...failures];
}

function judgeCrowd({ size, crowd }) {
  if (!crowd) return [];
  const { rate, waits } = crowd;
  const where = `sixteen that claim, at ${count(size)}`;
  return [
    ...(rate.median >= CROWD_TARGET.rate
      ? []
      : [`${where}: ${ratio(rate.median)} of the rate, for ${CROWD_TARGET.rate}`]),
    ...(waits.worst <= CROWD_TARGET.wait
      ? []
      : [`${where}: a wait of ${ratio(waits.worst)} medians, for ${CROWD_TARGET.wait}`]),
  ];
}

function judgeMemory({ size, memory }) {
  if (size !== MEMORY_TARGET.size || memory?.ready === undefined) return [];
  const above = memory.ready - memory.base;
  if (above <= MEMORY_TARGET.megabytes) return [];
  return [
    `memory of \`query ready\` at ${count(size)}: ${above.toFixed(0)} MB above Node, for ${MEMORY_TARGET.megabytes}`,
  ];
}
