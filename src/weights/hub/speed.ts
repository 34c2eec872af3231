/** How fast a download is, and how long it still takes, from what came in the last seconds. */

/** The speed shown is that of the last so many ms. */
const SPEED_WINDOW_MS = 5_000;

export interface DownloadProgress {
  readonly bytes: number;
  readonly total: number | null;
  /** Bytes a second over the last seconds; null at the beginning. */
  readonly speed: number | null;
  readonly remainingMs: number | null;
}

export class Speed {
  readonly #marks: { readonly at: number; readonly bytes: number }[] = [];

  constructor(bytes: number) {
    this.#marks.push({ at: performance.now(), bytes });
  }

  progress(bytes: number, total: number | null): DownloadProgress {
    const now = performance.now();
    this.#marks.push({ at: now, bytes });
    while (this.#marks.length > 2 && now - (this.#marks[0]?.at ?? now) > SPEED_WINDOW_MS) {
      this.#marks.shift();
    }
    const [first] = this.#marks;
    const elapsed = now - (first?.at ?? now);
    const speed = elapsed < 200 ? null : (1000 * (bytes - (first?.bytes ?? 0))) / elapsed;
    // A compressed transfer announces fewer bytes than the file has.
    const known = total !== null && total >= bytes ? total : null;
    const remainingMs =
      known === null || speed === null || speed === 0 ? null : (1000 * (known - bytes)) / speed;
    return { bytes, total: known, speed, remainingMs };
  }
}
