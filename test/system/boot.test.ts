import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBoot } from '../../src/system/boot.ts';
import { temporaryDirectory } from '../support/cli.ts';

test('the start of the machine is what the system says, if it says something', () => {
  const path = join(temporaryDirectory(), 'boot_id');
  expect(readBoot(path)).toBeNull();
  writeFileSync(path, '\n');
  expect(readBoot(path)).toBeNull();
  writeFileSync(path, '0b6a5a4e-1\n');
  expect(readBoot(path)).toBe('0b6a5a4e-1');
});
