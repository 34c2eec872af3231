/** The contract with the headless runner: what it may read of the page, on `window.winnow`. */

import type { StudySnapshot } from '../study/snapshot';

export interface WinnowAutomation {
  /** True once the device is known and the page takes intents. */
  ready: boolean;
  /** The latest snapshot of the study that runs or is shown. */
  snapshot: StudySnapshot | null;
  /** The last error the page shows, empty when there is none. */
  problem: string;
  /** The self-contained HTML report of `snapshot`; rejects when there is none. */
  reportHtml(): Promise<string>;
}

declare global {
  interface Window {
    winnow?: WinnowAutomation;
  }
}

/** Puts the contract on `window` and returns it for the page to keep up to date. */
export function exposeAutomation(
  buildReport: (snapshot: StudySnapshot) => Promise<string>,
): WinnowAutomation {
  const automation: WinnowAutomation = {
    ready: false,
    snapshot: null,
    problem: '',
    async reportHtml() {
      if (!automation.snapshot) throw new Error('There is no study to report on yet; start one.');
      return buildReport(automation.snapshot);
    },
  };
  window.winnow = automation;
  return automation;
}
