import type { Session } from '../operations/session.ts';

/** All that a command gets from the outside: nothing else reads the environment, the clock or the terminal. */
export interface Context {
  /**
   * Opens the store that the command line names or that is found from here, and settles who acts.
   * Throws NOT_INITIALIZED; IDENTITY_REQUIRED when `explicit`, nobody was named in any way, and there is no terminal.
   */
  session(who?: { readonly named?: string | undefined; readonly explicit?: boolean }): Session;
  readonly terminal: Terminal;
  /** Reads a text of the user's; `-` is stdin. Throws FILE_NOT_FOUND. */
  readText(path: string): string;
  /** Writes a file of the user's (export -o), atomically. */
  writeFile(path: string, content: string): void;
  /** Prints one line of a stream at once. */
  emit(line: string): void;
  /** Ends when the user interrupts, or the reader of stdout goes away. */
  readonly signal: AbortSignal;
  /** A person's answer to a yes-or-no question; only called when `terminal.interactive`. */
  confirm(question: string): Promise<boolean>;
}

export interface Terminal {
  /** stdout is a terminal: tables, colour. */
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** stdin and stderr are a terminal: a question may be asked. */
  readonly interactive: boolean;
  readonly color: boolean;
  /** Width in columns; 80 where unknown. */
  readonly columns: number;
}
