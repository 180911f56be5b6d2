import type { JitError } from '../domain/errors.ts';
import type { Standing } from '../domain/lease.ts';
import type { Problem } from '../domain/problem.ts';
import type { Session } from './session.ts';

/** A record that cannot be understood, as a problem to tell of. */
export const damageOf = (id: string, { code, message }: JitError): Problem => ({
  severity: 'error',
  code: code === 'SCHEMA_TOO_NEW' ? 'lease-too-new' : 'lease-damaged',
  message,
  file: null,
  path: null,
  id,
  fix: null,
});

/** Leases, and the records among them that cannot be understood: somebody may have those issues. */
export interface Inspected {
  readonly leases: ReadonlyMap<string, Standing>;
  readonly damaged: ReadonlyMap<string, JitError>;
}

/** Looks at the leases of these issues, or of all. What cannot be understood is told, and the others are served. */
export async function inspectLeases(session: Session, ids?: readonly string[]): Promise<Inspected> {
  const damaged = new Map<string, JitError>();
  const leases = await session.leases.inspect(ids, (id, error) => damaged.set(id, error));
  for (const [id, error] of damaged) session.tell(damageOf(id, error));
  return { leases, damaged };
}
