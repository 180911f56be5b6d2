// Makes src/domain/generated from schemas/: types.ts (committed, so that readers and editors have it)
// and validators.js (not committed: large, and only ever as good as the schemas it was compiled from).
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { compile } from 'json-schema-to-typescript';

const schemasDir = new URL('../schemas/', import.meta.url);
const outDir = new URL('../src/domain/generated/', import.meta.url);

const schemas = Object.fromEntries(
  readdirSync(schemasDir)
    .filter((name) => name.endsWith('.schema.json'))
    .sort()
    .map((name) => [
      name.replace('.schema.json', ''),
      JSON.parse(readFileSync(new URL(name, schemasDir), 'utf8')),
    ]),
);

/** The text of types.ts for the schemas as they are now. */
export async function generateTypes() {
  const union = {
    title: 'Stored',
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, withoutRefsToFiles(schema)]),
    ),
  };
  const text = await compile(union, 'Stored', {
    bannerComment: GENERATED.trim(),
    additionalProperties: false,
    style: { singleQuote: true, printWidth: 110 },
    $refOptions: { resolve: { external: false } },
  });
  return text
    .replace(/export interface Stored \{[\s\S]*?\n\}\n/, '')
    .replace(/^( +)("?[\w-]+"?\??: )/gm, '$1readonly $2')
    .replace(/: ([\w'| ]+)\[\];/g, ': readonly $1[];')
    .replace(/^( +)\[k: string\]/gm, '$1readonly [k: string]')
    .replace(/: \[unknown, unknown\]/g, ': readonly [unknown, unknown]');
}

// json-schema-to-typescript resolves references against the file system; inlining them keeps it offline.
function withoutRefsToFiles(value) {
  if (Array.isArray(value)) return value.map(withoutRefsToFiles);
  if (value === null || typeof value !== 'object') return value;
  if (typeof value.$ref === 'string') {
    const { $ref, ...rest } = value;
    const [file, pointer] = $ref.split('#/$defs/');
    const owner =
      file === ''
        ? Object.values(schemas).find((s) => s.$defs?.[pointer])
        : schemas[file.replace('.schema.json', '')];
    return withoutRefsToFiles({ ...owner.$defs[pointer], ...rest });
  }
  const { $defs, $id, $schema, ...rest } = value;
  return Object.fromEntries(Object.entries(rest).map(([k, v]) => [k, withoutRefsToFiles(v)]));
}

// Compiled code repeats the schema; what is only for readers would be parsed at every start.
function withoutAnnotations(value) {
  if (Array.isArray(value)) return value.map(withoutAnnotations);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !((key === 'description' || key === 'title') && typeof inner === 'string'))
      .map(([key, inner]) => [key, withoutAnnotations(inner)]),
  );
}

/** The text of validators.js: ajv's compiled code, which tells every violation, with no run-time dependency on ajv. */
export function generateValidators() {
  return compileSchemas({ allErrors: true }, 'validate');
}

/**
 * The text of checks/NAME.js: the same rules for one kind of document, which only say yes or no. Most of what ajv compiles makes
 * errors; without that it is small enough to be loaded at every start.
 */
export function generateCheck(name) {
  return withoutErrors(compileSchemas({ allErrors: false, messages: false }, 'check', [name]));
}

function compileSchemas(options, prefix, names = Object.keys(schemas)) {
  const ajv = new Ajv2020({
    code: { source: true, esm: true, lines: false },
    ownProperties: true,
    strict: true,
    strictTypes: false,
    allowUnionTypes: true,
    ...options,
  });
  for (const schema of Object.values(schemas)) ajv.addSchema(withoutAnnotations(schema));
  const code = standaloneCode.default(
    ajv,
    Object.fromEntries(names.map((name) => [exportName(prefix, name), schemas[name].$id])),
  );
  const imports = [];
  const body = code.replace(
    /const (\w+) = require\("(ajv\/dist\/runtime\/\w+)"\)\.default;/g,
    (_, name, module) => {
      imports.push(`import ${name}Module from '${module}.js';`);
      return `const ${name} = ${name}Module.default;`;
    },
  );
  if (body.includes('require('))
    throw new Error('ajv emitted a require() that generate.mjs does not translate');
  return `${imports.join('\n')}\n${body}`;
}

