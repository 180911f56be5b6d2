import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, describe, expect, test } from 'vitest';
import { systemMachine } from '../../src/system/machine.ts';
import { processOwner } from '../../src/system/process-owner.ts';

const AT = '2026-01-02T03:04:05.000Z';
const clock = { now: () => AT, ago: () => AT };
const onLinux = process.platform === 'linux';

const scratch = mkdtempSync(join(tmpdir(), 'jit-system-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const BOOT = '/proc/sys/kernel/random/boot_id';
const NAME = '/proc/sys/kernel/hostname';
const ID = '/etc/machine-id';
const TIME = '/proc/self/ns/time';
const MACHINE_ID = '0123456789abcdef0123456789abcdef';

/** A machine whose system says this. */
function told(files: Readonly<Record<string, string>>, platform: NodeJS.Platform = 'linux') {
  const root = mkdtempSync(join(scratch, 'm-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(root + path), { recursive: true });
    if (path === TIME) symlinkSync(text, root + path);
    else writeFileSync(root + path, text);
  }
  const asked: string[] = [];
  const sysctl = (name: string): string => {
    asked.push(name);
    return 'MAC-BOOT';
  };
  const machine = systemMachine(clock, { root, platform, sysctl });
  return { machine, asked };
}

const usual = {
  [BOOT]: 'b00t-1\n',
  [NAME]: 'box\n',
  [ID]: `${MACHINE_ID}\n`,
  [TIME]: 'time:[4026531834]',
};

describe('where and when', () => {
  test('a machine is named the same across boots, and never by its machine id', () => {
    const before = told(usual).machine.beat();
    const after = told({ ...usual, [BOOT]: 'b00t-2\n' }).machine.beat();
    expect(before).toMatchObject({ boot: 'b00t-1', at: AT });
    expect(after.boot).toBe('b00t-2');
    expect(after.host).toBe(before.host);
    expect(before.host).toMatch(/^box-[0-9a-f]{16}$/);
    expect(before.host).not.toContain(MACHINE_ID.slice(0, 8));
  });

  test.each([
    ['another name', { [NAME]: 'other\n' }],
    ['another machine id', { [ID]: 'f'.repeat(32) }],
    ['another time namespace', { [TIME]: 'time:[4026532000]' }],
  ])('%s is another machine', (_, difference) => {
    const other = told({ ...usual, ...difference }).machine.beat();
    expect(other.host).not.toBe(told(usual).machine.beat().host);
  });

  test('another time namespace is another clock, because its offset is its own', () => {
    const boots = ['4026531834', '4026532000', '4026532001'].map(
      (space) => told({ ...usual, [TIME]: `time:[${space}]` }).machine.beat().boot,
    );
    expect(new Set(boots).size).toBe(3);
    const { [TIME]: _, ...olderKernel } = usual;
    expect(told(olderKernel).machine.beat().boot).toBe(boots[0]);
  });

  test.each(['', 'uninitialized\n'])('without a machine id (%j) each boot is a machine of its own', (id) => {
    const first = told({ ...usual, [ID]: id }).machine.beat();
    const second = told({ ...usual, [ID]: id, [BOOT]: 'b00t-2' }).machine.beat();
    expect(first.host).not.toBe(second.host);
    expect(first.host).toBe(told({ ...usual, [ID]: id }).machine.beat().host);
  });

  test('macOS is asked for its boot once, and only when somebody wants to know', () => {
    const { machine, asked } = told({}, 'darwin');
    expect(asked).toEqual([]);
    expect(machine.beat().boot).toBe('MAC-BOOT');
    machine.beat();
    expect(asked).toEqual(['kern.bootsessionuuid']);
  });

  test('a system that does not tell boots apart says so', () => {
    const { machine } = told({});
    expect(machine.beat().boot).toBeNull();
    expect(machine.beat().host).not.toBe('');
  });

  test.runIf(onLinux)('all processes of a boot share one clock', async () => {
    const machine = systemMachine(clock);
    const program = join(scratch, 'machine.mjs');
    const input = fileURLToPath(new URL('../../src/system/machine.ts', import.meta.url));
    const bundle = await rolldown({ input, platform: 'node' });
    await bundle.write({ file: program, format: 'esm' });
    const script = `import { systemMachine } from ${JSON.stringify(program)};
      process.stdout.write(JSON.stringify(systemMachine({ now: () => '' }).beat()));`;
    const before = machine.beat();
    const words = ['--input-type=module', '-e', script];
    const other = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
    const after = machine.beat();
    expect(other).toMatchObject({ host: before.host, boot: before.boot });
    expect(other.elapsed).toBeGreaterThanOrEqual(before.elapsed);
    expect(other.elapsed).toBeLessThanOrEqual(after.elapsed);
    expect(Number.isInteger(after.elapsed)).toBe(true);
  });
});

/** Starts a process that waits until it is ended. */
const sleeper = (): ChildProcess & { readonly pid: number } =>
  spawn('sleep', ['600'], { stdio: 'ignore' }) as never;

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

describe.runIf(onLinux)('processes', () => {
  test('the own token is the token of the own pid', () => {
    const machine = systemMachine(clock);
    expect(machine.tokenOf(process.pid)).toBe(machine.token);
    expect(machine.liveness(machine.token)).toBe('alive');
  });

  test('a process is alive until it has ended', async () => {
    const machine = systemMachine(clock);
    const child = sleeper();
    const token = machine.tokenOf(child.pid)!;
    expect(machine.liveness(token)).toBe('alive');
    process.kill(child.pid, 'SIGSTOP');
    expect(machine.liveness(token)).toBe('alive');
    await end(child);
    expect(machine.liveness(token)).toBe('dead');
    expect(machine.tokenOf(child.pid)).toBeNull();
  });

  test('a process that has ended and is not waited for is dead', async () => {
    // The shell turns into a program that never waits for its child, and only then the child is told to end.
    const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 >/dev/null & echo $!; exec sleep 600'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim() !== 'sleep')
      await new Promise((go) => setTimeout(go, 5));
    parent.stdin.end();
    const fields = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    while (fields()[0] !== 'Z') await new Promise((go) => setTimeout(go, 5));
    const { token, tokenOf, liveness } = processOwner();
    const [, , boot, space] = token.split('_');
    expect(liveness([pid, fields()[19], boot, space].join('_'))).toBe('dead');
    expect(tokenOf(pid)).toBeNull();
    await end(parent);
  });

  test('a pid that was used again is another process', () => {
    const { token, liveness } = processOwner();
    const [pid, start, boot, space] = token.split('_');
    expect(liveness([pid, Number(start) + 1, boot, space].join('_'))).toBe('dead');
    expect(liveness([pid, start, 'abc', space].join('_'))).toBe('unknown');
    expect(liveness([pid, start, boot, '7'].join('_'))).toBe('unknown');
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 40])('%s is no process', (pid) => {
    expect(systemMachine(clock).tokenOf(pid)).toBeNull();
  });

  test.each(['', 'x', '1_2_3', '../1_2_a_3', '1_2_a_3\n'])('of %j nothing can be said', (token) => {
    expect(systemMachine(clock).liveness(token)).toBe('unknown');
  });

  test('where only pids are known, machines of different names do not share them', () => {
    const { token, liveness } = processOwner(join(scratch, 'nothing'));
    expect(token).toMatch(/^\d+_0_[0-9a-f]{1,16}_0$/);
    expect(liveness(token)).toBe('alive');
    expect(liveness(token.replace(/_[0-9a-f]+_0$/, '_1234_0'))).toBe('unknown');
  });
});
