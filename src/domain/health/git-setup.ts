import type { AttributesState } from '../git-setup/attributes.ts';
import type { HookName } from '../git-setup/hook-script.ts';
import {
  driverCommand,
  type Program,
  programOfDriver,
  programOfTextconv,
  textconvCommand,
} from '../git-setup/program.ts';
import { shellWord } from '../shell-word.ts';
import { type Check, conclude, type Finding, note, warn } from './check.ts';

/** A command that git is told to run. */
export interface ConfiguredCommand {
  readonly value: string;
  /** Where that is said, for example `file:.git/config`. */
  readonly origin: string;
  /** Whether its program is there; true also for a command that is not jit's. */
  readonly there: boolean;
}

/**
 * `present`: jit takes part in it. `outdated`: as another version would. `lost`: the hook is there without jit's lines.
 * `gone`: there is no hook. `idle`: it may not be executed, so that git does not run it.
 */
export type HookState = 'present' | 'outdated' | 'lost' | 'gone' | 'idle';

export interface HookFacts {
  readonly hook: HookName;
  readonly path: string;
  readonly state: HookState;
  /** Whether one of the programs that it calls is there. */
  readonly there: boolean;
}

export interface GitSetupFacts {
  /** What `.jit/.gitattributes` says. */
  readonly attributes: AttributesState;
  /** Files of the store for which git goes by something else than that file says. */
  readonly overridden: readonly string[];
  /** The log, for which this clone alone asks for the driver. */
  readonly log: {
    /** The file that does, `info/attributes`. */
    readonly file: string;
    /** What jit's lines in it say. */
    readonly attributes: AttributesState;
    /** How git merges the log: `union` by its lines, as `jit init` has it; `jit`; or something else. */
    readonly merge: string;
  };
  /** As they are in force in this work tree; null: not set. */
  readonly driver: ConfiguredCommand | null;
  readonly textconv: ConfiguredCommand | null;
  /** Null: no hooks were set up in this clone. `elsewhere`: where git looks for hooks now, when that is another place. */
  readonly hooks: {
    readonly directory: string;
    readonly elsewhere: string | null;
    /** It is part of the work tree: jit is called by its name, or by a path in it. */
    readonly inWorkTree: boolean;
    readonly found: readonly HookFacts[];
  } | null;
}

export function checkGitSetup(facts: GitSetupFacts): Check {
  const { attributes, log, driver, textconv, hooks } = facts;
  const findings = [...findInFiles(facts), ...findInLog(facts), ...findInHooks(facts)];
  const set = attributes !== 'none' || log.attributes !== 'none' || driver !== null || hooks !== null;
  if (!set) {
    findings.push(note('git can merge them field by field', SET_UP));
    return conclude('setup', `not set up: ${AS_TEXT}`, findings, detailsOf(facts));
  }
  const merges = attributes !== 'none' && driver !== null;
  const says = [
    merges ? `git merges by jit${log.merge === 'jit' ? '' : ', but for the log'}` : AS_TEXT,
    ...(textconv !== null && attributes !== 'none' ? ['shows issues readably'] : []),
    ...(hooks === null ? [] : ['hooks check commits and merges']),
  ];
  return conclude('setup', says.join(', '), findings, detailsOf(facts));
}

const AS_TEXT = 'git merges the files of the store as text';
const SET_UP = 'jit git setup';
const WITH_HOOKS = 'jit git setup --hooks';

