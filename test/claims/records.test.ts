import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listStrays } from '../../src/claims/local/list-strays.ts';
import { leasesDirectory, openLocalLeases } from '../../src/claims/local/local-leases.ts';
import type { JitError } from '../../src/domain/errors.ts';
import { ask, askAsB, leaseOf, MAIN, standingOf } from '../conformance/leases.ts';
import { SimDisk } from '../store/faults/sim-disk.ts';
import { FakeMachine } from '../support/fake-machine.ts';
import { idOf } from '../support/issues.ts';
import { ID, makeHeld, makeLeases, scratch } from './lease-directory.ts';

// What is in the directory of the leases, and what happens when something else is.

const thrownBy = (promise: Promise<unknown>): Promise<JitError> =>
  promise.then(
    () => {
      throw new Error('nothing was thrown');
    },
    (error: unknown) => error as JitError,
  );

describe('on the disk', () => {
  test('leases are beside the references that work trees share, or beside the issues', () => {
    expect(leasesDirectory('/w/.jit', '/w/.git')).toBe('/w/.git/jit/leases');
    expect(leasesDirectory('/w/.jit', null)).toBe('/w/.jit/leases');
  });

  test('opening and looking make nothing', async () => {
    const { top, open } = makeLeases();
    const leases = open();
    await leases.inspect();
    await leases.inspect([ID]);
    await leases.expire(MAIN);
    expect(await leases.renew(ID, 1)).toBeNull();
    expect(await leases.release(ID, null)).toBeNull();
    expect(readdirSync(top)).toEqual([]);
  });

  test('a record is one line of JSON, and few are kept', async () => {
    const { own, leases, numbers, latest } = await makeHeld();
    expect(numbers()).toEqual([3, 6, 7]);
    expect(readdirSync(own)).toHaveLength(3);
    const text = readFileSync(latest(), 'utf8');
    expect(text).toMatch(/^\{"schema_version":1,"synced":3,.*\}\n$/);
    expect(JSON.parse(text)).toMatchObject({ id: ID, epoch: 3, status: 'held', renewals: 4 });
    await leases.renew(ID, 3, { status: 'done' });
    expect(numbers()).toEqual([7, 8]);
  });

  test('what is asked for is looked at, and nothing else', async () => {
    const { dir, leases } = await makeHeld();
    writeFileSync(join(dir, idOf(3)), '');
    expect((await leases.inspect([ID])).size).toBe(1);
    const error = await thrownBy(leases.inspect());
    expect(error).toMatchObject({ code: 'CORRUPT_FILE', hint: 'remove it', details: { id: idOf(3) } });
  });

  test('of many that are asked for, those without a record are absent', async () => {
    const { leases } = await makeHeld();
    const ids = Array.from({ length: 200 }, (_, i) => idOf(i));
    expect([...(await leases.inspect(ids)).keys()]).toEqual([ID]);
  });

  test('names that are none of jit, and links, are left alone', async () => {
    const { dir, own, machine, leases } = await makeHeld();
    const outside = join(scratch, 'outside');
    mkdirSync(outside, { recursive: true });
    const odd = ['README', '.hidden', ID.toLowerCase(), `${ID}x`, 'new-1_2_a_3.x', '__proto__'];
    for (const name of odd) writeFileSync(join(dir, name), 'odd');
    for (const name of ['00009', '1e9', '-5', '8.', 'eight', '９']) writeFileSync(join(own, name), 'odd');
    symlinkSync(outside, join(dir, idOf(9)));
    expect([...(await leases.inspect()).keys()]).toEqual([ID]);
    expect(await leases.renew(ID, 3)).toMatchObject({ epoch: 3 });
    for (const name of odd) expect(readFileSync(join(dir, name), 'utf8')).toBe('odd');
    const { foreign, leftovers } = listStrays(dir, machine.start('doctor'));
    expect(leftovers).toEqual([]);
    expect(foreign).toEqual(expect.arrayContaining([...odd, idOf(9), `${ID}/eight`]));
  });

  test('ids that are no ids never become paths', async () => {
    const { top, leases } = await makeHeld();
    for (const id of ['../escape', '..', '', ID.toLowerCase(), `${ID}/../x`, '--upload-pack=x']) {
      expect(await leases.inspect([id])).toEqual(new Map());
      await expect(leases.acquire(ask({ id }))).rejects.toThrow('not a lease');
      expect(await leases.renew(id, 1)).toBeNull();
      expect(await leases.release(id, null)).toBeNull();
    }
    expect(readdirSync(top)).toEqual(['jit']);
    expect(existsSync(join(top, 'jit/escape'))).toBe(false);
  });

  test('what processes left that died is swept, and of others only what is a day old', async () => {
    const disk = new SimDisk();
    disk.makeDirectory('/git');
    const machine = new FakeMachine('one');
    const far = new FakeMachine('two');
    const [own, dead] = [machine.start('own'), machine.start('dead')];
    const leases = openLocalLeases({ dir: '/git/jit/leases', machine: own, disk });
    await leases.acquire(ask());
    const dir = `/git/jit/leases/${ID}`;
    const strays = [dead, machine.start('alive'), far.start('far')].map(({ token }) => `new-${token}.x1`);
    for (const name of strays) disk.replace(`${dir}/${name}`, 'half');
    machine.kill(dead);
    const left = () => disk.list(dir).filter(({ name }) => name.startsWith('new-')).length;
    // The simulated disk stamps its files with the first moments of 1970.
    machine.wrongBy = -machine.elapsed - Date.parse('2026-01-02T03:04:05.000Z');
    await leases.renew(ID, 1);
    expect(left()).toBe(2);
    machine.wrongBy += 25 * 60 * 60 * 1000;
    await leases.renew(ID, 1);
    expect(left()).toBe(1);
    expect(disk.list(dir).some(({ name }) => name === strays[1])).toBe(true);
  });
});

