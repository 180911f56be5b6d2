import { expect, test } from 'vitest';
import { needsAction } from '../../../src/domain/health/check.ts';
import { checkRemote, type RemoteProbe } from '../../../src/domain/health/remote.ts';

const OWN = 'refs/jit/claims/';
const BRANCHES = 'refs/heads/jit-claims/';
const prefix = (name: string, accepted = true, removed = accepted) => ({ prefix: name, accepted, removed });

const judge = (fields: Partial<RemoteProbe>, inUse = true) =>
  checkRemote({
    remote: 'origin',
    inUse,
    probe: {
      remote: 'origin',
      reachable: true,
      problem: null,
      roundTrip: 12,
      prefixes: [prefix(OWN), prefix(BRANCHES)],
      ...fields,
    },
  });

test('it takes claims', () => {
  expect(judge({})).toMatchObject({
    status: 'ok',
    message: 'origin answers, a claim takes 12 ms',
    findings: [],
  });
  const branchesRefused = judge({ prefixes: [prefix(OWN), prefix(BRANCHES, false)] });
  expect(branchesRefused, 'nobody needs them').toMatchObject({ status: 'ok', findings: [] });
});

test('it does not answer', () => {
  const silent = { reachable: false, problem: 'could not resolve host', roundTrip: null, prefixes: [] };
  const found = judge(silent);
  expect(found).toMatchObject({ status: 'error', message: 'origin does not answer' });
  expect(found.findings[0]!.message).toBe(
    'could not resolve host: claims are provisional until it can be reached',
  );
  expect(judge(silent, false), 'nobody uses it').toMatchObject({ status: 'warning', fix: null });
});

test('it takes only branches', () => {
  const only = { prefixes: [prefix(OWN, false), prefix(BRANCHES)] };
  const choose = `jit config set claims.refPrefix ${BRANCHES}`;
  expect(judge(only)).toMatchObject({ status: 'error', fix: choose });
  expect(judge(only, false)).toMatchObject({ status: 'ok', findings: [{ fix: choose }] });
  const chosen = { prefixes: [prefix(BRANCHES)] };
  expect(judge(chosen)).toMatchObject({ status: 'ok', findings: [] });
});

test('it takes nothing', () => {
  const found = judge({ prefixes: [prefix(OWN, false), prefix(BRANCHES, false)] });
  expect(found).toMatchObject({ status: 'error', fix: null });
  expect(found.findings[0]!.message).toBe(`claims cannot be kept there: it refuses ${OWN}, ${BRANCHES}`);
});

test('it takes the usual place, and not the one that is configured', () => {
  const found = judge({ prefixes: [prefix('refs/x/', false), prefix(OWN), prefix(BRANCHES)] });
  expect(found).toMatchObject({ status: 'error', fix: `jit config set claims.refPrefix ${OWN}` });
});

test('it lets nothing be removed, which no claim needs: what was tried is left there', () => {
  const found = judge({ prefixes: [prefix(OWN, true, false), prefix(BRANCHES)] });
  expect(found).toMatchObject({ status: 'warning', fix: null });
  expect(found.findings.map(({ message }) => message).join('\n')).toContain(
    `what is made under ${OWN} cannot be removed`,
  );
});

test('without a repository there is no remote', () => {
  const none = checkRemote({ remote: 'origin', inUse: true, probe: null });
  expect(none.status).toBe('error');
  expect(needsAction(checkRemote({ remote: 'origin', inUse: false, probe: null }))).toBe(false);
});
