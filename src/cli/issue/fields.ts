import type { Clock } from '../../domain/clock.ts';
import { JitError } from '../../domain/errors.ts';
import { formatIdentity, parseIdentity } from '../../domain/identity.ts';
import type { Hold } from '../../domain/issue.ts';
import type { Input } from '../command.ts';
import type { Context } from '../context.ts';
import { readMoment } from '../moment.ts';
import { text } from '../options.ts';

/** The title, given as a word or as --title. Throws USAGE when it is missing. */
export function readTitle(input: Input): string {
  const title = text(input, 'title');
  if (title === undefined) {
    throw new JitError('USAGE', 'the title is missing', { hint: 'jit issue create "Title"' });
  }
  return title;
}

/** The description from --description (`-` is stdin) or --description-file; undefined when neither was given. */
export function readDescription(input: Input, context: Context): string | undefined {
  const inline = text(input, 'description');
  const file = text(input, 'description-file');
  if (inline !== undefined && file !== undefined) {
    throw new JitError('USAGE', 'both --description and --description-file are given', {
      hint: 'give one of them',
    });
  }
  if (file !== undefined) return context.readText(file);
  return inline === '-' ? context.readText('-') : inline;
}

/** The identity to assign, `{type}:{identifier}`; null for `none`, undefined when nothing was given. */
export function readAssignee(name: string | undefined): string | null | undefined {
  if (name === undefined) return undefined;
  return name === 'none' ? null : formatIdentity(parseIdentity(name));
}

/** The hold for a reason, until a time if one is given; null when there is no reason. */
export function readHold(reason: string | undefined, until: string | undefined, clock: Clock): Hold | null {
  if (reason === undefined) return null;
  return until === undefined ? { reason } : { reason, until: readMoment(until, clock, 'after') };
}

/** `KEY=VALUE` pairs; an empty value removes the key. Throws USAGE. */
export function readContextPairs(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) {
        throw new JitError('USAGE', `not KEY=VALUE: ${JSON.stringify(pair)}`, {
          hint: 'for example --context pr=42',
        });
      }
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
