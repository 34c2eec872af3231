/** Prints the tests of kernels as a table: a line a kernel with its checks, failures and largest error. */

import type { Reporter, TestCase, TestModule } from 'vitest/node';

interface KernelLine {
  checks: number;
  failed: number;
  /** Of the error allowed; undefined where every check compares ids or bits. */
  largestShare: number | undefined;
}

export default class KernelReporter implements Reporter {
  readonly #kernels = new Map<string, KernelLine>();
  #checks = 0;
  #failed = 0;

  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    if (state === 'skipped') return;
    if (this.#checks === 0) console.log(`Adapter: ${test.meta().adapter ?? 'unknown'}`);
    this.#checks += 1;
    const failed = state === 'failed';
    if (failed) {
      this.#failed += 1;
      console.log(`FAIL ${test.module.relativeModuleId} > ${test.fullName}`);
      for (const { message } of errors ?? []) console.log(`     ${message.slice(0, 500)}`);
    }
    const { kernels = [], errorShare } = test.meta();
    for (const name of kernels) {
      const line = this.#kernels.get(name) ?? { checks: 0, failed: 0, largestShare: undefined };
      line.checks += 1;
      if (failed) line.failed += 1;
      if (errorShare !== undefined) {
        line.largestShare = Math.max(line.largestShare ?? 0, errorShare);
      }
      this.#kernels.set(name, line);
    }
  }

  onTestModuleEnd(module: TestModule): void {
    for (const { message } of module.errors()) {
      this.#failed += 1;
      console.log(`FAIL ${module.relativeModuleId}: ${message.slice(0, 500)}`);
    }
  }

  onTestRunEnd(): void {
    const width = Math.max(6, ...[...this.#kernels.keys()].map((name) => name.length));
    console.log(`     ${'kernel'.padEnd(width)}  checks  failed  largest error, of that allowed`);
    const sorted = [...this.#kernels].toSorted(([first], [second]) => first.localeCompare(second));
    for (const [name, { checks, failed, largestShare }] of sorted) {
      const columns = [
        failed === 0 ? 'ok  ' : 'FAIL',
        name.padEnd(width + 1),
        String(checks).padStart(6),
        String(failed).padStart(7),
        (largestShare === undefined ? '-' : `${(100 * largestShare).toFixed(1)} %`).padStart(9),
      ];
      console.log(columns.join(' '));
    }
    console.log(
      this.#failed === 0
        ? `All ${this.#checks} checks of ${sorted.length} kernels passed.`
        : `${this.#failed} of ${this.#checks} checks failed.`,
    );
  }
}
