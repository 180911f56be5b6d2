import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callsIn, hookLines, placeInScript } from '../../../src/domain/git-setup/hook-script.ts';
import {
  callOf,
  driverCommand,
  programOfDriver,
  programOfTextconv,
  textconvCommand,
  wordsOf,
} from '../../../src/domain/git-setup/program.ts';

const words = fc.array(
  fc.string({ minLength: 1, unit: 'binary' }).filter((word) => !/[\0\n]/.test(word)),
  {
    minLength: 1,
    maxLength: 3,
  },
);

test('a program is found again in every command that calls it', () => {
  fc.assert(
    fc.property(words, (program) => {
      expect(wordsOf(callOf(program))).toEqual(program);
      expect(programOfDriver(driverCommand(program))).toEqual(program);
      expect(programOfTextconv(textconvCommand(program))).toEqual(program);
      const lines = hookLines({ hook: 'pre-commit', store: '.jit', programs: [program] });
      expect(callsIn(lines).map(wordsOf)).toEqual([program]);
    }),
  );
});

test('a shell reads the words as they were', () => {
  fc.assert(
    fc.property(words, (program) => {
      const printed = execFileSync('sh', ['-c', `printf '%s\\n' ${callOf(program)}`], { encoding: 'utf8' });
      expect(printed).toBe(`${program.join('\n')}\n`);
    }),
    { numRuns: 20 },
  );
});

test('a command of somebody else is not taken for ours', () => {
  expect(programOfDriver('mine %O %A %B')).toBeNull();
  expect(programOfDriver('a; rm -rf b git merge-driver %O %A %B %L %P')).toBeNull();
  expect(programOfTextconv('cat')).toBeNull();
  // That of an older version is.
  expect(programOfDriver('jit git merge-driver %O %A %B')).toEqual(['jit']);
});

describe('where the lines go in a script', () => {
  test.each([
    ['#!/bin/sh\nexit 0\n', 10],
    ['#!/bin/sh', 9],
    ['#! /usr/bin/env -S bash -e\n\n', 27],
    ['#!/bin/sh\r\nexit 0\r\n', 11],
    ['#!C:/Program Files/Git/bin/sh.exe\n', 34],
    ['echo no first line\n', 0],
    ['', 0],
    ['#!/usr/bin/env python3\n', null],
    ['#!/usr/bin/env node\n// sh\n', null],
    ['#!/usr/bin/fish\n', null],
    ['\x7fELF\0', null],
    ['#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\nnpm test\n', 52],
    ['#!/bin/sh\n# a\n\n. "$(dirname "$0")/_/husky.sh"\nnpm test\n', 46],
    ['#!/bin/sh\nexit 0\n. "$(dirname "$0")/_/husky.sh"\n', 10],
    ['#!/bin/sh\n# husky\n\n. "$(dirname "$0")/husky.sh"\n', 10],
  ])('%j: %j', (text, place) => {
    expect(placeInScript(text, false)).toBe(place);
  });

  test('husky 9 reads everything with sh', () => {
    expect(placeInScript('#!/usr/bin/env python3\n', true)).toBe(23);
  });
});

const SHELLS = ['sh', 'dash', 'bash', 'zsh', 'ksh', 'mksh', 'busybox'].filter(
  (name) =>
    spawnSync(name, ['-c', ':']).error === undefined && (name !== 'busybox' || existsSync('/bin/busybox')),
);

describe.each(SHELLS.map((name) => (name === 'busybox' ? ['busybox', 'sh'] : [name])))(
  'in %s',
  (...shell) => {
    const [program = 'sh', ...first] = shell;
    // `git` and `jit` are functions here: whether anything is staged, and what the check finds.
    const outcome = (staged: number, exit: number, hook: 'pre-commit' | 'post-merge', options: string) => {
      const lines = hookLines({ hook, store: ".jit's", programs: [['jit']] });
      const script = `set ${options}\ngit() { return ${staged}; }\njit() { return ${exit}; }\n${lines}echo went on\n`;
      const { status, stdout, stderr } = spawnSync(program, [...first, '-c', script], { encoding: 'utf8' });
      return { status, stdout, stderr };
    };
    const on = { status: 0, stdout: 'went on\n', stderr: '' };

    test.each(['+e', '-e', '-eu'])('with set %s only findings stop a commit', (options) => {
      expect(outcome(0, 4, 'pre-commit', options)).toEqual(on);
      expect(outcome(1, 0, 'pre-commit', options)).toEqual(on);
      expect(outcome(128, 0, 'pre-commit', options)).toEqual(on);
      expect(outcome(1, 4, 'pre-commit', options)).toEqual({ status: 1, stdout: '', stderr: '' });
      expect(outcome(128, 4, 'pre-commit', options)).toEqual({ status: 1, stdout: '', stderr: '' });
      for (const exit of [1, 2, 3, 7, 8, 126, 127])
        expect(outcome(1, exit, 'pre-commit', options)).toEqual(on);
      for (const exit of [0, 1, 4, 127]) expect(outcome(1, exit, 'post-merge', options)).toEqual(on);
    });
  },
);
