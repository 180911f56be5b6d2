import { join } from 'node:path';
import { JitError } from '../domain/errors.ts';
import type { LocalConfig } from '../domain/issue.ts';
import { readUserFile, writeUserFile } from './user-files.ts';

const fileOf = (dir: string): string => join(dir, 'config.local.json');

/** The settings of one worktree; empty where there are none. Throws CORRUPT_FILE. */
export function readLocalConfig(dir: string): LocalConfig {
  let text: string;
  try {
    text = readUserFile(fileOf(dir));
  } catch (error) {
    if (error instanceof JitError && error.code === 'FILE_NOT_FOUND') return {};
    throw error;
  }
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    throw corrupt(dir, `not JSON: ${(error as Error).message}`);
  }
  if (!isObject(config)) throw corrupt(dir, 'not a JSON object');
  const { agent } = config;
  if (agent !== undefined) {
    if (!isObject(agent)) throw corrupt(dir, '/agent is not an object');
    for (const key of ['id', 'type']) {
      if (agent[key] !== undefined && (typeof agent[key] !== 'string' || agent[key] === '')) {
        throw corrupt(dir, `/agent/${key} is not a name`);
      }
    }
  }
  return config as LocalConfig;
}

/** Writes the settings of one worktree; keys that jit does not know must still be in `config`. */
export function writeLocalConfig(dir: string, config: LocalConfig): void {
  writeUserFile(fileOf(dir), `${JSON.stringify(config, null, 2)}\n`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const corrupt = (dir: string, message: string): JitError =>
  new JitError('CORRUPT_FILE', `${fileOf(dir)}: ${message}`, {
    details: { file: fileOf(dir) },
    hint: 'mend the file, or remove it: it only names who acts in this worktree',
  });
