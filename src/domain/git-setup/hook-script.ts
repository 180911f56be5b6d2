import { shellWord } from '../shell-word.ts';
import { directoriesOfMade, madeLine } from './made.ts';
import { linesOf } from './marked-block.ts';
import { callOf, isByName, type Program } from './program.ts';

/** The hooks that jit takes part in. */
export const HOOKS = ['pre-commit', 'post-merge'] as const;
export type HookName = (typeof HOOKS)[number];

/** What git runs at a hook, as far as jit is concerned. */
export interface HookCall {
  readonly hook: HookName;
  /** The `.jit` directory, relative to the top of the work tree, where hooks are run. */
  readonly store: string;
  /** The first of these that is there is started. */
  readonly programs: readonly Program[];
}

/**
 * The lines that a hook gets. They ask git first, so that node is not started where nothing under the store changed. Only
 * findings (exit 4) stop a commit: a jit that is not there, or fails for another reason, says so and stops nothing. They leave
 * no variable behind and hold under `set -e`. Hooks are run at the top of the work tree.
 */
export function hookLines({ hook, store, programs }: HookCall): string {
  const path = shellWord(store);
  const unchanged = {
    'pre-commit': `git --literal-pathspecs diff --cached --quiet -- ${path}`,
    'post-merge': `git --literal-pathspecs diff --quiet ORIG_HEAD -- ${path} 2>/dev/null`,
  }[hook];
  const failed = { 'pre-commit': '{ [ $? -ne 4 ] || exit 1; }', 'post-merge': ':' }[hook];
  const lines = [`if ! ${unchanged}; then`];
  for (const [at, program] of programs.entries()) {
    lines.push(`  ${at === 0 ? 'if' : 'elif'} ${isThere(program)}; then`);
    lines.push(`    ${callOf(program)} git hook ${hook} --dir ${shellWord(store)} || ${failed}`);
  }
  lines.push('  else', `    echo ${shellWord(`${hook}: jit is not there, so ${store} was not checked`)} >&2`);
  lines.push('  fi', 'fi');
  return lines.map((line) => `${line}\n`).join('');
}

function isThere(program: Program): string {
  if (isByName(program)) return `command -v ${callOf(program)} >/dev/null 2>&1`;
  return program
    .map((word) => (word.includes('/') ? `[ -f ${shellWord(word)} ]` : `command -v ${word} >/dev/null 2>&1`))
    .join(' && ');
}

/** The programs that the lines of a hook start, in their order; empty where they are none of jit's. */
export const callsIn = (lines: string): readonly string[] =>
  [...lines.matchAll(/(?<=^|\n) {4}([^\n]+) git hook [a-z-]+ --dir /g)].map(([, call]) => call!);

/**
 * Where in a script the lines go: behind what must come first, and before anything that may end it. null: it is no script
 * for a shell like sh. `sourced`: it is read by sh whatever its first line says (husky 9).
 */
export function placeInScript(text: string, sourced: boolean): number | null {
  if (text.slice(0, SAMPLE).includes('\0')) return null;
  const lines = linesOf(text);
  const [first] = lines;
  if (first === undefined) return 0;
  const named = first.content.startsWith('#!');
  if (named && !sourced && !isShell(first.content)) return null;
  // husky 5 to 8: husky.sh starts the script a second time, and ends the first run.
  for (const { content, next } of lines) {
    if (/^\s*(?:\.|source)\s.*\/_\/husky\.sh["']?\s*$/.test(content)) return next;
    if (!/^\s*(?:#.*)?$/.test(content)) break;
  }
  return named ? first.next : 0;
}

/** So much of a file is looked at to tell a program from a text; git looks at as much. */
const SAMPLE = 8000;

/** A script without a first line that names its interpreter is run by sh: git does so, too. */
const isShell = (line: string): boolean =>
  line
    .slice(2)
    .trim()
    .split(/\s+/)
    .slice(0, MOST_WORDS)
    .some((word) => /^(?:.*\/)?(?:sh|bash|dash|ash|zsh|ksh|mksh)(?:\.exe)?$/.test(word));

/** `#!/usr/bin/env -S bash -eu`. */
const MOST_WORDS = 3;

/** A hook that did not exist. `directories`: how many directories were made for it. */
export const newScript = (directories: number): string => SH + madeLine(directories);

const SH = '#!/bin/sh\n';

/** How many directories were made for a script that jit made and that holds nothing else; null where it holds more. */
export const directoriesOfNew = (text: string): number | null =>
  text.startsWith(SH) ? directoriesOfMade(text.slice(SH.length)) : null;

/** Where a hook that is no shell script is kept, beside the one that calls it. */
export const keptName = (hook: string): string => `${hook}.before-jit`;

/**
 * What takes the place of a hook that is no shell script. `sourced`: hooks are read by sh (husky 9), whatever they are. Otherwise
 * one that may not be executed is not run, as git would not.
 */
export function wrapperScript(hook: HookName, sourced: boolean): string {
  const kept = `"\${0%/*}/${keptName(hook)}"`;
  const call = sourced
    ? `if [ -f ${kept} ]; then exec sh -e ${kept} "$@"; fi`
    : `if [ -x ${kept} ]; then exec ${kept} "$@"; fi`;
  return `#!/bin/sh\n# Made by jit git setup: calls ${keptName(hook)}, which was ${hook}.\n${call}\n`;
}

export const isWrapper = (text: string, hook: HookName): boolean =>
  [true, false].some((sourced) => text === wrapperScript(hook, sourced));
