/** How far training is and how long it will take, over runs whose updates differ in cost. */

import type { ExampleSet } from '../distill/examples';
import type { RunRecord } from '../storage/schema';
import type { Method } from './methods';

/** Updates of a run after which its own speed says more than that of the other methods. */
const OWN_SPEED_AFTER = 10;

export class TrainingClock {
  /** Mean tokens of one example of each method, input and target: what an update's cost grows with. */
  readonly #tokens: ReadonlyMap<Method, number>;

  constructor(runs: readonly RunRecord[], sets: ReadonlyMap<Method, ExampleSet>) {
    this.#tokens = new Map(
      runs.map(({ method }): [Method, number] => {
        const set = sets.get(method);
        const examples = Math.max(1, set?.examples.length ?? 0);
        return [method, set === undefined ? 1 : (set.inputTokens + set.targetTokens) / examples];
      }),
    );
  }

  /** Updates done, and in all, with the estimated time to the end of all runs; null until an update was timed. */
  progress(runs: readonly RunRecord[]): {
    readonly done: number;
    readonly total: number;
    readonly remainingMs: number | null;
  } {
    return {
      done: runs.reduce((sum, run) => sum + run.update, 0),
      total: runs.reduce((sum, run) => sum + run.totalUpdates, 0),
      remainingMs: this.#remainingMs(runs),
    };
  }

  #remainingMs(runs: readonly RunRecord[]): number | null {
    const weight = (run: RunRecord): number => this.#tokens.get(run.method) ?? 1;
    const cost = runs.reduce((sum, run) => sum + run.update * weight(run), 0);
    if (cost === 0) return null;
    const msPerToken = runs.reduce((sum, run) => sum + run.elapsedMs, 0) / cost;
    return runs.reduce((sum, run) => {
      const left = run.totalUpdates - run.update;
      const perUpdate =
        run.update >= OWN_SPEED_AFTER ? run.elapsedMs / run.update : msPerToken * weight(run);
      return sum + left * perUpdate;
    }, 0);
  }
}
