import { count, ratio } from './numbers.mjs';
import {
  CROWD_TARGET,
  DEAD_LOCK_TARGET,
  IN_PROCESS_TARGET,
  MEMORY_TARGET,
  PEER_TARGET,
  TARGET_SIZES,
  TARGETS,
} from './targets.mjs';

/**
 * Each target at each size that was measured: `reached` is null where it cannot be told: because
 * it was not measured, or it failed.
 */
export function judgeTargets(scenes) {
  return TARGETS.map(({ label, row, most }) => ({
    label,
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
  const others = [judgeCrowd, judgeDeadLock, judgeMemory, judgeInProcess, judgePeers];
  return [...rows, ...others.flatMap((judge) => scenes.flatMap(judge)), ...failures];
}

function judgeCrowd({ size, crowd }) {
  if (!crowd) return [];
  const where = `sixteen that claim, at ${count(size)}`;
  if (crowd.failure !== undefined) return [`${where}: ${crowd.failure}`];
  const { rate, waits, failed } = crowd;
  return [
    ...(failed === 0 ? [] : [`${where}: ${failed} claims failed`]),
    ...(rate.median >= CROWD_TARGET.rate
      ? []
      : [`${where}: ${ratio(rate.median)} of the rate, for ${CROWD_TARGET.rate}`]),
    ...(waits.worst <= CROWD_TARGET.wait
      ? []
      : [`${where}: a wait of ${ratio(waits.worst)} medians, for ${CROWD_TARGET.wait}`]),
  ];
}

/** Milliseconds by which a lock of a dead owner delays a command; null where that was not measured. */
export const deadLockDelay = ({ rows }) => rows['dead-lock']?.later?.median ?? null;

function judgeDeadLock(scene) {
  const delay = deadLockDelay(scene);
  if (delay === null || delay <= DEAD_LOCK_TARGET) return [];
  return [
    `a lock whose owner was killed, at ${count(scene.size)}: ${delay.toFixed(0)} ms later, for ${DEAD_LOCK_TARGET}`,
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

function judgeInProcess({ size, inProcess }) {
  if (size !== IN_PROCESS_TARGET.size || !inProcess) return [];
  const slow = Object.entries({
    'which issues are ready': inProcess.ready,
    'the cycle check': inProcess.cycle,
  });
  return slow.flatMap(([what, ms]) =>
    ms <= IN_PROCESS_TARGET.milliseconds
      ? []
      : [`in process, ${what} at ${count(size)}: ${ms.toFixed(0)} ms, for ${IN_PROCESS_TARGET.milliseconds}`],
  );
}

function judgePeers({ size, rows, peers }) {
  if (size < PEER_TARGET || !peers) return [];
  return Object.entries(peers).flatMap(([peer, results]) =>
    Object.entries(results).flatMap(([command, { wall }]) => {
      const own = rows[command]?.wall;
      if (wall === undefined || own === undefined || own.median < wall.median) return [];
      return [
        `${peer} is faster at \`${command}\` at ${count(size)}: ${ratio(wall.median)}, jit ${ratio(own.median)}`,
      ];
    }),
  );
}
