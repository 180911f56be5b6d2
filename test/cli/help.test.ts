import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { renderHelp } from '../../src/cli/help.ts';

describe.each([80, 100, 200])('help in %i columns', (columns) => {
  test('shows every example whole, to be copied, and what it does', async () => {
    for (const entry of COMMANDS) {
      const { path, examples } = (await entry.load()).declaration;
      const help = await renderHelp(path, columns);
      const lines = help.split('\n');
      for (const [command, what] of examples) {
        const at = lines.findIndex((line) => `${line}  `.startsWith(`  ${command}  `));
        expect(at, `${command}\n${help}`).toBeGreaterThan(-1);
        expect([lines[at]!.slice(2 + command.length).trim(), lines[at + 1]!.trim()]).toContain(what);
        expect(lines[at]!.length, command).toBeLessThanOrEqual(Math.min(columns, 100));
      }
    }
  });
});
