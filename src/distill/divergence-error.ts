/** What training throws when it does not come back to finite numbers. */

export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  /** Positions of the last batch among the examples. */
  readonly batch: readonly number[];

  constructor(message: string, batch: readonly number[]) {
    super(message);
    this.batch = batch;
  }
}
