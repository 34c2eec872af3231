/** What a benchmark is: a name, and results beside those of stock tfjs on the same adapter in the same run. */

export interface BenchmarkResult {
  readonly name: string;
  /** `ms`, `bytes`, or empty for a count. */
  readonly unit: string;
  readonly ours: number;
  readonly stock: number;
  /** How many times better than stock: more operations a second, or less time or memory. */
  readonly ratio: number;
  /** The ratio aimed at, where there is an aim. */
  readonly aim: number | null;
}

export interface Benchmark {
  readonly name: string;
  run(): Promise<BenchmarkResult[]>;
}
