import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { indexEnv } from '../support/index-env.ts';

// Runs the commands of EXAMPLE.md and compares what they print. UPDATE_EXAMPLE=1 writes what they print into it.

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = join(root, 'EXAMPLE.md');
const STEP = /```bash\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g;
const MARK = '@@@ next step @@@';

/** The output of each step: all in one shell, so that variables last. */
function runSteps(steps: readonly string[]): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), 'jit-example-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const script = join(directory, 'steps.sh');
  const project = join(directory, 'project');
  writeFileSync(
    script,
    ['set -eu', 'exec 2>&1', ...steps.flatMap((step) => [step, `echo '${MARK}'`])].join('\n'),
  );
  const env = { PATH: `${join(root, 'bin')}:${process.env.PATH}`, HOME: directory, TZ: 'UTC', ...indexEnv() };
  execFileSync('git', ['init', '--quiet', project], { env });
  for (const [key, value] of [
    ['user.name', 'Alex'],
    ['user.email', 'alex@example.org'],
  ] as const) {
    execFileSync('git', ['-C', project, 'config', key, value], { env });
  }
  const output = execFileSync('sh', [script], { cwd: project, env, encoding: 'utf8' });
  return output
    .split(`${MARK}\n`)
    .slice(0, -1)
    .map((text) => text.replaceAll(project, '/project'));
}

/** Ids, times and ages are not the same twice. */
const settle = (text: string): string =>
  text
    .replace(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, 'ID')
    .replace(/\b(?=\w*\d)[0-9A-HJKMNP-TV-Z]{8}\b|\b[A-HJKMNP-TV-Z]{8}\b/g, 'REF')
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, 'TIME')
    .replace(/\b(\d+[smh] ago|just now)\b/g, 'AGO')
    .replace(/\b[0-9a-f]{40}\b/g, 'COMMIT');

test('EXAMPLE.md prints what it says', { timeout: 120_000 }, () => {
  const before = readFileSync(page, 'utf8');
  const steps = [...before.matchAll(STEP)].map(([, commands, printed]) => ({
    commands: commands!,
    printed: printed!,
  }));
  expect(steps.length).toBeGreaterThan(15);
  const outputs = runSteps(steps.map(({ commands }) => commands));
  expect(outputs).toHaveLength(steps.length);
  if (process.env.UPDATE_EXAMPLE === '1') {
    let at = 0;
    writeFileSync(
      page,
      before.replace(
        STEP,
        (_, commands) => `\`\`\`bash\n${commands}\`\`\`\n\n\`\`\`text\n${outputs[at++]}\`\`\``,
      ),
    );
    return;
  }
  for (const [at, { commands, printed }] of steps.entries()) {
    expect(settle(outputs[at]!), commands).toBe(settle(printed));
  }
});
