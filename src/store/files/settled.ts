/** What came of a promise, to be taken later, if at all. */
export interface Settled<T> {
  /** It came to an error. */
  readonly failed: boolean;
  /** The value; throws what was thrown. */
  take(): T;
}

/** Waits for the end of a promise, and keeps what it came to. */
export async function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
  try {
    const value = await promise;
    return { failed: false, take: () => value };
  } catch (error) {
    return {
      failed: true,
      take: () => {
        throw error;
      },
    };
  }
}
