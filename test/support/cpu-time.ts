/** Milliseconds of this process's processors that something took: unlike the clock, much the same on a busy machine. */
export function cpuTimeOf(act: () => unknown): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
