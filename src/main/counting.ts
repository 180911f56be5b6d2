import type { Counting } from '../cli/context.ts';
import type { Host } from './host.ts';

/** What is done sooner needs no word; and no eye follows more. Milliseconds. */
const SILENCE = 500;
const BETWEEN = 250;

const CLEAR = '\r\x1b[2K';

const NOTHING: Counting = { tell: () => undefined, end: () => {} };

/**
 * Shows on stderr how far a long command is, in one line that is overwritten; only on a terminal, and nothing where `quiet`. It is
 * taken away when all are done, and by a signal that ends the process. `elapsed`: milliseconds from some moment on.
 */
export function startCounting(
  host: Pick<Host, 'terminal' | 'err' | 'beforeKill'>,
  { what, quiet }: { readonly what: string; readonly quiet: boolean },
  elapsed: () => number = () => performance.now(),
): Counting {
  if (quiet || !host.terminal.stderr) return NOTHING;
  let next = elapsed() + SILENCE;
  // While something is shown.
  let deafen: (() => void) | null = null;
  const end = (): void => {
    if (deafen === null) return;
    deafen();
    deafen = null;
    host.err(CLEAR);
  };
  return {
    tell(done, total) {
      const now = elapsed();
      const isDue = now >= next;
      if (isDue) {
        next = now + BETWEEN;
        deafen ??= host.beforeKill(end);
        const text = `${what}: ${grouped(done)} of ${grouped(total)} issues`;
        host.err(`${CLEAR}${text.slice(0, host.terminal.columns - 1)}`);
      }
      if (deafen === null) return undefined;
      // What comes when all are done does not pause: a signal is to end it at once, and one that has come is not to be lost.
      if (done >= total) return pause().then(end);
      return isDue ? pause() : undefined;
    },
    end,
  };
}

/** Long enough for a signal to come. */
const pause = (): Promise<void> => new Promise((go) => setImmediate(go));

/** A whole number with a comma between thousands. */
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