// What makes errors: an object literal after `const errN =` or `validateN.errors = [`, the path that is handed on to a part, and
// the errors that come back from it. Whoever asks only sees whether there is one.
function withoutErrors(code) {
  let short = '';
  let at = 0;
  const starts =
    /(?:(?:const err\d+ = |validate\d+\.errors = \[|, )\{(?=instancePath[:,])|validate\d+\.evaluated = \{)/g;
  for (const { index, 0: start } of code.matchAll(starts)) {
    const open = index + start.length - 1;
    short += `${code.slice(at, open)}{}`;
    at = endOfLiteral(code, open);
  }
  short = (short + code.slice(at))
    .replaceAll(/validate\d+\.errors = (?:\[\{\}\]|vErrors);/g, '')
    // Only asked for by schemas with `unevaluatedProperties`.
    .replaceAll(/validate\d+\.evaluated = \{\};/g, '')
    .replaceAll(/const (evaluated\d+) = validate\d+\.evaluated;(?:if\(\1\.\w+\)\{[^{}]*\})*/g, '')
    .replaceAll(
      /vErrors = vErrors === null \? (validate\d+)\.errors : vErrors\.concat\(\1\.errors\);errors = vErrors\.length;/g,
      'errors++;',
    );
  const left = /\.errors|\.evaluated|instancePath:/.exec(short);
  if (left === null) return short;
  const where = short.slice(Math.max(0, left.index - 100), left.index + 100);
  throw new Error(`ajv makes errors in a way that generate.mjs does not know: ${where}`);
}

/** Behind the brace that closes the one at `open`. Texts in between may hold braces. */
function endOfLiteral(code, open) {
  let depth = 0;
  for (const { index, 0: token } of code.slice(open).matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') depth += 1;
    else if (token === '}') depth -= 1;
    if (depth === 0) return open + index + 1;
  }
  throw new Error('an object literal without an end');
}

const exportName = (prefix, name) =>
  `${prefix}${name
    .split('-')
    .map((w) => w[0].toUpperCase() + w.slice(1))
    .join('')}`;

const GENERATED = '// Generated from schemas/ by `npm run generate`. Do not edit.\n';
const VALIDATOR_TYPES = `export interface ValidationError {\n  readonly instancePath: string;\n  readonly keyword: string;\n  readonly message?: string;\n  readonly params: Readonly<Record<string, unknown>>;\n}\nexport interface Validator {\n  (data: unknown): boolean;\n  readonly errors?: readonly ValidationError[] | null;\n}\n`;

export const typesFile = new URL('types.ts', outDir);

if (process.argv[1] === new URL(import.meta.url).pathname) {
  mkdirSync(outDir, { recursive: true });
  writeFileSync(typesFile, await generateTypes());
  writeFileSync(new URL('validators.js', outDir), generateValidators());
  const names = Object.keys(schemas).map((name) => exportName('validate', name));
  writeFileSync(
    new URL('validators.d.ts', outDir),
    `${GENERATED}${VALIDATOR_TYPES}${names.map((n) => `export declare const ${n}: Validator;\n`).join('')}`,
  );
  mkdirSync(new URL('checks/', outDir), { recursive: true });
  for (const name of Object.keys(schemas)) {
    writeFileSync(new URL(`checks/${name}.js`, outDir), generateCheck(name));
    const declared = `export declare const ${exportName('check', name)}: (data: unknown) => boolean;\n`;
    writeFileSync(new URL(`checks/${name}.d.ts`, outDir), `${GENERATED}${declared}`);
  }
  const edition = createHash('sha256').update(generateCheck('issue')).update(generateCheck('tombstone'));
  writeFileSync(
    new URL('checks/edition.js', outDir),
    `${GENERATED}export const EDITION = '${edition.digest('hex').slice(0, 16)}';\n`,
  );
  writeFileSync(
    new URL('checks/edition.d.ts', outDir),
    `${GENERATED}/** Another one where files of issues are checked otherwise. */\nexport declare const EDITION: string;\n`,
  );
}
