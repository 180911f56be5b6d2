import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Counts up whenever what is generated changes, so that nothing older is taken for it. */
const VERSION = 1;

/**
 * The folder where generated stores are kept from one run to the next. Where another run has it, a folder for this run alone,
 * which goes with it. `release` is to be called at the end, whatever happened.
 */
export function takeGround() {
  const kept = join(tmpdir(), `jit-bench-${userInfo().uid}-v${VERSION}`);
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  const lock = join(kept, 'in-use');
  if (lockFor(lock)) return { dir: kept, release: () => rmSync(lock, { force: true }) };
  const own = mkdtempSync(join(tmpdir(), 'jit-bench-'));
  return { dir: own, release: () => rmSync(own, { recursive: true, force: true }) };
}

function lockFor(lock) {
  for (const _ of [1, 2]) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return true;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (existsSync(lock) && isAlive(Number(readFileSync(lock, 'utf8')))) return false;
      rmSync(lock, { force: true });
    }
  }
  return false;
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The whole environment of what is measured: own HOME, no configuration of the machine, nothing that slows Node down. */
export function environment(dir) {
  const home = join(dir, 'home');
  mkdirSync(home, { recursive: true });
  return {
    PATH: process.env.PATH,
    HOME: home,
    LANG: 'C.UTF-8',
    TMPDIR: dir,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    GIT_AUTHOR_NAME: 'Ben Chmark',
    GIT_AUTHOR_EMAIL: 'ben@example.org',
    GIT_COMMITTER_NAME: 'Ben Chmark',
    GIT_COMMITTER_EMAIL: 'ben@example.org',
  };
}
