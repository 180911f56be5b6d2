import { type Issue, newIssue, type Tombstone } from '../issue.ts';

const BLANK = newIssue({ id: '', title: '?', created_by: null, now: '' }) as unknown as Fields;

type Fields = Readonly<Record<string, unknown>>;

/** Whether a path of an event is that one, or lies within it. */
export const isWithin = (path: string, of: string): boolean => path === of || path.startsWith(`${of}.`);

/** An image without the texts at these paths (of events), so that what stands for them is not taken for what they say. */
export function blankUnknown<T extends Issue | Tombstone>(image: T, paths: readonly string[]): T {
  let blank = image as unknown as Fields;
  for (const path of paths) blank = blankAt(blank, path);
  return blank as unknown as T;
}

function blankAt(image: Fields, path: string): Fields {
  const dot = path.indexOf('.', 1);
  const field = dot > 0 ? path.slice(0, dot) : path;
  const value = image[field];
  if (dot > 0 && value !== null && typeof value === 'object') {
    const key = path.slice(dot + 1);
    const rest = Array.isArray(value)
      ? value.filter((item) => item !== key && (item as { id?: unknown } | null)?.id !== key)
      : Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    return { ...image, [field]: rest };
  }
  const name = path.startsWith('.') ? path.slice(1) : field;
  if (!Object.hasOwn(image, name)) return image;
  const { [name]: _, ...others } = image;
  return Object.hasOwn(BLANK, name) ? { ...image, [name]: BLANK[name] } : others;
}
