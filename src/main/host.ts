import type { Leases } from '../claims/leases.ts';
import type { Place, Supervised, Terminal } from '../cli/context.ts';
import type { Clock } from '../domain/clock.ts';
import type { Repository } from '../git/repository.ts';
import type { IndexUse } from '../store/files/files-store.ts';
import type { Store } from '../store/store.ts';

/** How a program is started. */
export interface Supervision {
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Its stdout goes to our stderr, because ours is for a document. */
  readonly quiet: boolean;
  /** Both have the same terminal, which sends its interrupt to both. */
  readonly sharesTerminal: boolean;
}

/** What is needed to understand a command line and to answer it. */
export interface Screen {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Omit<Terminal, 'color'>;
  /** Writes to stdout at once. Throws with `code` EPIPE when nobody reads any more. */
  out(text: string): void;
  err(text: string): void;
  /** Starts to listen for the user's interrupt, and is aborted by it; the reason is the exit code that it means. */
  interruption(): AbortSignal;
}

/** The process and the machine as the program sees them. Tests hand in their own. */
export interface Host extends Screen {
  /** The directory in which the command was started, also where the process is elsewhere by now. */
  readonly cwd: string;
  readonly clock: Clock;
  newId(): string;
  /** SHA-256 of a text, in hexadecimal. */
  digest(text: string): string;
  /** Shows where a long command is: on a terminal one line that is overwritten, elsewhere a plain line each. */
  progress(text: string): void;
  /** What starts this program again: a command and its first words. */
  readonly program: readonly [command: string, ...words: string[]];
  /** All of stdin. */
  readStdin(): string;
  /** Calls `act` when a signal is about to end the process; returns what stops that. A signal only comes in a pause. */
  beforeKill(act: () => void): () => void;
  /** Asks a person; only called on a terminal. */
  confirm(question: string): Promise<boolean>;
  /** The name of the user that the system knows; null where it knows none. */
  systemUser(): string | null;
  /** The number of this process. */
  readonly pid: number;
  /** Starts a program; see `Context.supervise`. */
  supervise(words: readonly string[], how: Supervision): Promise<Supervised>;
  /** What stands for a process of this machine; null where none has this number. */
  processToken(pid: number): string | null;
  /** `index`: whether what was read of the issues is kept; default `auto`. */
  openStore(place: Place, clock: Clock, index?: IndexUse): Store;
  /** `onSilence` is told of a remote that lets wait, and how many milliseconds are waited at most. */
  openLeases(
    place: Place,
    repository: Repository | null,
    clock: Clock,
    store: Store,
    onSilence?: (remote: string, longest: number) => void,
  ): Leases;
  /** A store that needs no place; otherwise it is searched for on the disk. */
  readonly place?: Place;
}
