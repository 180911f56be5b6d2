import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const schemas = new URL('../../schemas/', import.meta.url);

interface Schema {
  readonly $id: string;
}

function readSchemas(url: URL): ReadonlyMap<string, Schema> {
  const names = readdirSync(url).filter((name) => name.endsWith('.schema.json'));
  return new Map(
    names.map((name) => [
      name.replace('.schema.json', ''),
      JSON.parse(readFileSync(new URL(name, url), 'utf8')),
    ]),
  );
}

let known: { readonly ajv: Ajv2020; readonly kinds: ReadonlyMap<string, Schema> } | undefined;

function load(): NonNullable<typeof known> {
  if (known !== undefined) return known;
  const ajv = new Ajv2020({
    allErrors: true,
    ownProperties: true,
    strict: true,
    // Schemas are put together from parts, so that a part may require what another declares.
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
  });
  const kinds = readSchemas(new URL('output/', schemas));
  for (const schema of [...readSchemas(schemas).values(), ...kinds.values()]) ajv.addSchema(schema);
  known = { ajv, kinds };
  return known;
}

/** The kinds of document that have a schema. Files that start with `_` are parts of others. */
export const listKinds = (): readonly string[] =>
  [...load().kinds.keys()].filter((kind) => !kind.startsWith('_')).sort();

/** The compiled schema of a kind; each is compiled when it is first needed. Throws where there is none. */
export function validatorOf(kind: unknown): ValidateFunction {
  const { ajv, kinds } = load();
  const schema = typeof kind === 'string' ? kinds.get(kind) : undefined;
  if (schema === undefined)
    throw new Error(`no schema under schemas/output/ for the kind ${JSON.stringify(kind)}`);
  return ajv.getSchema(schema.$id)!;
}

/** Holds a printed document to the schema of its kind. Throws with every difference. */
export function checkDocument(document: unknown): void {
  const { kind } = document as { kind?: unknown };
  const validate = validatorOf(kind);
  if (validate(document)) return;
  const errors = (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
  );
  throw new Error(
    `a document of kind ${kind} does not fit its schema:\n${errors.join('\n')}\n${JSON.stringify(document)}`,
  );
}
