import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { BINARY, makeSandbox } from '../support/binary.ts';

// git itself calls the driver: how it does that (which file is which, from where, with which marker size) is what is tested.

vi.setConfig({ testTimeout: 300_000 });

/** A repository whose git calls the driver; `sub`: where in it the store lies. */
function start(sub = '.') {
  const sandbox = makeSandbox();
  const { repository } = sandbox;
  const env = { JIT_AGENT_ID: 'agent:t' };
  const jit = (...words: string[]) => {
    const ran = sandbox.jit([...words, '--dir', join(repository, sub)], { env });
    expect([ran.exit, ran.stderr], words.join(' ')).toEqual([0, '']);
    return ran;
  };
  const store = join(repository, sub, '.jit');
  mkdirSync(join(repository, sub), { recursive: true });
  sandbox.jit(['init', '--dir', join(repository, sub)]);
  const calls = join(repository, '.git', 'driver-calls');
  const program = `"${process.execPath}" "${BINARY}" git merge-driver %O %A %B %L %P`;
  sandbox.jit(['git', 'setup', '--dir', join(repository, sub)]);
  sandbox.git(
    'config',
    'merge.jit.driver',
    `echo %L %P "$PWD" "$(cat %O | wc -c)" >> "${calls}"; ${program}`,
  );
  const commit = (message = 'work'): void => {
    sandbox.git('add', '-A');
    sandbox.git('commit', '--quiet', '-m', message);
  };
  const create = (...words: string[]): string => {
    const { json } = jit('create', ...words, '--json');
    return (json as unknown as { issue: { id: string } }).issue.id;
  };
  return {
    ...sandbox,
    store,
    run: sandbox.jit,
    jit,
    commit,
    create,
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
    /** Does work on a branch that starts from main, and goes back to main. */
    branch(name: string, work: () => void, from = 'main') {
      sandbox.git('checkout', '--quiet', '-b', name, from);
      work();
      commit(name);
      sandbox.git('checkout', '--quiet', 'main');
    },
    show: (id: string) => JSON.parse(readFileSync(join(store, 'issues', `${id}.json`), 'utf8')),
    log: () => readFileSync(join(store, 'events.jsonl'), 'utf8'),
    /** The files are clean, and the log says what they say. */
    check() {
      expect(sandbox.git('status', '--porcelain')).toBe('');
      const { json } = jit('validate', '--json');
      expect((json as unknown as { problems: readonly unknown[] }).problems).toEqual([]);
    },
    /** Runs git where it is to stop, and returns what it said. */
    stopsAt(...words: string[]): string {
      try {
        sandbox.git(...words);
      } catch (error) {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        return stdout + stderr;
      }
      throw new Error(`git ${words.join(' ')} did not stop`);
    },
  };
}

