/** One trainer per origin: a Web Lock that the tab which trains holds, also against energy saving. */

export const TRAINER_LOCK = 'winnow-trainer';

/** What a second tab is told. */
export const TRAINER_LOCK_MESSAGE =
  'Another tab of this page is training a study. Pause it there, or close that tab, and try again: ' +
  'two trainers would share one graphics processor and one store.';

/**
 * Takes the trainer's lock.
 *
 * @returns a function that gives it back, or null when another tab holds it.
 */
export async function acquireTrainerLock(
  name: string = TRAINER_LOCK,
): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(null);
          return undefined;
        }
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}

/** How long another tab may take to finish its piece of work and save, in ms. */
const HAND_OVER_MS = 60_000;

/**
 * Takes the trainer's lock as soon as the tab that holds it gives it back.
 *
 * @returns a function that gives it back
 * @throws Error when that takes longer than a minute, as in a tab that the browser has frozen
 */
export async function awaitTrainerLock(
  name: string = TRAINER_LOCK,
  patience: number = HAND_OVER_MS,
): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(
        name,
        { signal: AbortSignal.timeout(patience) },
        () => new Promise<void>((release) => resolve(release)),
      )
      .catch((error: unknown) =>
        reject(
          new Error(
            `Expected the other tab to hand its study over within ${patience / 1000} s, found it still there. Close that tab and go on.`,
            { cause: error },
          ),
        ),
      );
  });
}

/** Does any tab of this origin hold the trainer's lock? */
export async function isTrainerLockHeld(name: string = TRAINER_LOCK): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some((lock) => lock.name === name);
}
