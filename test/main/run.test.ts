import { describe, expect, test } from 'vitest';
import { OVERVIEW } from '../../src/cli/overview.ts';
import type { Host } from '../../src/main/host.ts';
import { run } from '../../src/main/run.ts';
import { createMemoryStore } from '../../src/store/memory/memory-store.ts';
import type { Problem, Store } from '../../src/store/store.ts';
import { standingClock, startCli } from '../support/cli.ts';

const clock = standingClock();

function brokenStore(error: unknown): Store {
  const fail = async (): Promise<never> => {
    throw error;
  };
  return { ...createMemoryStore({ clock }), read: fail, transact: fail };
}

function storeWithProblems(problems: readonly Problem[]): Store {
  const inner = createMemoryStore({ clock });
  return { ...inner, read: (use) => inner.read((view) => use({ ...view, problems: () => problems })) };
}

const corrupt: Problem = {
  severity: 'error',
  code: 'invalid-json',
  message: 'not JSON: \u001b[31mred',
  file: '.jit/issues/X.json',
  path: null,
  id: null,
  fix: null,
};

describe('unexpected errors', () => {
  const store = brokenStore(new TypeError('x is not \u001b[2Ja function'));

  test('look different from refusals, and say where to report them', async () => {
    const { exit, stdout, stderr } = await startCli({ store })('config show');
    expect(exit).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('unexpected error: TypeError: x is not \\x1b[2Ja function');
    expect(stderr).toContain('This is a bug in jit');
    expect(stderr).not.toContain('    at ');
  });

  test('show the stack with JIT_DEBUG only', async () => {
    const cli = startCli({ store, env: { JIT_DEBUG: '1' } });
    expect((await cli('config show')).stderr).toContain('    at ');
    const { json } = await cli('config show --json');
    expect(json).toMatchObject({
      error: { code: 'INTERNAL', details: { stack: expect.stringContaining('    at ') } },
    });
  });

  test('are one line with --json', async () => {
    const { stderr } = await startCli({ store })('config show --json');
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'INTERNAL', details: {}, hint: null, retry: 'stop' },
    });
  });
});

describe('what was passed over', () => {
  const store = storeWithProblems([corrupt, corrupt]);

  test('is in the document, once', async () => {
    const { exit, json, stderr } = await startCli({ store })('config show --json');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(json.warnings).toEqual([corrupt]);
  });

  test('goes to stderr without --json, with nothing that a terminal obeys', async () => {
    const { stdout, stderr } = await startCli({ store })('config get durability');
    expect(stdout).toBe('full\n');
    expect(stderr).toBe('jit: warning: .jit/issues/X.json: not JSON: \\x1b[31mred\n');
  });
});

describe('documents', () => {
  test('are compact, and spread out for a person', async () => {
    expect((await startCli()('version --json')).stdout.split('\n')).toHaveLength(2);
    const cli = startCli({ terminal: { stdout: true } });
    expect((await cli('version --json')).stdout).toContain('\n  "kind": "version"');
  });

  test('--json is seen wherever it stands, and also when the line is wrong', async () => {
    const cli = startCli();
    for (const line of ['--json version', 'version --json'])
      expect((await cli(line)).json.kind).toBe('version');
    for (const line of [
      '--json frob',
      'frob --json',
      'version --frob --json',
      'config --json',
      'config get --json',
    ]) {
      const { exit, json } = await cli(line);
      expect({ line, exit, kind: json.kind }).toEqual({ line, exit: 2, kind: 'error' });
    }
  });
});

describe('commands that are not there', () => {
  test.each([
    ['frobnicate', 'unknown command: jit frobnicate', 'jit --help'],
    ['isue list', 'unknown command: jit isue', 'did you mean jit issue?'],
    ['issue lst', 'unknown command: jit issue lst', 'did you mean jit issue list?'],
    ['set-id x', 'unknown command: jit set-id', 'did you mean jit config agent set-id?'],
    ['config', 'jit config needs a verb', 'one of: show, get, set, agent'],
    ['next', 'jit next is not a command', 'jit claim-next'],
    ['issue claim next', 'jit issue claim next is not a command', 'claim-next'],
    ['claim next', 'jit claim next is not a command', 'claim-next'],
    ['--frob list', 'unknown option --frob before the command', 'after its name'],
    ['__proto__', 'unknown command: jit __proto__', 'jit --help'],
    ['constructor --json', 'unknown command: jit constructor', 'jit --help'],
  ])('jit %s', async (line, message, hint) => {
    const { exit, stdout, stderr } = await startCli()(line);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });

  test('what was typed reaches a terminal spelled out', async () => {
    expect((await startCli()(['\u001b[31mx'])).stderr).toContain('\\x1b[31mx');
    expect((await startCli()(['version', '--\u001b]0;x\u0007'])).stderr).not.toContain('\u001b');
  });
});