describe.each(['ort', 'recursive'])('git merge -s %s', (strategy) => {
  test('comes to the same whoever merges whom, and the log says so', () => {
    const { jit, git, create, commit, branch, check, show } = start();
    const id = create('First', '-d', 'one\ntwo\nthree\n');
    commit();
    branch('a', () => {
      jit('update', id, '-t', 'A', '-l', 'x', '-d', 'ONE\ntwo\nthree\n');
      jit('claim', id);
    });
    jit('update', id, '-t', 'B', '-l', 'y', '-d', 'one\ntwo\nTHREE\n');
    create('Second');
    commit();
    git('checkout', '--quiet', '-b', 'other', 'a');
    git('merge', '--quiet', '-s', strategy, 'main', '-m', 'merge');
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '-s', strategy, 'a', '-m', 'merge');
    expect(git('rev-parse', 'main:.jit')).toBe(git('rev-parse', 'other:.jit'));
    expect(show(id)).toMatchObject({
      title: 'B',
      labels: ['x', 'y'],
      description: 'ONE\ntwo\nTHREE\n',
      state: 'in_progress',
      comments: [{ author: 'jit:merge', kind: 'merge-conflict' }],
    });
    check();
  });

  test('three branches that change the same, merged in two orders: one chain, which brings back the issue', () => {
    const { jit, git, create, commit, branch, check, show, store } = start();
    const id = create('T');
    commit();
    for (const name of ['T1', 'T2', 'T3']) branch(name, () => jit('update', id, '-t', name));
    const mergeAll = (name: string, ...branches: string[]): void => {
      git('checkout', '--quiet', '-B', name, branches[0]!);
      for (const other of branches.slice(1)) git('merge', '--quiet', '-s', strategy, other, '-m', 'merge');
    };
    mergeAll('p', 'T1', 'T3', 'T2');
    mergeAll('q', 'T2', 'T3', 'T1');
    mergeAll('pq', 'p', 'q');
    mergeAll('qp', 'q', 'p');
    expect(git('rev-parse', 'pq:.jit')).toBe(git('rev-parse', 'qp:.jit'));
    const linesOf = (name: string): readonly string[] =>
      git('show', `${name}:.jit/events.jsonl`).trim().split('\n');
    const both = linesOf('qp');
    expect([...both].sort()).toEqual([...new Set([...linesOf('p'), ...linesOf('q')])].sort());
    const seen = new Set<string | null>([null]);
    for (const line of both) {
      const { eid, prev } = JSON.parse(line) as { eid: string; prev: string | null };
      expect([seen.has(prev), seen.has(eid)], line).toEqual([true, false]);
      seen.add(eid);
    }
    check();
    const merged = show(id);
    expect(merged).toMatchObject({ title: 'T3', comments: { length: 2 } });
    rmSync(join(store, 'issues', `${id}.json`));
    jit('validate', '--fix', '--yes');
    expect(show(id)).toEqual(merged);
  });

  test('criss-cross: a merge of merge bases is told by its marker size, and adds no events', () => {
    const { jit, git, create, commit, branch, check, show, log, calls } = start();
    const id = create('First');
    commit();
    branch('a', () => jit('update', id, '-t', 'A', '-l', 'a'));
    jit('update', id, '-t', 'B', '-l', 'b');
    commit();
    const [main, a] = [git('rev-parse', 'main').trim(), git('rev-parse', 'a').trim()];
    git('merge', '--quiet', '-s', strategy, a, '-m', 'merge');
    jit('update', id, '-t', 'B2', '-l', 'b2');
    commit();
    git('checkout', '--quiet', 'a');
    git('merge', '--quiet', '-s', strategy, main, '-m', 'merge');
    jit('update', id, '-t', 'A2', '-l', 'a2');
    commit();
    const before = calls().length;
    git('merge', '--quiet', '-s', strategy, 'main', '-m', 'criss-cross');
    const sizes = calls()
      .slice(before)
      .map((call) => call.split(' ')[0]);
    expect(new Set(sizes)).toEqual(new Set(['7', '9']));
    expect(show(id)).toMatchObject({ title: 'A2', labels: ['a', 'a2', 'b', 'b2'] });
    expect(log()).not.toContain('@');
    check();
    const tree = git('rev-parse', 'a:.jit');
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '-s', strategy, 'a~1', '-m', 'criss-cross');
    git('merge', '--quiet', '-s', strategy, 'a', '-m', 'then all of it');
    expect(git('rev-parse', 'main:.jit')).toBe(tree);
  });
});

