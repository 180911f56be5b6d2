import { JitError } from './errors.ts';
import { LIMITS } from './issue.ts';

/** Refuses a reason that is too long to be stored; characters are Unicode's. Throws LIMIT_EXCEEDED. */
export function checkReason(reason: string, of: 'hold' | 'verdict' | 'steal'): void {
  const limit = of === 'hold' ? LIMITS.holdReasonCharacters : LIMITS.verdictReasonCharacters;
  const length = [...reason].length;
  if (length <= limit) return;
  throw new JitError('LIMIT_EXCEEDED', `the reason of the ${of} has ${length} characters`, {
    details: { limit },
    hint: `at most ${limit}; put the rest into a comment`,
  });
}
