import { readFileSync, readlinkSync } from 'node:fs';
import type { Machine } from '../claims/machine.ts';
import type { Clock } from '../domain/clock.ts';
import { readBoot } from './boot.ts';
import { sha256 } from './digest.ts';
import { type ProcessOwner, processOwner } from './process-owner.ts';

/** The machine and the process as the operating system describes them. */
export interface SystemMachine extends Machine {
  /** The token of another process of this machine; null when it does not run. */
  tokenOf(pid: number): string | null;
}

/** Where the system is asked; for tests. */
export interface Probe {
  /** Put before `/proc` and `/etc`. */
  readonly root?: string;
  readonly platform?: NodeJS.Platform;
  /** The value of a setting of the system (`sysctl -n`), without white space around it; throws where there is none. */
  readonly sysctl?: (name: string) => string;
}

/** The time namespace of everything that was not put into another one (PROC_TIME_INIT_INO in Linux, include/linux/proc_ns.h). */
const FIRST_TIME_NAMESPACE = '4026531834';

/**
 * Tells what leases need to know of the machine. It asks the system when it is first asked itself, and only once.
 *
 * The monotonic clock is one for all processes of a boot, but each time namespace of Linux has its own offset: it therefore
 * counts as a machine of its own, and so does each boot of a machine without a machine id.
 */
export function systemMachine(clock: Clock, probe: Probe = {}): SystemMachine {
  const { root = '', platform = process.platform, sysctl = askSysctl } = probe;
  const owner = once((): ProcessOwner => processOwner(root));
  const space = once((): string | null => {
    const name = attempt(() => readlinkSync(`${root}/proc/self/ns/time`).replace(/\D/g, ''));
    return name === FIRST_TIME_NAMESPACE ? null : name;
  });
  const boot = once((): string | null => {
    const name =
      platform === 'darwin'
        ? attempt(() => sysctl('kern.bootsessionuuid'))
        : readBoot(`${root}/proc/sys/kernel/random/boot_id`);
    return name === null || space() === null ? name : `${name}-${space()}`;
  });
  const host = once((): string => {
    const id = machineId(root);
    const parts = id === null ? [boot()] : [digest(id), space()];
    return [hostName(root), ...parts].filter((part) => part !== null).join('-');
  });
  return {
    beat: () => ({
      // Found out only where somebody looks: that costs more than all the rest.
      get host() {
        return host();
      },
      boot: boot(),
      elapsed: Math.floor(Number(process.hrtime.bigint() / 1_000n) / 1_000),
      at: clock.now(),
    }),
    get token() {
      return owner().token;
    },
    liveness: (token) => owner().liveness(token),
    tokenOf: (pid) => owner().tokenOf(pid),
  };
}

function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}

/** What an action finds; null where it finds nothing or fails. */
function attempt(action: () => string): string | null {
  try {
    return action() || null;
  } catch {
    return null;
  }
}

/** Null also where it is not set up yet, or empty, as in an image from which many machines are made. */
function machineId(root: string): string | null {
  for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    const id = attempt(() => readFileSync(`${root}${path}`, 'utf8').trim());
    if (id !== null && /^[0-9a-f]{32}$/.test(id)) return id;
  }
  return null;
}

const hostName = (root: string): string =>
  attempt(() => readFileSync(`${root}/proc/sys/kernel/hostname`, 'utf8').trim()) ??
  process.getBuiltinModule('node:os').hostname();

// A machine id is not to be shown to others as it is (machine-id(5)).
const digest = (id: string): string => sha256(`jit lease ${id}`).slice(0, 16);

const askSysctl = (name: string): string =>
  process
    .getBuiltinModule('node:child_process')
    .execFileSync('/usr/sbin/sysctl', ['-n', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .trim();