describe('help', () => {
  test('of everything fits on one screen', async () => {
    for (const line of ['', '--help', '-h', 'help']) {
      const { exit, stdout } = await startCli()(line);
      expect(exit).toBe(0);
      expect(stdout.split('\n').length).toBeLessThan(40);
      expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
      expect(stdout).toContain('claim-next');
    }
  });

  test('of everything names only calls that lead somewhere', async () => {
    for (const [, calls] of OVERVIEW)
      for (const [call] of calls) expect((await startCli()(`${call} --help`)).exit, call).toBe(0);
  });

  test('of a noun lists its verbs', async () => {
    for (const line of ['issue --help', 'help issue']) {
      const { stdout } = await startCli()(line);
      for (const verb of ['create', 'claim-next', 'complete', 'reopen'])
        expect(stdout).toContain(`jit issue ${verb}`);
    }
  });

  test('of a command has all that the contract names', async () => {
    for (const line of ['config set --help', 'help config set', 'config set -h --nonsense']) {
      const { exit, stdout } = await startCli()(line);
      expect(exit).toBe(0);
      for (const part of [
        'Usage: jit config set',
        '"durability"',
        'Reads:',
        'Writes:',
        'Exit codes:',
        'Examples:',
        '--json',
      ]) {
        expect(stdout).toContain(part);
      }
    }
  });

  test('with --json is the part of the schema', async () => {
    const { json } = await startCli()('config set --help --json');
    expect(json).toMatchObject({ kind: 'schema', commands: [{ command: 'config set' }] });
    expect((await startCli()('config --help --json')).json.commands).toHaveLength(6);
  });
});

describe('an export', () => {
  const writing = (code: string) => {
    const failed = (): never => {
      throw Object.assign(new Error(`write ${code}`), { code });
    };
    const cli = startCli();
    return { cli, broken: startCli({ store: cli.store, onOut: failed }) };
  };

  test.each(['json', 'jsonl', 'csv', 'markdown'])(
    'as %s ends quietly when nobody reads it any more',
    async (format) => {
      const { cli, broken } = writing('EPIPE');
      await cli('create One --priority high');
      expect(await broken(`export --format ${format}`)).toMatchObject({ exit: 0, stderr: '' });
    },
  );

  test('that cannot be written is an error', async () => {
    const { cli, broken } = writing('ENOSPC');
    await cli('create One --priority high');
    const { exit, stderr } = await broken('export --format jsonl');
    expect(exit).not.toBe(0);
    expect(stderr).toContain('could not be written to stdout');
  });
});

describe('a reader that goes away', () => {
  test('ends the command quietly', async () => {
    const silent: string[] = [];
    const gone = (): never => {
      throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    };
    const host = {
      env: {},
      cwd: '/',
      terminal: { stdout: false, stderr: false, interactive: false, columns: 80 },
      clock,
      out: gone,
      err: (text: string) => silent.push(text),
    } as unknown as Host;
    for (const argv of [['version'], ['version', '--json'], ['--help'], ['config', '--help']]) {
      expect(await run(argv, host, async () => host)).toBe(0);
    }
    expect(silent.join('')).toBe('');
  });
});

describe('colour', () => {
  test.each<[Record<string, string>, string[], boolean]>([
    [{}, [], true],
    [{ NO_COLOR: '1' }, [], false],
    [{ TERM: 'dumb' }, [], false],
    [{}, ['--no-color'], false],
  ])('%j %j', async (env, words, color) => {
    const { wireContext } = await import('../../src/main/context.ts');
    const host = {
      env,
      terminal: { stdout: true, stderr: true, interactive: true, columns: 80 },
    } as unknown as Host;
    const globals = { json: false, dir: undefined, index: true, color: !words.includes('--no-color') };
    expect(wireContext(host, globals, () => {}).context.terminal.color).toBe(color);
  });
});
