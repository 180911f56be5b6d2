import { describe, expect, test } from 'vitest';
import { actorIs, parseIdentity, sameHolder, speaksAsHuman } from '../../src/domain/identity.ts';
import { agent, bareAgent, human, inferred } from '../support/actors.ts';
import { refusalOf } from '../support/refusal.ts';

describe('an identity', () => {
  test.each([
    ['agent:w1', { type: 'agent', identifier: 'w1', bare: false }],
    ['w1', { type: 'agent', identifier: 'w1', bare: true }],
    ['ci:github:actions', { type: 'ci', identifier: 'github:actions', bare: false }],
    ['human:åsa@example.org', { type: 'human', identifier: 'åsa@example.org', bare: false }],
  ])('%s', (text, expected) => {
    expect(parseIdentity(text)).toEqual(expected);
  });

  test('without a type takes the default that is given', () => {
    expect(parseIdentity('w1', 'copilot')).toEqual({ type: 'copilot', identifier: 'w1', bare: true });
  });

  test.each([
    '',
    ':',
    'agent:',
    ':w1',
    'Agent:w1',
    'a b',
    'agent:a b',
    'agent:a\n',
    'agent:\u0007',
    '-x:y',
    'agent:\u2028',
  ])('%j is none', (text) => {
    expect(refusalOf(() => parseIdentity(text))).toMatchObject({ code: 'USAGE', exit: 2 });
  });

  test('is at most 200 characters, its type included', () => {
    expect(parseIdentity('x'.repeat(194)).identifier).toHaveLength(194);
    expect(refusalOf(() => parseIdentity('x'.repeat(195))).code).toBe('USAGE');
  });
});

describe('who is who', () => {
  test('a bare name matches an identifier whatever the type; a full one only itself', () => {
    expect(sameHolder('w1', 'copilot:w1')).toBe(true);
    expect(sameHolder('copilot:w1', 'copilot:w1')).toBe(true);
    expect(sameHolder('agent:w1', 'copilot:w1')).toBe(false);
    expect(sameHolder('b', 'ci:a:b')).toBe(false);
    expect(actorIs(bareAgent('w1'), 'copilot:w1')).toBe(true);
    expect(actorIs(agent('w1'), 'copilot:w1')).toBe(false);
    expect(actorIs(bareAgent('w1'), 'copilot:w2')).toBe(false);
  });

  test('as a person speaks who says human: in a process that is not an agent’s, or sits at a terminal', () => {
    expect(speaksAsHuman(human('a'))).toBe(true);
    expect(speaksAsHuman({ ...inferred('a'), atTerminal: true })).toBe(true);
    expect(speaksAsHuman(inferred('a'))).toBe(false);
    expect(speaksAsHuman({ ...human('a'), processIsAgent: true })).toBe(false);
    expect(speaksAsHuman({ ...agent('a'), processIsAgent: false, atTerminal: true })).toBe(false);
  });
});
