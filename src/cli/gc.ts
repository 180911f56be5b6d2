import { JitError } from '../domain/errors.ts';
import { collectGarbage } from '../operations/gc.ts';
import { counted } from '../render/count.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';
import { flag, number } from './options.ts';

export const declaration: Declaration = {
  path: ['gc'],
  summary: 'Remove old tombstones, caches, and what processes that died left behind.',
  options: {
    'older-than': {
      type: 'integer',
      placeholder: 'DAYS',
      description: 'Tombstones of at least this age; default: tombstone_days of the configuration, or 90.',
    },
    'dry-run': { type: 'boolean', description: 'Only say which tombstones would be removed.' },
  },
  reads: 'All issue files, and .jit/local.',
  writes: 'Removes tombstones and what lies under .jit/local without use. Nothing that is acknowledged.',
  examples: [
    ['jit gc', 'clean up'],
    ['jit gc --older-than 0 --dry-run', 'every tombstone, only shown'],
  ],
  kinds: ['gc'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const apply = !flag(input, 'dry-run');
  const days = number(input, 'older-than') ?? null;
  if (days !== null && days < 0)
    throw new JitError('USAGE', `--older-than is ${days}`, { hint: 'give 0 or more days' });
  const removed = await collectGarbage(context.session(), days, apply);
  const verb = apply ? 'removed' : 'would remove';
  return {
    document: { kind: 'gc', applied: apply, tombstones: removed.tombstones, leftovers: removed.leftovers },
    text: [`${verb} ${counted(removed.tombstones.length, 'tombstone')}`, ...removed.leftovers].join('\n'),
  };
}
