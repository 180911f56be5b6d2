import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const schemas = new URL('../../schemas/', import.meta.url);
let validators: ReadonlyMap<string, ValidateFunction> | undefined;

function compile(): ReadonlyMap<string, ValidateFunction> {
  const ajv = new Ajv2020({
    allErrors: true,
    ownProperties: true,
    strict: true,
    strictTypes: false,
    allowUnionTypes: true,
  });
  const read = (url: URL): readonly [string, object][] =>
    readdirSync(url)
      .filter((name) => name.endsWith('.schema.json'))
      .map((name) => [
        name.replace('.schema.json', ''),
        JSON.parse(readFileSync(new URL(name, url), 'utf8')),
      ]);
  for (const [, schema] of read(schemas)) ajv.addSchema(schema);
  const outputs = read(new URL('output/', schemas));
  for (const [, schema] of outputs) ajv.addSchema(schema);
  return new Map(outputs.map(([kind, schema]) => [kind, ajv.getSchema((schema as { $id: string }).$id)!]));
}

/** The kinds of document that have a schema. */
export function listKinds(): readonly string[] {
  validators ??= compile();
  return [...validators.keys()].filter((kind) => !kind.startsWith('_')).sort();
}

/** Holds a printed document to the schema of its kind. Throws with every difference. */
export function checkDocument(document: unknown): void {
  validators ??= compile();
  const { kind } = document as { kind?: unknown };
  const validate = typeof kind === 'string' ? validators.get(kind) : undefined;
  if (validate === undefined)
    throw new Error(`no schema under schemas/output/ for the kind ${JSON.stringify(kind)}`);
  if (validate(document)) return;
  const errors = (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
  );
  throw new Error(
    `a document of kind ${kind} does not fit its schema:\n${errors.join('\n')}\n${JSON.stringify(document)}`,
  );
}
