/** What a benchmark is: a name, and results beside those of stock tfjs on the same adapter in the same run. */

export interface BenchmarkResult {
  readonly name: string;
  /** Such as `ms` or `bytes`; empty for a count. */
  readonly unit: string;
  readonly ours: number;
  /** Null where there is nothing to compare. */
  readonly stock: number | null;
  /** How many times better than stock: more operations a second, or less time or memory. */
  readonly ratio: number | null;
  /** The ratio aimed at, where there is an aim. */
  readonly aim: number | null;
}

/** A result with both sides. */
export interface ComparedResult extends BenchmarkResult {
  readonly stock: number;
  readonly ratio: number;
}

export interface Benchmark {
  readonly name: string;
  run(): Promise<BenchmarkResult[]>;
}

/** A result that stock tfjs has no part in. */
export const alone = { stock: null, ratio: null, aim: null } as const;
