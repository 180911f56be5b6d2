import { JitError } from '../../domain/errors.ts';
import type { GateRegistry } from '../../domain/issue.ts';
import type { View } from '../../store/store.ts';

/** The gates of a view; null where they cannot be read. */
// A registry that cannot be read is a problem of the stored form: what it would say is then not known.
export async function readableGates(view: View): Promise<GateRegistry | null> {
  try {
    return await view.gates();
  } catch (error) {
    if (error instanceof JitError && error.code === 'CORRUPT_FILE') return null;
    throw error;
  }
}
