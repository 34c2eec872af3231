/** A problem until it is decided: the teacher's samples of it, what models said of them, and how they were judged last. */

import type { ModelsWord } from '../../feedback/assess';
import { winnow, type RepairOptions, type Winnowed } from '../../feedback/repair';
import type { JudgedRationale, TeacherSample, Trace } from '../../rationale/trace';

export class Undecided {
  readonly trace: Trace;
  readonly options: RepairOptions;
  readonly #said = new Map<number, ModelsWord>();
  #samples: readonly TeacherSample[];
  #winnowed: Winnowed;

  constructor(trace: Trace, options: RepairOptions) {
    this.trace = trace;
    this.options = options;
    // Only the greedy sample: what a stopped session sampled beyond it was never written.
    this.#samples = trace.samples.slice(0, 1);
    this.#winnowed = this.#judged();
  }

  get samples(): readonly TeacherSample[] {
    return this.#samples;
  }

  get winnowed(): Winnowed {
    return this.#winnowed;
  }

  /**
   * The sample that was added last, which decides unless it is rejected, and its judgement.
   *
   * @throws Error where the teacher has written nothing
   */
  get newest(): { readonly sample: TeacherSample; readonly judged: JudgedRationale } {
    const sample = this.#samples.at(-1);
    const judged = this.#winnowed.judged.at(-1);
    if (sample === undefined || judged === undefined)
      throw new Error(
        `Trace of problem ${this.trace.problemId}: expected a rationale of the teacher, found none. The study's record is damaged; start the study again.`,
      );
    return { sample, judged };
  }

  add(sample: TeacherSample): void {
    this.#samples = [...this.#samples, sample];
    this.#winnowed = this.#judged();
  }

  /** Judges again with what models said of the newest sample, beside what is known of it. */
  hear(word: ModelsWord): void {
    const { sample } = this.newest.sample;
    this.#said.set(sample, { ...this.#said.get(sample), ...word });
    this.#winnowed = this.#judged();
  }

  #judged(): Winnowed {
    return winnow(this.#samples, this.trace, this.options, this.#said);
  }
}
