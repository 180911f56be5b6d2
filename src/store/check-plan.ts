import { formatIssue, isTombstone } from '../domain/canonical-json.ts';
import { JitError } from '../domain/errors.ts';
import { checkConfig } from '../domain/generated/checks/config.js';
import { checkEvent } from '../domain/generated/checks/event.js';
import { checkGates } from '../domain/generated/checks/gates.js';
import { checkIssue } from '../domain/generated/checks/issue.js';
import { checkTombstone } from '../domain/generated/checks/tombstone.js';
import { isUlid } from '../domain/ids.ts';
import {
  type Config,
  type Event,
  type GateRegistry,
  type Issue,
  LIMITS,
  type Tombstone,
} from '../domain/issue.ts';
import { type Schema, violations } from '../domain/violations.ts';
import { findLoneSurrogate } from './lone-surrogate.ts';
import type { Plan } from './store.ts';

const SCHEMAS = {
  issue: { name: 'Issue', check: checkIssue },
  tombstone: { name: 'Tombstone', check: checkTombstone },
  event: { name: 'Event', check: checkEvent },
  gates: { name: 'Gates', check: checkGates },
  config: { name: 'Config', check: checkConfig },
} satisfies Readonly<Record<string, Schema>>;

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
  if (plan.gates !== undefined) check(SCHEMAS.gates, plan.gates as GateRegistry, 'gates.json', null);
  if (plan.config !== undefined) check(SCHEMAS.config, plan.config as Config, 'config.json', null);
  for (const event of events) check(SCHEMAS.event, event, `event ${event.event}`, event.id);
}

function checkId(id: string): void {
  if (!isUlid(id)) refuse('not an issue id', id, []);
}

function checkStored(stored: Issue | Tombstone): void {
  if (isTombstone(stored)) {
    check(SCHEMAS.tombstone, stored, 'tombstone', stored.id);
    return;
  }
  checkLimits(stored);
  check(SCHEMAS.issue, stored, 'issue', stored.id);
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

function check(schema: Schema, value: object, what: string, id: string | null): void {
  const reasons = violations(schema, value).map(({ instancePath, message }) =>
    `${instancePath} ${message ?? ''}`.trim(),
  );
  if (reasons.length > 0)
    refuse(`${what} would not be valid: ${reasons.slice(0, 3).join('; ')}`, id, reasons);
  const surrogate = findLoneSurrogate(JSON.stringify(value));
  if (surrogate) refuse(`${what} holds half of a character (a lone surrogate)`, id, ['lone surrogate']);
}

function refuse(message: string, id: string | null, errors: readonly string[]): never {
  throw new JitError('INVALID', id === null ? message : `${message} (${id})`, { details: { id, errors } });
}
