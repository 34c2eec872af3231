/** Keeps the screen awake while a study runs, because a sleeping computer trains nothing. */

/** Holds a screen wake lock while asked to, and takes it again when the page becomes visible. */
export class StudyWakeLock {
  #wanted = false;
  #sentinel: WakeLockSentinel | null = null;
  #requesting = false;

  constructor() {
    // Browsers release the lock whenever the page is hidden.
    document.addEventListener('visibilitychange', () => void this.#update());
  }

  /** Asks for the lock (true) or gives it back (false). */
  hold(wanted: boolean): void {
    if (this.#wanted === wanted) return;
    this.#wanted = wanted;
    void this.#update();
  }

  async #update(): Promise<void> {
    if (!('wakeLock' in navigator) || this.#requesting) return;
    this.#requesting = true;
    try {
      const held = this.#sentinel !== null && !this.#sentinel.released;
      if (this.#wanted && !held && document.visibilityState === 'visible') {
        this.#sentinel = await navigator.wakeLock.request('screen');
      }
      if (!this.#wanted && this.#sentinel) {
        await this.#sentinel.release();
        this.#sentinel = null;
      }
    } catch {
      // Refused on low battery or by policy: the study runs all the same, so there is nothing to say.
    } finally {
      this.#requesting = false;
    }
  }
}
