import { parseDuration } from '../domain/duration.ts';
import type { ValueType } from './command.ts';
import { Wrong } from './mistake.ts';

/** What a word must be. */
interface Checked {
  readonly type: ValueType;
  readonly values?: readonly string[];
  readonly synonyms?: Readonly<Record<string, string>>;
}

/** A word as the value it stands for. Throws Wrong. */
export function checkValue({ type, values, synonyms }: Checked, what: string, text: string): string | number {
  if (text.trim() === '') throw new Wrong({ type: 'empty', what });
  if (type === 'id') return text.trim();
  if (type === 'integer') {
    const number = /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
    if (number === undefined) throw new Wrong({ type: 'not-integer', what, value: text });
    return number;
  }
  if (type === 'duration') {
    const milliseconds = parseDuration(text);
    if (milliseconds === undefined) throw new Wrong({ type: 'not-duration', what, value: text });
    return milliseconds;
  }
  const wanted = plain(text);
  for (const [written, meant] of Object.entries(synonyms ?? {})) if (plain(written) === wanted) return meant;
  if (values === undefined) return text;
  const value = values.find((candidate) => plain(candidate) === wanted);
  if (value !== undefined) return value;
  throw new Wrong({
    type: 'unknown-value',
    what,
    value: text,
    values,
    ...(synonyms === undefined ? {} : { synonyms }),
  });
}

/** `In-Progress` and `in_progress` are the same word. */
const plain = (text: string): string => text.toLowerCase().replaceAll('-', '_');
