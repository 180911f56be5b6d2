import { describe, expect, test } from 'vitest';
import { speaksAsHuman } from '../../src/domain/identity.ts';
import type { LocalConfig } from '../../src/domain/issue.ts';
import { requireExplicit, type Signs, settleActor } from '../../src/main/identity.ts';

interface Given {
  readonly named?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: LocalConfig;
  readonly git?: string | null;
  readonly system?: string | null;
  readonly atTerminal?: boolean;
}

const signs = (given: Given): Signs => ({
  named: given.named,
  env: given.env ?? {},
  localConfig: () => given.config ?? {},
  gitUserName: () => given.git ?? null,
  systemUser: () => (given.system === undefined ? 'root' : given.system),
  atTerminal: given.atTerminal ?? false,
});
const settle = (given: Given) => settleActor(signs(given));

describe('who acts', () => {
  const all: Given = {
    named: 'agent:flag',
    env: { JIT_AGENT_ID: 'agent:env' },
    config: { agent: { id: 'agent:config' } },
    git: 'Git Name',
  };
  test.each<[string, Given, string, string]>([
    ['the flag first', all, 'agent:flag', 'flag'],
    ['then the environment', { ...all, named: undefined as never }, 'agent:env', 'environment'],
    [
      'then the worktree',
      { config: { agent: { id: 'agent:config' } }, git: 'Git Name' },
      'agent:config',
      'config',
    ],
    ['then git', { git: '  Ada   King Lovelace ' }, 'human:ada-king-lovelace', 'git'],
    ['then the system', {}, 'human:root', 'system'],
    ['an empty variable counts as unset', { env: { JIT_AGENT_ID: '' } }, 'human:root', 'system'],
    ['a name without usable letters counts as none', { git: ' \u0007 ' }, 'human:root', 'system'],
    [
      'the type beside the id',
      { env: { JIT_AGENT_ID: 'w1', JIT_AGENT_TYPE: 'copilot' } },
      'copilot:w1',
      'environment',
    ],
    [
      'a full id needs no type',
      { env: { JIT_AGENT_ID: 'ci:w1', JIT_AGENT_TYPE: 'copilot' } },
      'ci:w1',
      'environment',
    ],
    [
      'the type of the worktree',
      { config: { agent: { id: 'w1', type: 'copilot' } } },
      'copilot:w1',
      'config',
    ],
  ])('%s', (_, given, id, source) => {
    expect(settle(given)).toMatchObject({
      id,
      source,
      explicit: ['flag', 'environment', 'config'].includes(source),
    });
  });

  test('a name without a type is bare, and one with a type beside it is not', () => {
    expect(settle({ named: 'w1' })).toMatchObject({ id: 'agent:w1', bare: true });
    expect(settle({ env: { JIT_AGENT_ID: 'w1' } }).bare).toBe(true);
    expect(settle({ env: { JIT_AGENT_ID: 'w1', JIT_AGENT_TYPE: 'copilot' } }).bare).toBe(false);
  });

  test('git is not asked when something else says it', () => {
    const asked = { ...signs({ named: 'agent:a' }), gitUserName: () => expect.fail('git was asked') };
    expect(settleActor(asked).id).toBe('agent:a');
  });

  test.each<Given>([
    { named: 'two words' },
    { env: { JIT_AGENT_ID: 'Agent:x' } },
    { env: { JIT_AGENT_ID: 'x', JIT_AGENT_TYPE: 'A B' } },
  ])('%j is refused', (given) => {
    expect(() => settle(given)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  test('nobody at all is refused', () => {
    expect(() => settle({ system: null })).toThrow(expect.objectContaining({ code: 'IDENTITY_REQUIRED' }));
  });
});

describe('who may claim', () => {
  test('an inferred identity only at a terminal', () => {
    expect(() => requireExplicit(settle({}))).toThrow(expect.objectContaining({ code: 'IDENTITY_REQUIRED' }));
    expect(() => requireExplicit(settle({ atTerminal: true }))).not.toThrow();
    expect(() => requireExplicit(settle({ named: 'agent:a' }))).not.toThrow();
  });
});

describe('who speaks as a person', () => {
  test.each<[string, Given, boolean]>([
    ['a named person', { named: 'human:ada' }, true],
    ['a person at a terminal', { atTerminal: true }, true],
    ['a person whom nobody named, without a terminal', {}, false],
    [
      'a named person, from the process of an agent',
      { named: 'human:ada', env: { JIT_AGENT_ID: 'w1' } },
      false,
    ],
    [
      'a named person, from the worktree of an agent',
      { named: 'human:ada', config: { agent: { id: 'w1' } } },
      false,
    ],
    ['a person whose environment says so', { env: { JIT_AGENT_ID: 'human:ada' } }, true],
    ['an agent', { named: 'agent:a', atTerminal: true }, false],
  ])('%s', (_, given, expected) => {
    expect(speaksAsHuman(settle(given))).toBe(expected);
  });
});
