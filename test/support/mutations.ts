import fc from 'fast-check';

/** One way to damage the text of a JSON file. */
export type Mutation =
  | { readonly how: 'cut' | 'drop' | 'double' | 'flip'; readonly at: number; readonly length: number }
  | { readonly how: 'insert'; readonly at: number; readonly text: string }
  | { readonly how: 'bytes'; readonly at: number; readonly bytes: readonly number[] }
  /** In the value at the `at`th place of the document. */
  | { readonly how: 'replace'; readonly at: number; readonly value: unknown }
  | { readonly how: 'rename'; readonly at: number; readonly key: string }
  | { readonly how: 'remove'; readonly at: number };

// What has tripped parsers, terminals and programs that take objects for maps.
const TOKENS = [
  '\u0000',
  '\u001b[31m',
  '\ufeff',
  '\r',
  '\\ud800',
  '"',
  '\\',
  '{',
  ']',
  ',',
  '<<<<<<< HEAD\n',
  '=======\n',
  '>>>>>>> x\n',
  '//',
  'NaN',
  '1e999',
  '-0',
  '"__proto__": {"x": 1},',
  '"id": "x",',
  '['.repeat(200),
];

const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'id',
  'deleted_at',
  'title',
  '',
  'x\u001b[31m',
  'schema_version',
];

const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  1e21,
  '',
  'x'.repeat(300),
  '\u001b]0;x\u0007',
  '\ud800',
  '2026-13-45T99:99:99.000Z',
  '01KDY000000000000000000009',
  'agent:a',
  [],
  {},
  [[]],
  ['a', 'a'],
  { __proto__: null, constructor: 1 },
  { status: 'passed', updated_by: null, updated_at: '2026-01-01T00:00:00.000Z' },
];

/** A few mutations, to be applied in order. */
export const arbitraryMutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.oneof(
    fc.record({
      how: fc.constantFrom('cut' as const, 'drop' as const, 'double' as const, 'flip' as const),
      at: fc.nat(),
      length: fc.integer({ min: 1, max: 40 }),
    }),
    fc.record({ how: fc.constant('insert' as const), at: fc.nat(), text: fc.constantFrom(...TOKENS) }),
    fc.record({
      how: fc.constant('bytes' as const),
      at: fc.nat(),
      bytes: fc.array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      how: fc.constant('replace' as const),
      at: fc.nat(),
      value: fc.oneof(fc.constantFrom(...VALUES), fc.jsonValue()),
    }),
    fc.record({ how: fc.constant('rename' as const), at: fc.nat(), key: fc.constantFrom(...KEYS) }),
    fc.record({ how: fc.constant('remove' as const), at: fc.nat() }),
  ),
  { minLength: 1, maxLength: 3 },
);

/** The bytes after one mutation. One that needs JSON leaves alone what is none any more. */
export function mutate(bytes: Buffer, mutation: Mutation): Buffer {
  const at = mutation.at % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (mutation.how) {
    case 'cut':
      return before;
    case 'drop':
      return Buffer.concat([before, after.subarray(mutation.length)]);
    case 'double':
      return Buffer.concat([before, after.subarray(0, mutation.length), after]);
    case 'flip':
      return Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ (1 << (mutation.length % 8)) : byte)));
    case 'insert':
      return Buffer.concat([before, Buffer.from(mutation.text), after]);
    case 'bytes':
      return Buffer.concat([before, Buffer.from(mutation.bytes), after]);
    default:
      return mutateJson(bytes, mutation);
  }
}

function mutateJson(bytes: Buffer, mutation: Mutation & { how: 'replace' | 'rename' | 'remove' }): Buffer {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString('utf8'));
  } catch {
    return bytes;
  }
  const places = listPlaces(document);
  const place = places[mutation.at % Math.max(1, places.length)];
  if (place === undefined) return bytes;
  const { holder, key } = place;
  const entries = Object.entries(holder).flatMap(([name, value]): [string, unknown][] => {
    if (name !== key) return [[name, value]];
    if (mutation.how === 'remove') return [];
    return mutation.how === 'rename' ? [[mutation.key, value]] : [[name, mutation.value]];
  });
  const changed = Array.isArray(holder) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
  const text = JSON.stringify(document, (_, value) => (value === holder ? changed : value), 2);
  return Buffer.from(`${text}\n`);
}

/** Every value inside of a document, by what holds it. */
function listPlaces(value: unknown): readonly { readonly holder: object; readonly key: string }[] {
  const places: { holder: object; key: string }[] = [];
  const holders: unknown[] = [value];
  for (let holder = holders.pop(); holder !== undefined; holder = holders.pop()) {
    if (holder === null || typeof holder !== 'object') continue;
    for (const key of Object.keys(holder)) {
      places.push({ holder, key });
      holders.push((holder as Record<string, unknown>)[key]);
    }
  }
  return places;
}
