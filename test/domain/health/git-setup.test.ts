import { expect, test } from 'vitest';
import { driverCommand, textconvCommand } from '../../../src/domain/git-setup/program.ts';
import { needsAction } from '../../../src/domain/health/check.ts';
import { checkGitSetup, type GitSetupFacts, type HookFacts } from '../../../src/domain/health/git-setup.ts';

const origin = 'file:.git/config';
const well: GitSetupFacts = {
  attributes: 'present',
  overridden: [],
  log: { file: '.git/info/attributes', attributes: 'present', merge: 'jit' },
  driver: { value: driverCommand(['jit']), origin, there: true },
  textconv: { value: textconvCommand(['jit']), origin, there: true },
  hooks: null,
};
const hook: HookFacts = { hook: 'pre-commit', path: '.git/hooks/pre-commit', state: 'present', there: true };
const place = { directory: '.git/hooks', elsewhere: null, inWorkTree: false, found: [hook] };

/** Where setup was not run, and the line of `jit init` is in force. */
const JOINED = { ...well.log, attributes: 'none', merge: 'union' } as const;

/** What is said, what mends it, and whether somebody must act. */
function judge(fields: Partial<GitSetupFacts>) {
  const check = checkGitSetup({ ...well, ...fields });
  const said = check.findings.map(({ message }) => message).join('\n');
  return { status: check.status, fix: check.fix, acts: needsAction(check), said, message: check.message };
}

test('all is well', () => {
  expect(judge({})).toMatchObject({
    status: 'ok',
    acts: false,
    said: '',
    message: expect.stringContaining('git merges by jit'),
  });
  expect(judge({ hooks: place }).message).toBe(
    'git merges by jit, shows issues readably, hooks check commits and merges',
  );
});

test('nothing is set up: that is no fault', () => {
  const nothing = { attributes: 'none', log: JOINED, driver: null, textconv: null } as const;
  expect(judge(nothing)).toMatchObject({
    status: 'ok',
    acts: false,
    message: expect.stringContaining('not set up'),
  });
});

const SET_UP = 'jit git setup';
const WITH_HOOKS = 'jit git setup --hooks';
const gone = (value: string) => ({ value, origin, there: false });

test.each<[what: string, fields: Partial<GitSetupFacts>, says: string, fix: string | null]>([
  [
    'a clone without the driver',
    { log: JOINED, driver: null, textconv: null },
    'this clone has none',
    SET_UP,
  ],
  [
    'a configuration that was taken away',
    { driver: null },
    '.git/info/attributes asks for the merge driver of jit for the log, and this clone has none',
    SET_UP,
  ],
  [
    'a driver, and nothing that asks for it for the log',
    { log: JOINED },
    'does not merge events.jsonl by jit (union): .git/info/attributes does not say so',
    SET_UP,
  ],
  [
    'attributes of another version in this clone',
    { log: { ...well.log, attributes: 'outdated' } },
    'in .git/info/attributes is not the one of this version',
    SET_UP,
  ],
  [
    'a line about the log below that of jit',
    { log: { ...well.log, merge: 'union' } },
    'another line of .git/info/attributes says otherwise',
    null,
  ],
  ['a branch without the attributes', { attributes: 'none' }, 'does not ask for it', SET_UP],
  ['attributes of another version', { attributes: 'outdated' }, 'not the one of this version', SET_UP],
  ['no textconv', { textconv: null }, 'as they are stored', SET_UP],
  ['attributes that do not count', { overridden: ['gates.json'] }, 'does not merge gates.json by jit', null],
  [
    'a driver whose program is gone',
    { driver: gone(driverCommand(['/a/node', '/b/jit'])) },
    'starts /a/node /b/jit, which is not there',
    SET_UP,
  ],
  [
    'a textconv whose program is gone',
    { textconv: gone(textconvCommand(['jit'])) },
    'starts jit, which is not there',
    SET_UP,
  ],
  [
    'a driver of another version',
    { driver: { ...well.driver!, value: 'jit git merge-driver %O %A %B' } },
    'not as this version sets it',
    SET_UP,
  ],
  [
    'a hook that lost its lines',
    { hooks: { ...place, found: [{ ...hook, state: 'lost' }] } },
    'has lost the lines',
    WITH_HOOKS,
  ],
  [
    'a hook that is gone',
    { hooks: { ...place, found: [{ ...hook, state: 'gone' }] } },
    'is gone',
    WITH_HOOKS,
  ],
  [
    'a hook of another version',
    { hooks: { ...place, found: [{ ...hook, state: 'outdated' }] } },
    'not as this version makes it',
    WITH_HOOKS,
  ],
  [
    'a hook that is not run',
    { hooks: { ...place, found: [{ ...hook, state: 'idle' }] } },
    'may not be executed',
    'chmod +x .git/hooks/pre-commit',
  ],
  [
    'a hook that finds no jit',
    { hooks: { ...place, found: [{ ...hook, there: false }] } },
    'finds no jit',
    WITH_HOOKS,
  ],
  [
    'one in the work tree that finds no jit',
    { hooks: { ...place, inWorkTree: true, found: [{ ...hook, there: false }] } },
    'put jit on the PATH',
    null,
  ],
  [
    'hooks in another place',
    { hooks: { ...place, elsewhere: '/x', found: [] } },
    'git looks in /x',
    WITH_HOOKS,
  ],
])('%s', (_, fields, says, fix) => {
  const judged = judge(fields);
  expect(judged).toMatchObject({ status: 'warning', fix, acts: fix !== null });
  expect(judged.said).toContain(says);
});

test("a driver that is not jit's is only named", () => {
  const judged = judge({ driver: { value: 'mine %A', origin, there: true } });
  expect(judged).toMatchObject({ status: 'ok', acts: false });
  expect(judged.said).toContain("merge.jit.driver is not jit's (file:.git/config): mine %A");
});

test.each(['unspecified', 'jit', 'binary'])(
  'not set up, and the log is not joined but merged by %s',
  (merge) => {
    const log = { ...JOINED, merge };
    for (const attributes of ['none', 'present'] as const) {
      const judged = judge({ attributes, log, driver: null, textconv: null });
      expect(judged).toMatchObject({ status: 'warning', acts: attributes === 'present' });
      expect(judged.said).toContain(`(merge is ${merge}, not union)`);
    }
    // A line of an older setup goes when that is brought up to date.
    expect(judge({ attributes: 'outdated', log, driver: null }).said).not.toContain('not union');
  },
);

test('an older setup: only that is said', () => {
  const log = { ...well.log, attributes: 'none' } as const;
  const judged = judge({ attributes: 'outdated', log });
  expect(judged).toMatchObject({
    status: 'warning',
    fix: SET_UP,
    message: expect.stringMatching(/^git merges by jit,/),
  });
  expect(judged.said).toBe('the block of jit in .jit/.gitattributes is not the one of this version');
  expect(judge({ log: JOINED }).message).toMatch(/^git merges by jit, but for the log,/);
});
