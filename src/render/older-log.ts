import type { Problem } from '../domain/problem.ts';
import { counted } from './count.ts';

/** More of them than this are told in one line. */
const FEW = 5;
const NAMED = 3;

const CODES = ['no-events', 'edited-outside'];

/**
 * What is shown to people of these problems, in their order. Where git has put back an older log, every issue that was changed since
 * differs from it for the one reason: that is said once, with how many there are and the first of them, in the place of the first.
 * `behind`: issues of which the log lacks the last change. All other problems stay.
 */
export function sumUpOlderLog(problems: readonly Problem[], behind: readonly string[]): readonly Problem[] {
  const ids = new Set(behind);
  const same = problems.filter(({ code, id }) => id !== null && ids.has(id) && CODES.includes(code));
  if (same.length <= FEW) return problems;
  const left = new Set(same.slice(1));
  return problems.flatMap((problem) => {
    if (problem === same[0]) return [tellAtOnce(same)];
    return left.has(problem) ? [] : [problem];
  });
}

function tellAtOnce(same: readonly Problem[]): Problem {
  const without = same.filter(({ code }) => code === 'no-events').length;
  const lacks = [
    ...(without === 0 ? [] : [`has no events of ${counted(without, 'issue')}`]),
    ...(without === same.length
      ? []
      : [`lacks the last change of ${counted(same.length - without, 'issue')}`]),
  ];
  const named = same.slice(0, NAMED).map(({ id }) => id);
  const others = counted(same.length - NAMED, 'other');
  return {
    severity: 'warning',
    code: CODES.filter((code) => same.some((problem) => problem.code === code)).join(', '),
    message: `${lacks.join(', and ')}, as where git has put back an older log${without === 0 ? '' : ', or where they were not made by jit'}: ${named.join(', ')} and ${others} (--json has all)`,
    file: '.jit/events.jsonl',
    path: null,
    id: null,
    fix: same.every(({ fix }) => fix !== null)
      ? 'put back the log that belongs to the issues (git log -- .jit/events.jsonl shows which there are), or write into the log how they are'
      : null,
  };
}
