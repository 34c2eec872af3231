/** A teacher goes on from many given begins at once, in batches of similar length. */

import type { Tokenizer } from '../text/tokenizer';
import { lengthBatches } from './sampling';
import type { Teacher, TeacherOptions, TeacherOutput } from './teacher';

/** One continuation to be written. */
export interface Begin {
  /** What the teacher is asked. */
  readonly prompt: string;
  /** What its rationale is made to begin with, see `rationaleBegin`. */
  readonly begin: string;
  readonly seed: number;
}

export interface ContinuationOptions extends Pick<TeacherOptions, 'temperature' | 'maximumTokens'> {
  /** Most continuations in the decoder at a time. */
  readonly batchSize: number;
  /** Called before every batch; may throw to stop. */
  readonly rest: () => Promise<void>;
}

/** What the teacher writes from each begin, in their order. The batches depend on the begins alone. */
export async function continueRationales(
  teacher: Teacher,
  tokenizer: Tokenizer,
  begins: readonly Begin[],
  { batchSize, rest, ...options }: ContinuationOptions,
): Promise<TeacherOutput[]> {
  const written = new Array<TeacherOutput>(begins.length);
  const lengths = begins.map(({ begin }) => tokenizer.encode(begin).length);
  for (const batch of lengthBatches(lengths, batchSize)) {
    await rest();
    const chosen = batch.flatMap((index) => begins[index] ?? []);
    const outputs = await teacher.generate(
      chosen.map(({ prompt }) => prompt),
      {
        ...options,
        seeds: chosen.map(({ seed }) => seed),
        prefixes: chosen.map(({ begin }) => begin),
      },
    );
    batch.forEach((index, place) => {
      const output = outputs[place];
      if (output === undefined)
        throw new Error(
          `Expected ${batch.length} continuations of ${teacher.name}, found ${outputs.length}.`,
        );
      written[index] = output;
    });
  }
  return written;
}
