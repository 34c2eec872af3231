/** Whether this visitor has seen the tour, or did not want it. */

const KEY = 'winnow-tour';

/** Where the browser stores nothing, the tour is offered again the next time. */
export function tourWasDismissed(): boolean {
  try {
    return localStorage.getItem(KEY) === 'dismissed';
  } catch {
    return false;
  }
}

export function rememberTourDismissed(): void {
  try {
    localStorage.setItem(KEY, 'dismissed');
  } catch {
    // The browser stores nothing.
  }
}
