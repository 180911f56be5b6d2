import fc from 'fast-check';
import type { Actor } from '../../src/domain/identity.ts';
import { PRIORITIES, type Priority, STATES, type State } from '../../src/domain/issue.ts';
import { GATES } from './issues.ts';

// Random work on a store, as plain data: the same list of commands can be run on any store, and what it comes to
// can be compared. An issue is named by a number, taken modulo the issues that are there, or, from 30 on, modulo
// those that ever were.

export type Who = 'a' | 'b' | 'bare' | 'person' | 'inferred';

interface By {
  readonly who: Who;
}
interface On extends By {
  readonly issue: number;
}

export type Command =
  | (By & {
      readonly verb: 'create';
      readonly needs: readonly number[];
      readonly blocks: readonly number[];
      readonly parent: number | null;
      readonly from: number | null;
      readonly gates: readonly string[];
      readonly hold: number | null;
      readonly priority: Priority;
      readonly assignee: string | null;
    })
  | (On & { readonly verb: 'edit'; readonly key: string; readonly value: string; readonly force: boolean })
  | (On & { readonly verb: 'state'; readonly state: State; readonly force: boolean })
  | (On & { readonly verb: 'assign'; readonly to: string | null; readonly force: boolean })
  | (On & { readonly verb: 'claim' | 'unhold' | 'reopen' })
  | (By & { readonly verb: 'claim-next'; readonly resume: boolean; readonly label: boolean })
  | (On & {
      readonly verb: 'release';
      readonly to: string | null;
      readonly comment: boolean;
      readonly force: boolean;
    })
  | (On & { readonly verb: 'complete'; readonly others: readonly number[]; readonly force: boolean })
  | (On & { readonly verb: 'complete-next' })
  | (On & { readonly verb: 'hold'; readonly minutes: number | null })
  | (On & {
      readonly verb: 'archive';
      readonly others: readonly number[];
      readonly detach: boolean;
      readonly duplicateOf: number | null;
      readonly force: boolean;
    })
  | (On & {
      readonly verb: 'delete';
      readonly others: readonly number[];
      readonly detach: boolean;
      readonly force: boolean;
    })
  | (On & { readonly verb: 'need' | 'need-not'; readonly on: readonly number[] })
  | (On & { readonly verb: 'require'; readonly gates: readonly string[] })
  | (On & { readonly verb: 'drop'; readonly gates: readonly string[] | number })
  | (On & {
      readonly verb: 'judge';
      readonly gates: readonly string[];
      readonly passed: boolean;
      readonly reason: boolean;
    })
  | (On & { readonly verb: 'comment'; readonly body: string })
  | (By & {
      readonly verb: 'define';
      readonly gate: string;
      readonly auto: boolean;
      readonly update: boolean;
    })
  | (By & { readonly verb: 'undefine'; readonly gate: string })
  | (By & { readonly verb: 'fix' | 'gc' })
  | { readonly verb: 'wait'; readonly minutes: number };

/** Numbers from here on may name an issue that was deleted. */
export const EVER = 30;

/** Gate keys that commands use; the last is not defined at first. */
export const GATE_KEYS = [...Object.keys(GATES), 'constructor'];

const issue = fc.oneof(
  { weight: 30, arbitrary: fc.nat({ max: 29 }) },
  fc.integer({ min: EVER, max: EVER + 9 }),
);
const few = fc.array(issue, { maxLength: 2 });
const who = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Who>('a', 'b') },
  { weight: 3, arbitrary: fc.constantFrom<Who>('person', 'bare', 'inferred') },
);
const gates = fc.subarray(GATE_KEYS, { minLength: 1, maxLength: 2 });
// A number means one that the issue requires.
const ownGates = fc.oneof({ weight: 6, arbitrary: fc.nat({ max: 5 }) }, gates);
const definedGates = fc.subarray(Object.keys(GATES), { maxLength: 2 });
const force = fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true));
const name = fc.constantFrom('agent:a', 'agent:b', 'copilot:bare', 'human:person');
const minutes = fc.constantFrom(null, 0, 1, 60);
const key = fc.constantFrom(
  'title',
  'label',
  'unlabel',
  'milestone',
  '__proto__',
  'constructor',
  'a.b',
  'plain',
);