describe('keys of a newer jit', () => {
  test('stay with the lease as long as its epoch lasts', async () => {
    const { leases, latest } = await makeHeld();
    const record = { ...JSON.parse(readFileSync(latest(), 'utf8')), later: { deep: [1] }, __proto: 1 };
    writeFileSync(latest(), `${JSON.stringify(record).replace('__proto', '__proto__')}\n`);
    await leases.renew(ID, 3);
    const text = readFileSync(latest(), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ renewals: 5, later: { deep: [1] } });
    expect(text).toContain('"__proto__":1');
    await leases.acquire(askAsB({ takeover: true }));
    expect(readFileSync(latest(), 'utf8')).not.toContain('later');
  });

  test('of a whole newer form nothing is guessed, and nothing replaces it', async () => {
    const { leases, latest } = await makeHeld();
    writeFileSync(latest(), `${JSON.stringify({ schema_version: 2, anything: true })}\n`);
    for (const attempt of [
      leases.inspect(),
      leases.acquire(ask({ takeover: true })),
      leases.release(ID, null),
      leases.expire(MAIN, [ID]),
    ])
      expect(await thrownBy(attempt)).toMatchObject({
        code: 'SCHEMA_TOO_NEW',
        details: { id: ID, found: 2 },
      });
    expect(readFileSync(latest(), 'utf8')).toContain('anything');
  });
});

/** What may be wrong with the latest record, and still ends with a line. */
const DAMAGES: Readonly<Record<string, (path: string, text: string) => void>> = {
  'no JSON': (path) => writeFileSync(path, '{{{\n'),
  'an empty line': (path) => writeFileSync(path, '\n'),
  'no object': (path) => writeFileSync(path, '[1]\n'),
  null: (path) => writeFileSync(path, 'null\n'),
  'markers of a conflict': (path, text) => writeFileSync(path, `<<<<<<< a\n${text}=======\n${text}`),
  'an epoch that is no number': (path, text) => writeFileSync(path, text.replace('"epoch":3', '"epoch":"3"')),
  'a status that is none': (path, text) => writeFileSync(path, text.replace('"held"', '"mine"')),
  'the lease of another': (path, text) => writeFileSync(path, text.replaceAll(ID, idOf(7))),
  'a key missing': (path, text) => writeFileSync(path, text.replace('"ttl"', '"tt"')),
  'far too much': (path) => writeFileSync(path, `${' '.repeat(70_000)}\n`),
  'deep nesting': (path) => writeFileSync(path, `${'['.repeat(60_000)}\n`),
  'a directory': (path) => {
    rmSync(path);
    mkdirSync(path);
  },
  'a symbolic link': (path, text) => {
    rmSync(path);
    writeFileSync(join(scratch, 'target'), text);
    symlinkSync(join(scratch, 'target'), path);
  },
};

