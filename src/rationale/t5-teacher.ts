/** The built-in teacher: a T5 on this project's own engine. */

import { generate, type GenerationOptions } from '../t5/generate';
import type { T5Model } from '../t5/model';
import type { SoftTargets } from '../t5/soft-targets';
import { teacherLogits } from '../t5/teacher-logits';
import type { Tokenizer } from '../text/tokenizer';
import { scoreRationales, type RationaleQuestion, type RationaleScore } from './rationale-scores';
import type { ForcedText, SoftTeacher, Teacher, TeacherOptions, TeacherOutput } from './teacher';

export class T5Teacher implements Teacher, SoftTeacher {
  readonly name: string;
  readonly #model: T5Model;
  readonly #tokenizer: Tokenizer;
  readonly continues: boolean;
  readonly #read: (text: string) => string;

  /** @param read turns what the model writes into the rationale grammar; one trained on the grammar writes it itself */
  constructor(name: string, model: T5Model, tokenizer: Tokenizer, read?: (text: string) => string) {
    this.name = name;
    this.#model = model;
    this.#tokenizer = tokenizer;
    this.continues = read === undefined;
    this.#read = read ?? ((text) => text);
  }

  async generate(prompts: readonly string[], options: TeacherOptions): Promise<TeacherOutput[]> {
    const { temperature, seeds, maximumTokens } = options;
    const inputs = prompts.map((prompt) => this.#tokenizer.encode(prompt));
    const prefixes = prompts.map((_, row) =>
      this.#tokenizer.encode(options.prefixes?.[row] ?? '').slice(0, -1),
    );
    const settings = { maximumTokens, temperature, seeds, prefixes, ...this.#hearing(options) };
    const outputs = await generate(this.#model, inputs, settings);
    return outputs.map((ids, row) => {
      const prefix = prefixes[row] ?? [];
      return {
        text: this.#read(this.#tokenizer.decode([...prefix, ...ids])),
        tokens: generatedTokens(ids.length, Math.max(0, maximumTokens - prefix.length)),
      };
    });
  }

  #hearing({ onText }: TeacherOptions): Pick<GenerationOptions, 'onTokens'> {
    if (onText === undefined) return {};
    return { onTokens: ([ids = []]) => onText(this.#read(this.#tokenizer.decode(ids))) };
  }

  async scoreRationales(
    questions: readonly RationaleQuestion[],
    batchSize: number,
  ): Promise<RationaleScore[][]> {
    return scoreRationales(this.#model, this.#tokenizer, questions, batchSize);
  }

  async softTargets(texts: readonly ForcedText[], candidates: number): Promise<SoftTargets[]> {
    const pairs = texts.map(({ prompt, tokens }) => ({
      input: this.#tokenizer.encode(prompt),
      target: tokens,
    }));
    const { vocabularySize: vocabulary } = this.#tokenizer;
    return teacherLogits(this.#model, pairs, { candidates, vocabulary });
  }
}

/** Generated tokens with the end token, which `generate` leaves out and a cut output lacks. */
export function generatedTokens(written: number, maximumTokens: number): number {
  return Math.min(written + 1, maximumTokens);
}
