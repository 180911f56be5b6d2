import { isRefName } from '../../domain/git-names.ts';
import type { Repository } from '../../git/repository.ts';
import { type GitRun, runGit } from '../../git/run-git.ts';
import type { Machine } from '../machine.ts';
import { LOOKS, openRoom, tidyRoom } from './claim-room.ts';
import { endlessPatience, type Patience } from './patience.ts';
import {
  gitFailed,
  lastWords,
  remoteSilent,
  remoteUnreachable,
  severalPlaces,
  unknownRemote,
} from './remote-errors.ts';

export interface ExchangeOptions {
  /** The repository whose remote is meant; its settings say how the remote is reached. */
  readonly repository: Repository;
  /** The name of the remote, checked. */
  readonly remote: string;
  /** The environment for git. Absent: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Milliseconds for one contact with a remote that is silent. Absent: 20 seconds. A push gets three quarters of it; the rest is for
   * asking what became of it.
   */
  readonly timeout?: number;
  /** Is told, once, when the remote has been silent for two seconds; `longest`: milliseconds that are waited at most. */
  readonly onSilence?: OnSilence | undefined;
  readonly machine: Pick<Machine, 'beat' | 'token' | 'liveness'>;
  /** What keeps from trying again too soon. Absent: nothing does. */
  readonly patience?: Patience;
  /** Makes names of letters and digits that never come again. */
  readonly newId: () => string;
}

/** Is told of a remote that lets wait. */
export type OnSilence = (remote: string, longest: number) => void;

/** Nobody is told of a shorter wait. Milliseconds. */
const NOTABLE = 2_000;

/** A reference as the remote has it. */
export interface Found {
  readonly object: string;
  /** What the commit says; null where the reference leads to something else than a commit. */
  readonly message: string | null;
}

/** Moves claim objects and references to a remote and back. Nothing of the user's repository is read or changed but its settings. */
export interface Exchange {
  /**
   * Makes a commit of nothing but this message; returns its name. `seconds`: its date, since 1970. `parent`: what it goes on
   * from. Throws GIT.
   */
  store(message: string, seconds: number, parent?: string): Promise<string>;
  /**
   * Asks the remote, in one contact, to put `next` in the place of `expected`; null stands for no reference. False when git says
   * that it failed: what became of the reference only `fetch` tells.
   */
  push(ref: string, expected: string | null, next: string | null): Promise<boolean>;
  /**
   * What the remote has under this prefix, by the rest of the name, in one contact. What is in `exact` is certain. Others may be
   * missing while other processes fetch. Throws REMOTE.
   */
  fetch(prefix: string, exact: readonly string[]): Promise<ReadonlyMap<string, Found>>;
  /** Why the remote does not answer; null where it does. */
  reach(): Promise<string | null>;
}

interface Room {
  readonly place: Readonly<Record<`GIT_${string}`, string>>;
  readonly emptyTree: string;
  /** The only place that is pushed to. */
  readonly target: string;
}

/** Hooks of the user have no business with claims. */
const SETTINGS = ['-c', 'core.hooksPath=/dev/null'];

/** For whatever reaches the remote. A mirror's settings would forbid to name what is pushed. */
const contactSettings = (remote: string): readonly string[] => [
  ...['-c', `remote.${remote}.mirror=false`],
  ...['-c', 'push.negotiate=false'],
  // The histories of claims have nothing in common: offering what we have only costs a round.
  ...['-c', 'fetch.negotiationAlgorithm=noop'],
];