function findInFiles({ attributes, overridden, driver, textconv }: GitSetupFacts): Finding[] {
  const findings: Finding[] = [];
  if (attributes !== 'none' && driver === null) {
    findings.push(
      warn(
        '.jit/.gitattributes asks for the merge driver of jit, and this clone has none: git merges issues as text',
        SET_UP,
      ),
    );
  } else if (attributes === 'none' && driver !== null) {
    findings.push(
      warn(
        `the merge driver of jit is configured (${driver.origin}), and .jit/.gitattributes does not ask for it`,
        SET_UP,
      ),
    );
  } else if (attributes !== 'none' && textconv === null) {
    findings.push(warn('diff.jit.textconv is not set: git diff shows issues as they are stored', SET_UP));
  }
  if (attributes === 'outdated')
    findings.push(warn('the block of jit in .jit/.gitattributes is not the one of this version', SET_UP));
  if (overridden.length > 0) {
    findings.push(
      warn(
        `git does not merge ${overridden.join(', ')} by jit: another line of .jit/.gitattributes, or .git/info/attributes, says otherwise`,
      ),
    );
  }
  const command = (key: string, found: ConfiguredCommand | null, judge: Judge): void => {
    if (found === null) return;
    const { value, origin, there } = found;
    const program = judge.programOf(value);
    if (program === null) findings.push(note(`${key} is not jit's (${origin}): ${value}`));
    else if (!there)
      findings.push(
        warn(`${key} (${origin}) starts ${program.join(' ')}, which is not there: ${judge.so}`, SET_UP),
      );
    else if (value !== judge.commandOf(program))
      findings.push(warn(`${key} is not as this version sets it`, SET_UP));
  };
  command('merge.jit.driver', driver, {
    programOf: programOfDriver,
    commandOf: driverCommand,
    so: 'git stops every merge of these files with a conflict',
  });
  command('diff.jit.textconv', textconv, {
    programOf: programOfTextconv,
    commandOf: textconvCommand,
    so: 'git diff shows issues as they are stored',
  });
  return findings;
}

/** Where setup was run, jit merges the log; elsewhere git joins its lines. Anything else conflicts at nearly every merge. */
function findInLog({
  attributes,
  log: { file, attributes: asked, merge },
  driver,
}: GitSetupFacts): Finding[] {
  const findings: Finding[] = [];
  if (asked === 'outdated')
    findings.push(warn(`the block of jit in ${file} is not the one of this version`, SET_UP));
  if (asked !== 'none') {
    if (driver === null)
      findings.push(
        warn(
          `${file} asks for the merge driver of jit for the log, and this clone has none: git stops nearly every merge`,
          SET_UP,
        ),
      );
    if (merge !== 'jit')
      findings.push(
        warn(`git does not merge events.jsonl by jit (${merge}): another line of ${file} says otherwise`),
      );
  } else if (driver !== null && merge !== 'jit') {
    findings.push(warn(`git does not merge events.jsonl by jit (${merge}): ${file} does not say so`, SET_UP));
  } else if (driver === null && merge !== 'union' && attributes !== 'outdated') {
    findings.push(
      warn(
        `git does not join the lines of events.jsonl (merge is ${merge}, not union), and stops nearly every merge: .jit/.gitattributes, ${file} or your own attributes say otherwise`,
      ),
    );
  }
  return findings;
}

interface Judge {
  readonly programOf: (command: string) => Program | null;
  readonly commandOf: (program: Program) => string;
  /** What follows where the program is not there. */
  readonly so: string;
}

const STATES: Readonly<Record<Exclude<HookState, 'present'>, string>> = {
  outdated: 'is not as this version makes it',
  lost: 'has lost the lines of jit',
  gone: 'is gone',
  idle: 'may not be executed, so that git does not run it',
};

function findInHooks({ hooks }: GitSetupFacts): readonly Finding[] {
  if (hooks === null) return [];
  if (hooks.elsewhere !== null) {
    const message = `the hooks of jit are in ${hooks.directory}, and git looks in ${hooks.elsewhere}`;
    return [warn(message, WITH_HOOKS)];
  }
  return hooks.found.flatMap(({ hook, path, state, there }): readonly Finding[] => {
    if (state === 'idle') return [warn(`the hook ${path} ${STATES.idle}`, `chmod +x ${shellWord(path)}`)];
    if (state !== 'present') return [warn(`the hook ${path} ${STATES[state]}`, WITH_HOOKS)];
    if (there) return [];
    const message = `the hook ${hook} finds no jit (${path}): it checks nothing`;
    return [hooks.inWorkTree ? warn(`${message}; put jit on the PATH`) : warn(message, WITH_HOOKS)];
  });
}

const detailsOf = (facts: GitSetupFacts): Check['details'] => ({ ...facts });
