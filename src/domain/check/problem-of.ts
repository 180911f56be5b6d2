import type { Problem } from '../problem.ts';

/** Where the file of an issue is, as problems name it. */
export const issueFile = (id: string): string => `.jit/issues/${id}.json`;

/** What is said of a problem besides the issue that has it. */
export type Told = Pick<Problem, 'severity' | 'code' | 'path' | 'message'> & { readonly fix?: string | null };

/** A problem of an issue; without a `fix` a person must mend it. */
export const problemOf = ({ id }: { readonly id: string }, { fix = null, ...told }: Told): Problem => ({
  ...told,
  file: issueFile(id),
  id,
  fix,
});
