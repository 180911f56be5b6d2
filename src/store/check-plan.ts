import { formatIssue, isTombstone } from '../domain/canonical-json.ts';
import { JitError } from '../domain/errors.ts';
import {
  type Validator,
  validateConfig,
  validateEvent,
  validateGates,
  validateIssue,
  validateTombstone,
} from '../domain/generated/validators.js';
import { isUlid } from '../domain/ids.ts';
import {
  type Config,
  type Event,
  type GateRegistry,
  type Issue,
  LIMITS,
  type Tombstone,
} from '../domain/issue.ts';
import type { Plan } from './store.ts';

/**
 * Refuses a plan that must not be written: something too large (LIMIT_EXCEEDED), or anything that would not be
 * valid when it is read again (INVALID). `events` are those of the plan, chained.
 */
export function checkPlan(plan: Plan<unknown>, events: readonly Event[]): void {
  const ids = new Set<string>();
  for (const stored of plan.issues) {
    checkId(stored.id);
    if (ids.has(stored.id)) refuse(`two after-images of one issue`, stored.id, []);
    ids.add(stored.id);
    checkStored(stored);
  }
  for (const id of plan.purge ?? []) {
    checkId(id);
    if (ids.has(id)) refuse('an issue is both written and removed', id, []);
  }
  if (plan.gates !== undefined) check(validateGates, plan.gates as GateRegistry, 'gates.json', null);
  if (plan.config !== undefined) check(validateConfig, plan.config as Config, 'config.json', null);
  for (const event of events) check(validateEvent, event, `event ${event.event}`, event.id);
}

function checkId(id: string): void {
  if (!isUlid(id)) refuse('not an issue id', id, []);
}

function checkStored(stored: Issue | Tombstone): void {
  if (isTombstone(stored)) {
    check(validateTombstone, stored, 'tombstone', stored.id);
    return;
  }
  checkLimits(stored);
  check(validateIssue, stored, 'issue', stored.id);
  checkSize('file', formatIssue(stored), LIMITS.issueFileBytes, stored.id);
}

function checkLimits(issue: Issue): void {
  if (typeof issue.title === 'string' && [...issue.title].length > LIMITS.titleCharacters) {
    exceed('title', `${LIMITS.titleCharacters} characters`, issue.id);
  }
  if (typeof issue.description === 'string') {
    checkSize('description', issue.description, LIMITS.textBytes, issue.id);
  }
  if (Array.isArray(issue.comments)) {
    for (const { body } of issue.comments) {
      if (typeof body === 'string') checkSize('comment', body, LIMITS.textBytes, issue.id);
    }
  }
  if (Array.isArray(issue.dependencies) && issue.dependencies.length > LIMITS.dependencies) {
    exceed('dependencies', `${LIMITS.dependencies} issues`, issue.id);
  }
}

function checkSize(field: string, text: string, limit: number, id: string): void {
  if (Buffer.byteLength(text, 'utf8') > limit) exceed(field, `${limit} bytes`, id);
}

function exceed(field: string, limit: string, id: string): never {
  throw new JitError('LIMIT_EXCEEDED', `${field} of ${id} is over the limit of ${limit}`, {
    details: { id, field, limit },
  });
}

function check(validate: Validator, value: object, what: string, id: string | null): void {
  if (!validate(value)) {
    const reasons = (validate.errors ?? []).map(({ instancePath, message }) =>
      `${instancePath} ${message ?? ''}`.trim(),
    );
    refuse(`${what} would not be valid: ${reasons.slice(0, 3).join('; ')}`, id, reasons);
  }
  const surrogate = findLoneSurrogate(JSON.stringify(value));
  if (surrogate) refuse(`${what} holds half of a character (a lone surrogate)`, id, ['lone surrogate']);
}

function refuse(message: string, id: string | null, errors: readonly string[]): never {
  throw new JitError('INVALID', id === null ? message : `${message} (${id})`, { details: { id, errors } });
}

/** Whether JSON text, as JSON.stringify writes it, holds an escaped lone surrogate: it escapes no other ones. */
export const findLoneSurrogate = (json: string): boolean => /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(json);