describe('git', () => {
  test('rebase, cherry-pick, revert and stash pop take the log with the files', () => {
    const { jit, git, create, commit, branch, check, show, log } = start();
    const [one, two] = [create('One'), create('Two')];
    commit();
    branch('a', () => {
      jit('update', one, '-l', 'a1');
      commit('a1');
      jit('update', two, '-l', 'a2', '-t', 'A');
    });
    jit('update', two, '-t', 'M', '-l', 'm');
    commit();
    git('cherry-pick', 'a~1');
    expect([show(one).labels, show(two).labels]).toEqual([['a1'], ['m']]);
    expect([log().includes('labels.a1'), log().includes('labels.a2')]).toEqual([true, false]);
    check();
    const picked = git('rev-parse', 'HEAD:.jit');

    git('cherry-pick', 'a');
    expect(show(two)).toMatchObject({ title: 'M', labels: ['a2', 'm'] });
    check();
    git('revert', '--no-edit', 'HEAD');
    expect(git('rev-parse', 'HEAD:.jit')).toBe(picked);
    check();

    git('checkout', '--quiet', 'a');
    git('rebase', '--quiet', 'main');
    expect([show(one).labels, show(two).labels]).toEqual([['a1'], ['a2', 'm']]);
    check();

    jit('update', one, '-l', 'stashed');
    git('stash', '--quiet');
    jit('update', one, '-l', 'meanwhile');
    commit();
    git('stash', 'pop', '--quiet');
    commit();
    expect(show(one).labels).toEqual(['a1', 'meanwhile', 'stashed']);
    check();
  });

  test('in a linked work tree, with the store below the top, from a directory below', () => {
    const { jit, git, create, commit, branch, check, show, calls, repository } = start('tools/my store');
    const id = create('First');
    commit();
    branch('a', () => jit('update', id, '-l', 'a'));
    jit('update', id, '-l', 'm');
    commit();
    git('worktree', 'add', '--quiet', '-b', 'linked', '../linked', 'a');
    git('-C', '../linked/tools', 'merge', '--quiet', 'main', '-m', 'merge');
    git('merge', '--quiet', 'linked');
    expect(show(id).labels).toEqual(['a', 'm']);
    check();
    // From the top of the work tree it is in, whatever directory git was started in.
    for (const call of calls()) expect(call).toMatch(/^7 tools\/my store\/\.jit\/\S+ \S+\/linked \d+$/);
    expect(calls()[0]).not.toContain(`${repository} `);
  });

  test('the log is merged by jit in every work tree, whatever git does, and on a branch that never heard of it', () => {
    const { jit, git, create, commit, branch, calls, repository, run } = start('tools/my store');
    const log = 'tools/my store/.jit/events.jsonl';
    git('commit', '--quiet', '--allow-empty', '-m', 'before the store');
    const id = create('First');
    git('rm', '--quiet', '--cached', '--ignore-unmatch', 'tools/my store/.jit/.gitattributes');
    rmSync(join(repository, 'tools/my store/.jit/.gitattributes'));
    commit();
    branch('a', () => create('Of a'));
    branch('b', () => jit('update', id, '-l', 'b'));
    create('Of main');
    commit();
    git('worktree', 'add', '--quiet', '-b', 'linked', '../linked', 'main');
    const linked = join(repository, '../linked');
    const asked = (...words: string[]): void => {
      const before = calls().length;
      git('-C', linked, ...words);
      const told = calls()
        .slice(before)
        .filter((call) => call.includes(` ${log} `));
      expect(told, words.join(' ')).not.toEqual([]);
      expect(git('-C', linked, 'status', '--porcelain', '--untracked-files=no'), words.join(' ')).toBe('');
      git('-C', linked, 'reset', '--quiet', '--hard', 'main');
    };
    expect(git('-C', linked, 'check-attr', 'merge', '--', log)).toContain(': merge: jit');
    asked('merge', '--quiet', 'a', '-m', 'merge');
    asked('cherry-pick', 'a');
    git('-C', linked, 'checkout', '--quiet', '-B', 'linked', 'b');
    asked('rebase', '--quiet', 'main');
    git('-C', linked, 'reset', '--quiet', '--hard', 'a');
    expect(run(['create', 'Stashed', '--dir', join(linked, 'tools/my store')])).toMatchObject({ exit: 0 });
    git('-C', linked, 'add', '-A');
    git('-C', linked, 'stash', '--quiet');
    git('-C', linked, 'reset', '--quiet', '--hard', 'main');
    const before = calls().length;
    git('-C', linked, 'stash', 'pop', '--quiet');
    expect(calls().slice(before).join()).toContain(log);
  });

  test('an issue that was added on both sides has an empty base', () => {
    const { jit, git, create, commit, branch, check, show, calls } = start();
    commit();
    let id = '';
    branch('a', () => {
      id = create('Picked');
      commit('create');
      jit('update', id, '-l', 'a');
    });
    // Else the picked commit would be the same one, if made within the same second.
    create('Other');
    commit();
    git('cherry-pick', 'a~1');
    jit('update', id, '-l', 'm');
    commit();
    git('merge', '--quiet', 'a', '-m', 'merge');
    expect(show(id).labels).toEqual(['a', 'm']);
    check();
    expect(calls().filter((call) => call.includes(id) && call.endsWith(' 0'))).toHaveLength(1);
  });

  test('stops with markers where it takes one issue for the other, renamed', () => {
    const { jit, git, create, commit, branch, store, stopsAt, calls } = start();
    const old = create('Old', '-d', 'the same long text that makes git believe in a rename\n'.repeat(5));
    commit();
    branch('a', () => jit('update', old, '-l', 'edited'));
    // As after `delete` and `gc`, with a similar issue created in the same commit.
    const similar = JSON.parse(readFileSync(join(store, 'issues', `${old}.json`), 'utf8'));
    const id = `${old.slice(0, -1)}${old.endsWith('0') ? '1' : '0'}`;
    rmSync(join(store, 'issues', `${old}.json`));
    writeFileSync(
      join(store, 'issues', `${id}.json`),
      `${JSON.stringify({ ...similar, id, title: 'New' }, null, 2)}\n`,
    );
    commit();
    const said = stopsAt('merge', 'a');
    expect(said).toContain(`jit: .jit/issues/${id}.json could not be merged: two issues cannot be merged`);
    const text = readFileSync(join(store, 'issues', `${id}.json`), 'utf8');
    expect(text).toMatch(/^<{7} ours: issue /);
    expect([text.includes('"title": "New"'), text.includes('"edited"')]).toEqual([true, true]);
    expect(git('diff', '--name-only', '--diff-filter=U').trim()).toBe(`.jit/issues/${id}.json`);
    expect(calls().some((call) => call.includes(`issues/${id}.json`))).toBe(true);
  });

  test('stops where a side cannot be read, and asks no driver where a side removed the file', () => {
    const { jit, git, create, commit, branch, store, stopsAt, calls } = start();
    const [broken, gone] = [create('Broken'), create('Gone')];
    commit();
    branch('a', () => {
      jit('update', broken, '-l', 'a');
      jit('update', gone, '-l', 'a');
    });
    writeFileSync(join(store, 'issues', `${broken}.json`), 'oh dear\n');
    rmSync(join(store, 'issues', `${gone}.json`));
    commit();
    const said = stopsAt('merge', 'a');
    expect(said).toContain('is not JSON (our side); it has conflict markers');
    expect(said).toContain(`CONFLICT (modify/delete): .jit/issues/${gone}.json`);
    const text = readFileSync(join(store, 'issues', `${broken}.json`), 'utf8');
    expect(text).toContain('<<<<<<< ours\noh dear\n');
    expect(text).toContain('>>>>>>> theirs\n');
    expect(git('ls-files', '--unmerged', `.jit/issues/${broken}.json`).trim().split('\n')).toHaveLength(3);
    expect(calls().some((call) => call.includes(gone))).toBe(false);
  });

  test('diff shows what changed, by the text conversion', () => {
    const { jit, git, create, commit } = start();
    const id = create('First');
    commit();
    git('config', 'diff.jit.textconv', `"${process.execPath}" "${BINARY}" git textconv`);
    jit('update', id, '-l', 'x', '-p', 'high');
    const lines = git('diff', '-U0', '--', `.jit/issues/${id}.json`).split('\n');
    expect(lines.filter((line) => /^[-+](?![-+])/.test(line) && !line.includes('updated at'))).toEqual([
      '-priority: normal',
      '+priority: high',
      '+label: x',
    ]);
  });
});
