/** One download of a file at a time, over all tabs of this origin (Web Locks). */

/** Runs work under a lock of that name; calls `waiting` when another tab holds it. */
export async function underDownloadLock<Result>(
  name: string,
  signal: AbortSignal,
  waiting: () => void,
  work: () => Promise<Result>,
): Promise<Result> {
  // Where there are no tabs, as in Node, there is nobody to wait for.
  const locks = globalThis.navigator?.locks;
  if (locks === undefined) return work();
  // The browser gives an outcome that is neither: taken at once, or to be waited for.
  const atOnce = await locks.request(name, { ifAvailable: true }, async (lock) =>
    lock === null ? null : { result: await work() },
  );
  if (atOnce !== null) return atOnce.result;
  waiting();
  return locks.request(name, { signal }, work);
}
