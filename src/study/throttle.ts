/** Broadcasting changes at most about ten times a second. */

/** Milliseconds between two broadcasts. */
const INTERVAL_MS = 100;

/**
 * Wraps a broadcast: urgent calls pass at once, others only when the last one is long enough ago.
 * Nothing is sent later on a timer, because work goes on and calls again; whoever stops makes an
 * urgent call last.
 */
export function throttled(broadcast: () => void): (urgent: boolean) => void {
  let last = -Infinity;
  return (urgent) => {
    const now = performance.now();
    if (!urgent && now - last < INTERVAL_MS) return;
    last = now;
    broadcast();
  };
}
