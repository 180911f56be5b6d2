import type { Liveness } from '../lease.ts';
import type { Problem } from '../problem.ts';
import { type Check, conclude, type Finding, fault, note, warn } from './check.ts';
import { spanOf } from './span.ts';

export interface StoreFacts {
  /** The `.jit` directory. */
  readonly dir: string;
  /** How many files of issues there are, tombstones included; null: they could not be listed. */
  readonly stored: number | null;
  /** The schema version that the store says to have; null where it says none. */
  readonly schemaVersion: number | null;
  /** The newest one that this jit knows. */
  readonly knownVersion: number;
  /** What is wrong with the stored form; null when that could not be found out. */
  readonly problems: readonly Problem[] | null;
  /** Why the store could not be read; null: it could. */
  readonly failure: { readonly message: string; readonly hint: string | null } | null;
}

export function checkStore(facts: StoreFacts): Check {
  const { dir, stored, schemaVersion, knownVersion, failure } = facts;
  const problems = facts.problems ?? [];
  const findings: Finding[] = [];
  if (failure !== null) {
    const what = failure.hint === null ? failure.message : `${failure.message} (${failure.hint})`;
    findings.push(fault(what));
  }
  const kept = problems.filter(({ code }) => code === 'set-aside');
  const left = problems.filter(({ code }) => code === 'leftover');
  const others = problems.filter(({ code }) => code !== 'set-aside' && code !== 'leftover');
  const errors = others.filter(({ severity }) => severity === 'error').length;
  const warnings = others.length - errors;
  const mendable = others.some(({ fix }) => fix !== null);
  if (errors > 0) findings.push(fault(`${plural(errors, 'error')} in the stored files`, 'jit validate'));
  if (warnings > 0) {
    const command = mendable ? 'jit validate --fix' : null;
    findings.push(
      warn(`${plural(warnings, 'warning')} about the stored files: jit validate names them`, command),
    );
  }
  for (const { file } of kept) {
    findings.push(
      warn(
        `${file} holds a commit that was set aside, because git or an editor came between`,
        'jit validate',
      ),
    );
  }
  if (left.length > 0) findings.push(note(`${plural(left.length, 'file')} left by dead processes`, 'jit gc'));
  const count = stored === null ? '' : `, ${plural(stored, 'issue file')}`;
  const version = schemaVersion === null ? 'without a schema version' : `schema version ${schemaVersion}`;
  return conclude('store', `${dir}, ${version}${count}`, findings, {
    dir,
    schema_version: schemaVersion,
    known_version: knownVersion,
    stored,
    errors,
    warnings,
    set_aside: kept.length,
    leftovers: left.length,
  });
}

export const NO_STORE: Check = conclude('store', 'there is no jit store here', [
  fault('there is no .jit directory here or above', 'jit init'),
]);

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export interface LockFacts {
  /** Who has the lock; null: nobody. Empty where the file does not say. */
  readonly holder: string | null;
  readonly pid: number | null;
  readonly liveness: Liveness;
  /** Since when, in milliseconds before now; null: nobody has it. */
  readonly age: number | null;
}

/** A lock that one process has for longer is suspicious: a commit takes milliseconds. */
const LONG = 5_000;

export function checkLock({ holder, pid, liveness, age }: LockFacts): Check {
  const details = { held: holder !== null, pid, liveness: holder === null ? null : liveness, age_ms: age };
  if (holder === null) return conclude('lock', 'free', [], details);
  const who = pid === null ? 'an unknown process' : `process ${pid}`;
  const message = `held by ${who} for ${spanOf(age ?? 0)}`;
  const findings: Finding[] = [];
  if (liveness === 'dead' || holder === '') {
    findings.push(note('its process is dead: the next command that writes takes it over'));
  } else if (liveness === 'unknown') {
    findings.push(
      warn(
        'its process runs, or ran, in another container, boot or machine: writers wait for it, then go on',
      ),
    );
  } else if ((age ?? 0) > LONG) {
    findings.push(
      warn(`its process lives, and may be stopped: writers wait ${spanOf(LONG)} for it, then go on`),
    );
  }
  return conclude('lock', message, findings, details);
}

export function checkDurability(durability: 'full' | 'fast'): Check {
  const findings =
    durability === 'full'
      ? []
      : [warn('what was acknowledged may be lost when the power fails: durability is fast')];
  return conclude('durability', durability, findings, { durability });
}
