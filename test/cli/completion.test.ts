import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { splitLine } from '../../src/cli/completion/split-line.ts';
import { newIssue, ref } from '../../src/domain/issue.ts';
import { BINARY, makeSandbox, type Sandbox } from '../support/binary.ts';
import { startCli } from '../support/cli.ts';

const id = '01KDY00000AAAAAAAAAABBBBB1';
const content = {
  issues: [newIssue({ id, title: 'Paint\u202e it', created_by: null, now: '2026-01-02T03:04:05.000Z' })],
  gates: { review: { key: 'review', title: 'Review', description: '', auto: false } },
};

async function complete(line: string): Promise<string[]> {
  const { stdout, exit, stderr } = await startCli({ content })(['completion', 'candidates', '--line', line]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return stdout.split('\n').slice(0, -1);
}
const words = async (line: string): Promise<string[]> =>
  (await complete(line)).map((each) => each.split('\t')[0]!);

describe('what may follow', () => {
  test.each<[string, string[]]>([
    ['jit isu', []],
    ['jit iss', ['issue']],
    ['jit issue cla', ['claim-next', 'claim']],
    ['jit config ', ['show', 'get', 'set', 'agent']],
    ['jit config agent s', ['show', 'set-id', 'set-type']],
    [
      'jit config set ',
      [
        'durability',
        'tombstone_days',
        'index.trust',
        'claims.scope',
        'claims.remote',
        'claims.refPrefix',
        'claims.ttl',
      ],
    ],
    ['jit completion ', ['bash', 'zsh', 'fish']],
    ['jit create x --priority ', ['critical', 'high', 'normal', 'low']],
    ['jit create x --priority=h', ['--priority=high']],
    ['jit create x -p h', ['high']],
    ['jit create x --gate ', ['review']],
    ['jit create x --gate=review,r', ['--gate=review,review']],
    ['jit claim ', [ref(id)]],
    ['jit claim 01k', [id]],
    ['jit claim bbb', []],
    [`jit claim ${ref(id).slice(0, 3).toLowerCase()}`, [ref(id)]],
    ['jit init --no', ['--no-gates', '--no-color', '--no-index']],
    ['jit init --json --js', []],
    ['jit nonsense ', []],
    ['jit create "two words" --prio', ['--priority']],
    ['jit --js', ['--json']],
    ['jit create -- --prio', []],
  ])('%j', async (line, expected) => {
    expect(await words(line)).toEqual(expected);
  });

  test('has meanings, which a terminal cannot obey', async () => {
    expect(await complete('jit claim ')).toEqual([`${ref(id)}\tPaint\\u{202e} it`]);
    expect(await complete('jit vers')).toEqual(['version\tPrint the version of jit.']);
  });

  test('may be a file', async () => {
    expect(await complete('jit export -o ')).toEqual([':files']);
  });

  test('without a store is nothing, and no error', async () => {
    const { exit, stdout } = await startCli({ store: 'files' })([
      'completion',
      'candidates',
      '--line',
      'jit claim ',
    ]);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: '' });
  });

  test('hidden commands are not offered', async () => {
    expect(await words('jit completion c')).toEqual([]);
  });
});

test.each<[string, string[]]>([
  ['jit', []],
  ['jit ', ['']],
  ['jit a  b', ['a', 'b']],
  ['jit "a b" \'c "d\' e\\ f', ['a b', 'c "d', 'e f']],
  ['jit "unfinished wo', ['unfinished wo']],
  ['jit "a\\"b\\c" ""', ['a"b\\c', '']],
  ['jit x\\', ['x\\']],
])('the words of %j', (line, expected) => {
  expect(splitLine(line)).toEqual(expected);
});

describe('in a real shell', () => {
  function sandboxWithJit(): Sandbox & { readonly id: string; readonly path: string } {
    const sandbox = makeSandbox();
    const bin = join(sandbox.repository, 'bin');
    mkdirSync(bin);
    symlinkSync(BINARY, join(bin, 'jit'));
    sandbox.jit(['init']);
    const created = sandbox.jit(['create', 'A: b']).stdout.trim();
    return { ...sandbox, id: created, path: `${bin}${delimiter}${sandbox.env.PATH}` };
  }
  const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;
  /** Why a test is skipped where a shell is missing. */
  const unless = (shell: string): string => (has(shell) ? '' : ` (skipped: ${shell} is not installed)`);
  const ask = (shell: string, script: string, sandbox: ReturnType<typeof sandboxWithJit>): string[] =>
    execFileSync(shell, ['-c', script], {
      cwd: sandbox.repository,
      env: { ...sandbox.env, PATH: sandbox.path },
      encoding: 'utf8',
    })
      .trimEnd()
      .split('\n');

  test('bash: words, values behind = and ids; meanings only in the list', { timeout: 60_000 }, () => {
    const sandbox = sandboxWithJit();
    const script = `eval "$(jit completion bash)"
      try() { COMP_LINE="$1" COMP_POINT=\${#1} COMP_TYPE="\${2-9}"; _jit; echo "\${COMPREPLY[*]-}"; }
      try "jit issue claim-"; try "jit create T --priority=hi"; try "jit claim "; try "jit config set" 63; try "jit config s" 63
      complete -p jit`;
    expect(ask('bash', script, sandbox)).toEqual([
      'claim-next',
      'high',
      ref(sandbox.id),
      'set',
      expect.stringMatching(/^show {2}\(Show every setting.* set {3}\(Change one/),
      'complete -F _jit jit',
    ]);
  });

  test.skipIf(!has('fish'))(
    `fish: words with meanings, and ids${unless('fish')}`,
    { timeout: 60_000 },
    () => {
      const sandbox = sandboxWithJit();
      const script = `jit completion fish | source
      complete -C "jit issue claim-"; complete -C "jit claim "; complete -C "jit create T --priority=hi"`;
      expect(ask('fish', script, sandbox)).toEqual([
        expect.stringMatching(/^claim-next\tClaim the most/),
        `${ref(sandbox.id)}\tA: b`,
        '--priority=high',
      ]);
    },
  );

  test.skipIf(!has('zsh'))(
    `zsh: the words reach the completion system${unless('zsh')}`,
    { timeout: 60_000 },
    () => {
      const sandbox = sandboxWithJit();
      // What _describe would show, without a terminal: its array is printed instead.
      const script = `compdef() { :; }; eval "$(jit completion zsh)"; _describe() { print -l -- "\${(@P)3}"; }
      words=(jit issue claim-) CURRENT=3; _jit; words=(jit claim '') CURRENT=3; _jit; words=(jit vers) CURRENT=2; _jit`;
      expect(ask('zsh', script, sandbox)).toEqual([
        expect.stringMatching(/^claim-next:Claim the most important issue that is ready: each/),
        `${ref(sandbox.id)}:A: b`,
        expect.stringMatching(/^version:Print/),
      ]);
    },
  );
});