describe('a record that cannot be understood', () => {
  test.each(Object.entries(DAMAGES))(
    '%s: is named, refused, and replaced by force alone',
    async (_, damage) => {
      const { leases, latest, numbers } = await makeHeld();
      const { epoch: other } = leaseOf(await leases.acquire(ask({ id: idOf(2) })));
      const file = latest();
      damage(file, readFileSync(file, 'utf8'));
      for (const attempt of [
        leases.inspect([ID]),
        leases.inspect(),
        leases.acquire(ask()),
        leases.acquire(askAsB({ takeover: true })),
        leases.renew(ID, 3),
        leases.release(ID, 3),
        leases.expire(MAIN),
      ]) {
        const error = await thrownBy(attempt);
        expect(error).toMatchObject({ code: 'CORRUPT_FILE', hint: `jit lease release ${ID} --force` });
        expect(error.details).toEqual({ file, id: ID });
      }
      expect(latest()).toBe(file);
      // The others are served.
      const told: string[] = [];
      expect([...(await leases.inspect(undefined, (id) => told.push(id))).keys()]).toEqual([idOf(2)]);
      expect(told).toEqual([ID]);
      expect(await leases.renew(idOf(2), other)).not.toBeNull();
      const released = await leases.release(ID, null);
      expect(released).toMatchObject({ id: ID, status: 'released' });
      expect(released!.epoch).toBeGreaterThan(numbers().at(-2)!);
      const next = leaseOf(await leases.acquire(askAsB()));
      expect(next.epoch).toBe(released!.epoch + 1);
      expect(await leases.renew(ID, 3)).toBeNull();
    },
  );

  test('gives up no epoch, as far as one can tell', async () => {
    const { leases, latest } = await makeHeld();
    await leases.acquire(ask({ takeover: true, floor: 500 }));
    writeFileSync(latest(), readFileSync(latest(), 'utf8').replace('claiming', 'broken'));
    expect((await leases.release(ID, null))?.epoch).toBe(502);
  });

  test('under a number that is too high is named, and not built on', async () => {
    const { own, leases } = await makeHeld();
    writeFileSync(join(own, '999999999999999'), 'x\n');
    for (const attempt of [leases.inspect(), leases.release(ID, null)])
      expect(await thrownBy(attempt)).toMatchObject({ code: 'CORRUPT_FILE', hint: 'remove the file' });
  });

  test('that was cut off with the power gives way to the one before', async () => {
    const { leases, latest, numbers } = await makeHeld();
    const whole = readFileSync(latest(), 'utf8');
    for (const left of ['', '\0'.repeat(whole.length), whole.slice(0, 200)]) {
      writeFileSync(latest(), left);
      const number = numbers().at(-1)!;
      expect((await standingOf(leases))?.lease).toMatchObject({ epoch: 3, holder: 'agent:a' });
      expect(await leases.renew(ID, 3, { status: 'held' })).toMatchObject({ epoch: 3 });
      expect(numbers().at(-1)).toBe(number + 1);
    }
    for (const number of numbers()) writeFileSync(join(latest(), '..', String(number)), '');
    expect(await thrownBy(leases.inspect())).toMatchObject({ code: 'CORRUPT_FILE' });
    expect(await leases.release(ID, null)).toMatchObject({ status: 'released' });
  });
});
