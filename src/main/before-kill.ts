const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Calls `act` when a signal is about to end this process; then it ends by that signal, as if nobody had listened. Returns what stops
 * the listening. A signal only comes where the process waits, so whoever works on without a pause can no longer be interrupted.
 */
export function beforeKill(act: () => void): () => void {
  const stop = (): void => {
    for (const signal of SIGNALS) process.removeListener(signal, end);
  };
  const end = (signal: NodeJS.Signals): void => {
    stop();
    act();
    // Somebody else who listens has heard it, too, and decides.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, end);
  return stop;
}