const of = <V extends Command['verb']>(
  verb: V,
  fields: { readonly [K in string]: fc.Arbitrary<unknown> },
): fc.Arbitrary<Command> =>
  fc.record({ verb: fc.constant(verb), ...fields }) as fc.Arbitrary<unknown> as fc.Arbitrary<Command>;

const on = { who, issue };

const creation = of('create', {
  who,
  needs: few,
  blocks: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(issue, { maxLength: 1 })),
  parent: fc.option(issue, { freq: 1 }),
  from: fc.option(issue, { freq: 1 }),
  gates: fc.oneof({ weight: 9, arbitrary: definedGates }, gates),
  hold: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, fc.constantFrom(1, 60, -1)),
  priority: fc.constantFrom(...PRIORITIES),
  assignee: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, name),
});

/** One command; how often each comes follows how often it leads on. */
export const arbitraryCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: creation },
  { weight: 3, arbitrary: of('edit', { ...on, key, value: fc.constantFrom('', 'x', 'y z', 'ü'), force }) },
  { weight: 4, arbitrary: of('state', { ...on, state: fc.constantFrom(...STATES), force }) },
  { weight: 2, arbitrary: of('assign', { ...on, to: fc.option(name), force }) },
  { weight: 8, arbitrary: of('claim', on) },
  { weight: 2, arbitrary: of('unhold', on) },
  { weight: 3, arbitrary: of('reopen', on) },
  { weight: 6, arbitrary: of('claim-next', { who, resume: fc.boolean(), label: fc.boolean() }) },
  { weight: 3, arbitrary: of('release', { ...on, to: fc.option(name), comment: fc.boolean(), force }) },
  { weight: 9, arbitrary: of('complete', { ...on, others: few, force }) },
  { weight: 5, arbitrary: of('complete-next', on) },
  { weight: 1, arbitrary: of('hold', { ...on, minutes }) },
  {
    weight: 2,
    arbitrary: of('archive', {
      ...on,
      others: few,
      detach: fc.boolean(),
      duplicateOf: fc.option(issue, { freq: 1 }),
      force,
    }),
  },
  { weight: 1, arbitrary: of('delete', { ...on, others: few, detach: fc.boolean(), force }) },
  { weight: 5, arbitrary: of('need', { ...on, on: few }) },
  { weight: 3, arbitrary: of('need-not', { ...on, on: few }) },
  { weight: 3, arbitrary: of('require', { ...on, gates }) },
  { weight: 2, arbitrary: of('drop', { ...on, gates: ownGates }) },
  {
    weight: 14,
    arbitrary: of('judge', {
      ...on,
      gates: ownGates,
      passed: fc.boolean(),
      reason: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: of('comment', { ...on, body: fc.constantFrom('hello', ' ', 'x'.repeat(50)) }) },
  {
    weight: 1,
    arbitrary: of('define', {
      who,
      gate: fc.constantFrom(...GATE_KEYS),
      auto: fc.boolean(),
      update: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: of('undefine', { who, gate: fc.constantFrom(...GATE_KEYS) }) },
  { weight: 1, arbitrary: of('fix', { who }) },
  { weight: 1, arbitrary: of('gc', { who }) },
  { weight: 2, arbitrary: of('wait', { minutes: fc.constantFrom(1, 90) }) },
);

/** Up to `length` commands, of which the first few create what the others work on. */
export const arbitraryCommands = (length: number): fc.Arbitrary<Command[]> =>
  fc
    .tuple(
      fc.array(creation, { minLength: 2, maxLength: 6 }),
      fc.array(arbitraryCommand, { maxLength: length - 6, size: 'max' }),
    )
    .map((parts) => parts.flat());

/** The five who work: two agents, an agent that gives only its name, a person, and a name taken from git. */
export const actors: Readonly<Record<Who, Actor>> = {
  a: actor('agent:a', { processIsAgent: true }),
  b: actor('agent:b', { processIsAgent: true }),
  bare: actor('agent:bare', { bare: true, source: 'environment', processIsAgent: true }),
  person: actor('human:person', {}),
  inferred: actor('human:someone', { source: 'git', explicit: false }),
};

function actor(id: string, fields: Partial<Actor>): Actor {
  return {
    id,
    bare: false,
    source: 'flag',
    explicit: true,
    processIsAgent: false,
    atTerminal: false,
    ...fields,
  };
}