export function openExchange(options: ExchangeOptions): Exchange {
  const {
    repository,
    remote,
    env,
    timeout = 20_000,
    machine,
    newId,
    patience = endlessPatience,
    onSilence,
  } = options;
  const run = (args: readonly string[], place: Room['place'], input = '', limit?: number): Promise<GitRun> =>
    runGit(repository.topLevel, [...SETTINGS, ...args], {
      place,
      input,
      ...(env !== undefined && { env }),
      ...(limit !== undefined && { timeout: limit }),
    });
  let late = false;
  let told = false;
  const tellSilence = (): void => {
    if (!told) onSilence?.(remote, timeout);
    told = true;
  };
  /** One contact. Of a push, its failure says nothing by itself. */
  const contact = async (args: readonly string[], place: Room['place'], limit = timeout): Promise<GitRun> => {
    const telling = setTimeout(tellSilence, NOTABLE);
    // Whoever did not answer in time is not waited for as long again.
    const granted = late ? timeout / 4 : limit;
    const ran = await run([...contactSettings(remote), ...args], place, '', granted).finally(() =>
      clearTimeout(telling),
    );
    late = ran.timedOut;
    return ran;
  };
  const ask = async (args: readonly string[], place: Room['place'], input?: string): Promise<string> => {
    const ran = await run(args, place, input);
    if (ran.status !== 0) throw gitFailed(args, ran);
    return ran.stdout;
  };

  const urls = async (place: Room['place'], ...which: readonly string[]): Promise<readonly string[]> => {
    const { status, stdout } = await run(['remote', 'get-url', ...which, '--', remote], place);
    if (status !== 0) throw unknownRemote(remote);
    return stdout.trimEnd().split('\n');
  };

  const enter = async (): Promise<Room> => {
    const place = { GIT_DIR: await openRoom(repository, newId, (args) => ask(args, {})) };
    const [tree, targets] = await Promise.all([
      ask(['hash-object', '-t', 'tree', '-w', '--stdin'], place),
      urls(place, '--push', '--all'),
    ]);
    if (targets.length !== 1) throw severalPlaces(remote, targets.length);
    return { place, emptyTree: tree.trim(), target: targets[0]! };
  };
  let entered: Promise<Room> | undefined;
  const room = (): Promise<Room> => {
    entered ??= enter().catch((error: unknown) => {
      entered = undefined;
      throw error;
    });
    return entered;
  };

  /** What to fetch from: the place that is pushed to, which need not be the one that the user fetches from. */
  let found: string | undefined;
  const source = async ({ place, target }: Room): Promise<string> => {
    found ??= (await urls(place))[0] === target ? remote : target;
    return found;
  };

  return {
    async store(message, seconds, parent) {
      const { place, emptyTree } = await room();
      // Nobody's name: the record says who, and git need not be told a name to claim.
      const by = `jit <jit@localhost> ${seconds} +0000`;
      const from = parent === undefined ? '' : `parent ${parent}\n`;
      const commit = `tree ${emptyTree}\n${from}author ${by}\ncommitter ${by}\n\n${message}`;
      const object = await ask(['hash-object', '-t', 'commit', '-w', '--stdin'], place, commit);
      return object.trim();
    },

    async push(ref, expected, next) {
      if (patience.isSpent()) throw remoteSilent(remote);
      const { place } = await room();
      const args = ['push', '--porcelain', '--no-verify', '--no-signed', '--no-follow-tags'];
      args.push('--no-recurse-submodules', `--force-with-lease=${ref}:${expected ?? ''}`);
      args.push('--end-of-options', remote, `${next ?? ''}:${ref}`);
      const pushed = await contact(args, place, (timeout * 3) / 4);
      if (pushed.status === 0) patience.succeeded();
      // Now and then, by the chance of a name.
      if (next?.endsWith('00') === true) await tidyRoom((words, input) => ask(words, place, input), machine);
      return pushed.status === 0;
    },

    async fetch(prefix, exact) {
      if (patience.isSpent()) throw remoteSilent(remote);
      const entrance = await room();
      const { place } = entrance;
      const started = machine.beat().elapsed;
      const look = `${LOOKS}${machine.token}+${newId()}/`;
      const rest = `refs/seen/${remote}/${prefix.slice('refs/'.length)}`;
      const args = ['fetch', '--quiet', '--no-write-fetch-head', '--no-tags', '--no-recurse-submodules'];
      args.push('--prune', '--refmap=', '--end-of-options', await source(entrance));
      // A name with a star is no failure where nothing matches.
      const precise = exact.map((name) => `+${prefix}${name}*:${look}${name}*`);
      const all = `+${prefix}*:${rest}*`;
      let ran = await contact([...args, ...precise, all], place);
      let listed = [look, rest];
      if (ran.status !== 0 && !ran.timedOut) {
        // Another process may have been writing the same references. Those that nobody else writes tell whether it was that.
        listed = [look];
        const alone = precise.length === 0 ? [`+${prefix}*:${look}*`] : precise;
        ran = await contact([...args, ...alone], place);
      }
      if (ran.status !== 0) {
        patience.failed(machine.beat().elapsed - started);
        throw remoteUnreachable(remote, ran);
      }
      patience.succeeded();
      return readFound(listed, place);
    },

    async reach() {
      const entrance = await room();
      const args = ['ls-remote', '--quiet', '--end-of-options', await source(entrance), 'HEAD'];
      const ran = await contact(args, entrance.place);
      return ran.status === 0 ? null : lastWords(ran);
    },
  };

  async function readFound(
    rooms: readonly string[],
    place: Room['place'],
  ): Promise<ReadonlyMap<string, Found>> {
    const format = '%(refname) %(objectname) %(objecttype) %(contents)';
    const text = await ask(['for-each-ref', '--python', `--format=${format}`, ...rooms], place);
    const found = new Map<string, Found>();
    const looked: string[] = [];
    for (const line of text.split('\n')) {
      const words = QUOTED.exec(line);
      if (words === null) continue;
      const [, ref, object, type, contents] = words;
      const certain = ref!.startsWith(rooms[0]!);
      const name = ref!.slice((certain ? rooms[0]! : rooms[1]!).length);
      if (certain && isRefName(ref!)) looked.push(ref!);
      if (certain || !found.has(name))
        found.set(name, { object: object!, message: type === 'commit' ? unquote(contents!) : null });
    }
    if (looked.length > 0) {
      await ask(['update-ref', '--stdin'], place, looked.map((ref) => `delete ${ref}\n`).join(''));
    }
    return found;
  }
}

/** A line of `for-each-ref --python`: four texts in quotes, with backslashes before quotes, backslashes and newlines (as `\n`). */
const QUOTED = /^'([^']*)' '([0-9a-f]+)' '(\w+)' '(.*)'$/;

const unquote = (text: string): string =>
  text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
