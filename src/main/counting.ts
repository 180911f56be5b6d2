import type { Counting } from '../cli/context.ts';
import type { Host } from './host.ts';

/** What is done sooner needs no word; and no eye follows more. Milliseconds. */
const SILENCE = 500;
const BETWEEN = 250;

const NOTHING: Counting = { tell: () => {}, end: () => {} };

/**
 * Shows on stderr how far a long command is, in one line that is overwritten; only on a terminal, and nothing where `quiet`. `elapsed`:
 * milliseconds from some moment on.
 */
export function startCounting(
  host: Pick<Host, 'terminal' | 'err'>,
  { what, quiet }: { readonly what: string; readonly quiet: boolean },
  elapsed: () => number = () => performance.now(),
): Counting {
  if (quiet || !host.terminal.stderr) return NOTHING;
  let next = elapsed() + SILENCE;
  let shown = false;
  return {
    tell(done, total) {
      const now = elapsed();
      if (now < next) return;
      next = now + BETWEEN;
      shown = true;
      const text = `${what}: ${grouped(done)} of ${grouped(total)} issues`;
      host.err(`\r\x1b[2K${text.slice(0, host.terminal.columns - 1)}`);
    },
    end() {
      if (shown) host.err('\r\x1b[2K');
      shown = false;
    },
  };
}

/** A whole number with a comma between thousands. */
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
