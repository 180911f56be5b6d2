import type { JitError } from '../domain/errors.ts';
import type { Actor } from '../domain/identity.ts';
import type { GateRegistry, LocalConfig } from '../domain/issue.ts';
import type { Decision } from '../domain/merge/decision.ts';
import type { GitWorkshop } from '../operations/git-workshop.ts';
import type { MergeFacts, Merging } from '../operations/merging.ts';
import type { Revisions } from '../operations/revisions.ts';
import type { Session } from '../operations/session.ts';
import type { Surroundings } from '../operations/surroundings.ts';
import type { Output } from './command.ts';

/** All that a command gets from the outside: nothing else reads the environment, the clock or the terminal. */
export interface Context {
  /**
   * Opens the store that the command line names or that is found from here, and settles who acts.
   * Throws NOT_INITIALIZED; IDENTITY_REQUIRED when `explicit`, nobody was named in any way, and there is no terminal.
   */
  session(who?: {
    readonly named?: string | undefined;
    readonly explicit?: boolean;
    /** `--epoch`. */
    readonly epoch?: number | undefined;
    /** `--if-rev`. */
    readonly rev?: string | undefined;
  }): Session;
  /**
   * The board as it was at a commit, to be read only: its clock stands at the time of the commit. Without a revision the same as
   * `session`. Throws NOT_INITIALIZED where the commit has no store, USAGE, REVISION_NOT_FOUND, GIT.
   */
  sessionAt(revision: string | undefined): Promise<Session>;
  /** The board as it is in git's index, to be read only. Throws NOT_INITIALIZED where it has no store, GIT. */
  sessionStaged(): Promise<Session>;
  /** What git keeps of the store. Throws NOT_INITIALIZED; GIT where the store is in no repository. */
  revisions(): Promise<Revisions>;
  /** What `jit git setup` asks and changes. Throws NOT_INITIALIZED; GIT where the store is in no work tree of git. */
  gitWorkshop(): Promise<GitWorkshop>;
  /** Finishes what git could not merge; the store need not be readable. Throws NOT_INITIALIZED; GIT where it is in no work tree. */
  merging(): Promise<Merging>;
  /** What git says of the merges of the store; null where the store is in no work tree. */
  mergeFacts(): Promise<MergeFacts | null>;
  /** The names of the remotes of the repository around the store; null without git. Throws GIT. */
  remotes(): Promise<readonly string[] | null>;
  /** Who acts, also where there is no store. Throws IDENTITY_REQUIRED when nothing says so. */
  actor(named?: string): Actor;
  /** The store that `session` would open; null where there is none. */
  place(): Place | null;
  /** Makes the store that the command line names, or one for this repository, or one here. Makes good what is missing of one that exists. */
  initialize(gates: GateRegistry): Promise<Initialized>;
  /** The settings of this worktree alone, in `.jit/config.local.json`. */
  readonly localConfig: {
    /** Throws NOT_INITIALIZED, CORRUPT_FILE. */
    read(): LocalConfig;
    write(config: LocalConfig): void;
  };
  readonly terminal: Terminal;
  /** The number of this process. */
  readonly pid: number;
  /** What stands for a running process of this machine in a lease. Throws USAGE where none has this number. */
  processToken(pid: number): string;
  /**
   * Starts a program of the user's, with these variables added to the environment; its input and output are those of this
   * process, but with --json its stdout goes to stderr. From then on the signals that would end this process only end the
   * program. Throws FILE_NOT_FOUND where it cannot be started.
   */
  supervise(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Supervised>;
  /** Reads a text of the user's; `-` is stdin. Throws FILE_NOT_FOUND. */
  readText(path: string): string;
  /** Writes a file of the user's (export -o), wholly or not at all; the pieces one after another. Throws IO, DISK_FULL. */
  writeFile(path: string, content: string | Iterable<string>): void;
  /** A place for a long text until it is known to be whole. */
  spool(): Promise<Spool>;
  /** Removes a file of the user's that jit made. */
  removeFile(path: string): void;
  /** Prints one item of a stream at once: its document as one line, or its text. */
  emit(item: Pick<Output, 'document' | 'text'>): void;
  /** Shows where a long command is: on a terminal one line that is overwritten, elsewhere a plain line each. */
  progress(text: string): void;
  /** Shows how far a long command is, on stderr where that is a terminal, but not with --json; of what is quick it shows nothing. */
  counting(what: string): Promise<Counting>;
  /** A fresh git repository with a store in it, and processes to work there. */
  demoGround(): Promise<DemoGround>;
  /**
   * Merges a file for git, in place of our version of it. Where that cannot be done our version holds conflict markers.
   * Throws FILE_NOT_FOUND, IO, DISK_FULL: then nothing was written.
   */
  mergeDriver(request: DriverRequest): Promise<DriverMerge>;
  /** Asks the machine, git and the disk what `jit doctor` wants to know, also where there is no store. */
  surroundings(): Promise<Surroundings>;
  /** Ends when the user interrupts, or the reader of stdout goes away. */
  readonly signal: AbortSignal;
  /** A person's answer to a yes-or-no question; only called when `terminal.interactive`. */
  confirm(question: string): Promise<boolean>;
}

/** A text that is made while the store is read, which may begin anew. However long it is, little of it is in memory. */
export interface Spool {
  /** Throws IO, DISK_FULL. */
  write(text: string): void;
  clear(): void;
  /** What was written, in pieces; afterwards it is closed. */
  pieces(): Iterable<string>;
  close(): void;
}

/** A count of issues that goes on while a command works. */
export interface Counting {
  /** So many of so many are done; cheap enough for each of them. What it returns is waited for: signals come meanwhile. */
  tell(done: number, total: number): Promise<void> | undefined;
  /** Takes away what is shown. */
  end(): void;
}

/** A program that was started for somebody. */
export interface Supervised {
  /** Ends when the program has ended. */
  readonly ended: Promise<Ending>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** How a program ended. */
export interface Ending {
  /** As a shell tells it: 128 + n after the signal n. */
  readonly exit: number;
  /** The signal that ended it; null when it ended by itself. */
  readonly signal: string | null;
  /** The signal by which this process was asked to end while the program ran; null when it was not. */
  readonly interruptedBy: string | null;
}

export interface Place {
  /** The directory that holds `.jit`. */
  readonly root: string;
  /** The `.jit` directory itself. */
  readonly dir: string;
}

export interface Initialized extends Place {
  /** The files that were written, relative to `root`. */
  readonly created: readonly string[];
  readonly alreadyInitialized: boolean;
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

/** Where `jit demo` takes place. It is left behind, to be looked at. */
export interface DemoGround {
  /** The directory that holds `.jit`. */
  readonly root: string;
  /** A session there, for an actor who is named. */
  session(named: string): Session;
  /** Runs `jit` with these words there, as a process of its own; ends when it ends, with its exit code. */
  start(words: readonly string[]): Promise<number>;
}

/** What git hands to its merge driver. */
export interface DriverRequest {
  /** Paths of the three versions of the file. */
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  /** How many characters a conflict marker has. */
  readonly markerSize: number;
  /** Where the file lies in the repository. */
  readonly path: string;
}

/** What a merge for git came to. */
export interface DriverMerge {
  readonly path: string;
  /** It was a merge of merge bases, of which nobody wants to hear. */
  readonly ancestor: boolean;
  /** What both sides had changed, and a rule decided. */
  readonly decided: readonly Decision[];
  /** Why our version holds conflict markers now; null where it was merged. */
  readonly problem: JitError | null;
}
