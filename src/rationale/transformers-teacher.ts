/** A teacher of any family: an instruction model that transformers.js runs, its prose read as a rationale. */

import { instructionRationale } from '../text/instruction-rationale';
import type { Teacher, TeacherOptions, TeacherOutput } from './teacher';
import type { TransformersModel } from './transformers-model';

export class TransformersTeacher implements Teacher {
  readonly name: string;
  readonly #model: Pick<TransformersModel, 'write'>;
  readonly #signal: AbortSignal;

  /**
   * @param signal aborted by a pause: a batch may take minutes
   */
  readonly continues = false;

  constructor(name: string, model: Pick<TransformersModel, 'write'>, signal: AbortSignal) {
    this.name = name;
    this.#model = model;
    this.#signal = signal;
  }

  /**
   * One prompt after the other. Together they would need padding on the left, which many exported
   * models take for part of the prompt (they have no input for positions), and the library draws the
   * random numbers of a batch from one source, so that a row would depend on its neighbours.
   */
  async generate(prompts: readonly string[], options: TeacherOptions): Promise<TeacherOutput[]> {
    const { temperature, seeds, maximumTokens } = options;
    const outputs: TeacherOutput[] = [];
    for (const [index, prompt] of prompts.entries()) {
      this.#signal.throwIfAborted();
      const seed = seeds[index] ?? 0;
      const { text, tokens } = await this.#model.write(prompt, {
        temperature,
        seed,
        maximumTokens,
      });
      outputs.push({ text: instructionRationale(text), tokens });
    }
    return outputs;
  }
}
