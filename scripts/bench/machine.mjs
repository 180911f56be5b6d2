import { statfsSync } from 'node:fs';
import { availableParallelism, loadavg, release, type } from 'node:os';

const FILE_SYSTEMS = {
  61267: 'ext4',
  16914836: 'tmpfs',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  2035054128: 'overlay',
};

/** What the measurements were made on. `load`: of the last minute, before they begin. */
export function describeMachine(dir) {
  const [load] = loadavg();
  return {
    system: `${type()} ${release().split('-')[0]}`,
    node: process.versions.node,
    processors: availableParallelism(),
    fileSystem: FILE_SYSTEMS[statfsSync(dir).type] ?? 'an unknown file system',
    load: load.toFixed(1),
    busy: load > availableParallelism() / 2,
  };
}
