import { dropBlock, findBlock, linesOf, putBlock } from './marked-block.ts';
import {
  driverCommand,
  type Program,
  programOfDriver,
  programOfTextconv,
  textconvCommand,
} from './program.ts';

/** What a store has set in the configuration of its repository. */
export interface ConfigSettings {
  readonly driver: string;
  readonly textconv: string;
  /** Where hooks were put: `default`, or a directory relative to the top of the work tree; null: none were. */
  readonly hooks: string | null;
}

export const settingsFor = (program: Program, hooks: string | null): ConfigSettings => ({
  driver: driverCommand(program),
  textconv: textconvCommand(program),
  hooks,
});

const NAME = 'jit: issues, events, gates and settings, field by field';

/** The text of a configuration with jit's settings, at its end: what is said last counts. Settings of others in the block stay. */
export function putSettings(text: string, owner: string, settings: ConfigSettings, file: string): string {
  const body = bodyOf(settings);
  const old = findBlock(text, owner, file);
  // git itself writes into the block where somebody sets another key of these sections.
  if (old !== null && ownLines(old.body) === body) return text;
  return putBlock(dropSettings(text, owner, file), owner, body, file, 'end');
}

/** The text without jit's settings, as it was before; what others have put among them stays. */
export function dropSettings(text: string, owner: string, file: string): string {
  const block = findBlock(text, owner, file);
  if (block === null) return text;
  const foreign = foreignLines(block.body);
  if (foreign === '') return dropBlock(text, owner, file);
  return text.slice(0, block.start) + foreign + text.slice(block.end);
}

/** The settings of a store; null where it has none. A value that is not there, or was changed to something else, is empty. */
export function readSettings(text: string, owner: string, file: string): ConfigSettings | null {
  const block = findBlock(text, owner, file);
  if (block === null) return null;
  const values = new Map<string, string>();
  for (const { content } of linesOf(block.body)) {
    const [, key, value] = /^\s*(\w+) = (.*)$/s.exec(content) ?? [];
    if (key !== undefined && isOurs(content)) values.set(key, unquoted(value!));
  }
  const of = (key: string): string => values.get(key) ?? '';
  return { driver: of('driver'), textconv: of('textconv'), hooks: values.get('hooks') ?? null };
}

const bodyOf = ({ driver, textconv, hooks }: ConfigSettings): string =>
  [
    '[merge "jit"]',
    `\tname = ${quoted(NAME)}`,
    `\tdriver = ${quoted(driver)}`,
    '[diff "jit"]',
    `\ttextconv = ${quoted(textconv)}`,
    ...(hooks === null ? [] : ['[jit]', `\thooks = ${quoted(hooks)}`]),
  ]
    .map((line) => `${line}\n`)
    .join('');

const quoted = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

/** A value as jit or git writes it. git quotes a value only where it must. */
const unquoted = (value: string): string =>
  value.replace(/\\(.)|"/g, (_, escaped: string | undefined) => (escaped === 'n' ? '\n' : (escaped ?? '')));

/** The lines of the block that jit wrote. */
const ownLines = (body: string): string =>
  linesOf(body)
    .filter(({ content }) => HEADINGS.has(content) || isOurs(content))
    .map(({ content }) => `${content}\n`)
    .join('');

/** The lines of the block that jit did not write, under their headings. */
function foreignLines(body: string): string {
  let heading = '';
  let foreign = '';
  for (const { at, next, content } of linesOf(body)) {
    const line = body.slice(at, next);
    if (HEADINGS.has(content)) heading = line;
    else if (!isOurs(content)) {
      foreign += heading + line;
      heading = '';
    }
  }
  return foreign;
}

const HEADINGS = new Set(['[merge "jit"]', '[diff "jit"]', '[jit]']);

function isOurs(line: string): boolean {
  const [, key, value] = /^\s*(\w+) = (.*)$/s.exec(line) ?? [];
  if (key === 'name') return unquoted(value!) === NAME;
  if (key === 'driver') return programOfDriver(unquoted(value!)) !== null;
  if (key === 'textconv') return programOfTextconv(unquoted(value!)) !== null;
  return key === 'hooks';
}
