import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { create, expectFailure } from '../support/command-line.ts';
import { startInRepository } from '../support/repository.ts';

interface Told {
  readonly problems: readonly { readonly code: string; readonly severity: string; readonly path: string }[];
}

/** A repository in which an issue requires a manual gate and an automatic one with a checker; on a branch of its own. */
async function start() {
  const started = await startInRepository();
  const { cli, git, cwd, commit, human } = started;
  await human('gate define audit --title Audit --stage precheck --by human:h');
  const gates = join(cwd, '.jit/gates.json');
  const editGates = (edit: (gates: Record<string, Record<string, unknown>>) => void): void => {
    const registry = JSON.parse(readFileSync(gates, 'utf8'));
    edit(registry);
    writeFileSync(gates, `${JSON.stringify(registry, null, 2)}\n`);
  };
  editGates((all) => {
    all['unit-tests']!.checker = { command: 'test' };
  });
  const id = await create(cli, 'T', '--gate', 'review,unit-tests');
  commit();
  git('checkout', '--quiet', '-b', 'work');
  const file = join(cwd, `.jit/issues/${id}.json`);
  const editIssue = (fields: object): void =>
    writeFileSync(
      file,
      `${JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...fields }, null, 2)}\n`,
    );
  /** Severity, code and place of what `--against` adds. */
  const weakened = async (words = 'validate --against main') => {
    const { json, stderr } = await cli(`${words} --json`);
    expect(stderr).toBe('');
    return (json as never as Told).problems
      .filter(({ code }) => code.startsWith('gate-'))
      .map(({ severity, code, path }) => `${severity} ${code} ${path}`);
  };
  return { ...started, id, editGates, editIssue, weakened };
}

describe('jit validate --against', () => {
  test('has nothing to say where no gate is weaker', async () => {
    const { cli, weakened, editGates, id } = await start();
    await cli(`gate pass ${id} unit-tests --by ci:x`);
    await cli(`update ${id} --priority high`);
    editGates((all) => {
      all['integration-tests']!.auto = false;
      all.audit!.checker = { command: 'more' };
      all.audit!.title = 'Another title';
      all.fresh = { key: 'fresh', title: 'Fresh', description: '', auto: true };
    });
    expect(await weakened()).toEqual([]);
  });

  test('names every way to weaken a definition, as an error where no person did it', async () => {
    const { cli, weakened, editGates } = await start();
    editGates((all) => {
      all.review!.auto = true;
      all['unit-tests']!.checker = { command: 'true' };
      delete all.audit!.stage;
      delete all['security-scan'];
    });
    const expected = [
      'error gate-weakened /audit/stage',
      'error gate-weakened /review/auto',
      'error gate-weakened /security-scan',
      'error gate-weakened /unit-tests/checker',
    ];
    expect(await weakened()).toEqual(expected);
    expect(await cli('validate --against main')).toMatchObject({ exit: 4 });
    expect(await cli('validate')).toMatchObject({ exit: 0 });
    editGates((all) => {
      delete all['unit-tests']!.checker;
    });
    expect((await weakened()).at(-1)).toBe('error gate-weakened /unit-tests/checker');
  });

  test('is a warning where the log tells that a person did it', async () => {
    const { cli, human, weakened, editGates, id } = await start();
    await human('gate undefine security-scan --by human:h');
    await human(`gate drop ${id} review --by human:h`);
    expect(await weakened()).toEqual([
      'warning gate-weakened /security-scan',
      'warning gate-dropped /gates_required',
    ]);
    expect(await cli('validate --against main')).toMatchObject({ exit: 0 });
    // Another change than the one that is told.
    await human('gate define review --auto --update --by human:h');
    editGates((all) => {
      all.review!.checker = { command: 'true' };
    });
    expect(await weakened()).toContain('error gate-weakened /review/auto');
  });

  test('names a gate that an issue requires no longer, and work that was finished without one', async () => {
    const { weakened, editIssue, editGates, id, cli, commit } = await start();
    editIssue({ gates_required: ['review'] });
    expect(await weakened()).toEqual(['error gate-dropped /gates_required']);
    editIssue({ state: 'done', completed_at: '2026-01-02T03:04:05.000Z' });
    editGates((all) => {
      delete all.review;
    });
    expect(await weakened()).toEqual([
      'error gate-weakened /review',
      'error gate-dropped /gates_required',
      'error gate-skipped /gates_status',
    ]);
    commit();
    expect(await weakened('validate --at work --against main')).toHaveLength(3);
    await cli(`delete ${id} --yes`);
    expect(await weakened()).toEqual(['error gate-weakened /review']);
  });

  test('looks from where the branch parted, at the index where it is told to', async () => {
    const { cli, git, commit, human, weakened, editGates } = await start();
    git('checkout', '--quiet', 'main');
    await human('gate define late --title Late --by human:h');
    commit();
    git('checkout', '--quiet', 'work');
    expect(await weakened()).toEqual([]);
    editGates((all) => {
      all.review!.auto = true;
    });
    expect(await weakened('validate --staged --against main')).toEqual([]);
    git('add', '-A');
    expect(await weakened('validate --staged --against main')).toEqual(['error gate-weakened /review/auto']);
    await expectFailure(cli, 'validate --against nowhere', { exit: 3, code: 'REVISION_NOT_FOUND' });
    await expectFailure(cli, 'validate --against main --fix', { exit: 2, code: 'USAGE' });
    await expectFailure(cli, 'validate --against main..work', { exit: 2, code: 'USAGE' });
  });
});
