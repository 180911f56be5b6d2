import { expect } from 'vitest';
import type { Event, Issue } from '../../src/domain/issue.ts';
import type { Scratch } from './scratch.ts';

/** Holds `jit validate` to finding nothing at all; `path`: where the store lies. */
export async function expectClean(scratch: Scratch, about = '', path = scratch.root): Promise<void> {
  const ran = await scratch.jit(['validate', '--json', '--dir', path]);
  const { problems } = JSON.parse(ran.stdout || '{"problems":null}');
  expect({ exit: ran.exit, problems, stderr: ran.stderr }, about).toEqual({
    exit: 0,
    problems: [],
    stderr: '',
  });
}

/** Every issue in full, in the order of the ids. */
export const issuesOf = async (scratch: Scratch): Promise<readonly Issue[]> =>
  JSON.parse(await scratch.ok(['export', '--format', 'json'])).issues;

/** The events as they stand in the log. */
export const eventsOf = async (scratch: Scratch): Promise<readonly Event[]> =>
  (await scratch.json<{ events: Event[] }>(['events', 'query'])).events;
