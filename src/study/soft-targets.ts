/** The teacher's probabilities for the soft methods: asked once for every training target, kept, and put beside the examples. */

import type { ExampleSet } from '../distill/examples';
import type { TrainingExample } from '../distill/trainer';
import { lengthBatches } from '../rationale/sampling';
import type { ForcedText } from '../rationale/teacher';
import type { SoftTargets } from '../t5/soft-targets';
import { solvingPrompt } from '../text/prompt-template';
import { METHOD_TRAITS, type Method } from './methods';
import type { StageContext } from './stage-context';

/** What the teacher says of one text, and its part of the time that took. */
interface Said {
  readonly softTargets: SoftTargets;
  readonly elapsedMs: number;
}

/** The examples of a method, and what the teacher's probabilities of them cost. */
export interface SoftExamples {
  readonly examples: readonly TrainingExample[];
  readonly elapsedMs: number;
}

/**
 * The examples of every soft method among the sets with the teacher's probabilities beside them. Targets that
 * methods share are asked once. Asking goes on where a stopped session left off, in the same batches, so that
 * the numbers are the same to the bit.
 *
 * @throws Error when the teacher has not the student's tokenizer; the configuration's check comes before
 * @throws PauseRequested between two batches
 */
export async function softExamples(
  context: StageContext,
  sets: ReadonlyMap<Method, ExampleSet>,
): Promise<ReadonlyMap<Method, SoftExamples>> {
  const soft = [...sets].filter(([method]) => METHOD_TRAITS[method].soft);
  const texts = new Map<string, ForcedText>();
  for (const [, set] of soft) {
    for (const { key, text } of forcedTexts(context, set)) texts.set(key, text);
  }
  const said = await askTeacher(context, texts);
  return new Map(
    soft.map(([method, set]): [Method, SoftExamples] => [method, withTeacher(context, set, said)]),
  );
}

/** What the teacher is made to write for each example: the target, after its own reasoning where that is no part of it. */
function forcedTexts(
  { models: { tokenizer }, state }: StageContext,
  { examples, origins }: ExampleSet,
): { readonly key: string; readonly text: ForcedText }[] {
  const { prompts } = state.record.configuration;
  return origins.map(({ trace, question, before }, index) => {
    const target = examples[index]?.target ?? [];
    // Without the end token of the first part; its words end where those of the target begin.
    const tokens = before === '' ? target : [...tokenizer.encode(before).slice(0, -1), ...target];
    const prompt = solvingPrompt(prompts, question);
    return { key: `${trace} ${tokens.join(' ')}`, text: { prompt, tokens } };
  });
}

async function askTeacher(
  context: StageContext,
  texts: ReadonlyMap<string, ForcedText>,
): Promise<ReadonlyMap<string, Said>> {
  const { state, stores } = context;
  const { studyId, configuration } = state.record;
  const all = [...texts];
  const lengths = all.map(([, text]) => text.tokens.length);
  const batches = lengthBatches(lengths, configuration.rationale.batchSize);
  const written = await stores.softTargets.written(studyId);
  const said = new Map<string, Said>();
  let done = 0;
  for (const [number, indices] of batches.entries()) {
    const batch = indices.flatMap((index) => {
      const entry = all[index];
      return entry === undefined ? [] : [entry];
    });
    done += batch.length;
    if (!written.has(number)) {
      await context.rest();
      const detail = `the teacher’s probabilities of ${done} of ${all.length} targets`;
      await askBatch(context, number, batch, detail);
    }
    await readBatch(context, number, batch, said);
  }
  if (written.size < batches.length) {
    const bytes = [...said.values()].reduce(
      (sum, { softTargets: { ids, logits } }) => sum + ids.byteLength + logits.byteLength,
      0,
    );
    context.log(
      `The teacher’s probabilities of ${said.size} targets take ${(bytes / 1e6).toFixed(1)} MB until the students are trained.`,
    );
  }
  return said;
}

type Batch = readonly (readonly [key: string, ForcedText])[];

/** Asks for one batch and writes it. */
async function askBatch(
  { state, stores, models }: StageContext,
  number: number,
  batch: Batch,
  detail: string,
): Promise<void> {
  const { softTeacher } = models;
  if (softTeacher === null) {
    throw new Error(
      'Soft methods: expected a teacher with the student’s tokenizer, found one without. Leave these methods out or choose a T5 as the teacher.',
    );
  }
  const { studyId, configuration } = state.record;
  const started = performance.now();
  const softTargets = await softTeacher.softTargets(
    batch.map(([, text]) => text),
    configuration.training.soft.topK,
  );
  const record = {
    studyId,
    batch: number,
    candidates: softTargets[0]?.candidates ?? 0,
    ids: joined(softTargets.map(({ ids }) => ids)),
    logits: joined(softTargets.map(({ logits }) => logits)),
    elapsedMs: performance.now() - started,
  };
  const { done } = state.record.stages.train;
  const stages = state.advanced('train', { done, detail });
  await state.commit({ stages }, (study) => stores.softTargets.commit(record, study));
}

async function readBatch(
  { state, stores }: StageContext,
  number: number,
  batch: Batch,
  said: Map<string, Said>,
): Promise<void> {
  const record = await stores.softTargets.read(state.record.studyId, number);
  const positions = batch.reduce((sum, [, { tokens }]) => sum + tokens.length, 0);
  if (record === null || record.ids.length !== positions * record.candidates) {
    throw new Error(
      `Soft targets: expected ${positions} positions in batch ${number} of what the teacher said, found ${record === null ? 'no such batch' : record.ids.length / record.candidates}. Start the study again.`,
    );
  }
  const { candidates, ids, logits } = record;
  let start = 0;
  for (const [key, { tokens }] of batch) {
    const end = start + tokens.length * candidates;
    const softTargets = {
      candidates,
      ids: ids.subarray(start, end),
      logits: logits.subarray(start, end),
    };
    said.set(key, { softTargets, elapsedMs: record.elapsedMs / batch.length });
    start = end;
  }
}

/** Of what the teacher said of a text only the end, which is the target, is beside the example. */
function withTeacher(
  context: StageContext,
  set: ExampleSet,
  said: ReadonlyMap<string, Said>,
): SoftExamples {
  let elapsedMs = 0;
  const examples = forcedTexts(context, set).flatMap(({ key }, index) => {
    const example = set.examples[index];
    const found = said.get(key);
    if (example === undefined || found === undefined) return [];
    elapsedMs += found.elapsedMs;
    const { candidates, ids, logits } = found.softTargets;
    const start = ids.length - example.target.length * candidates;
    const teacher = { candidates, ids: ids.subarray(start), logits: logits.subarray(start) };
    return [{ ...example, teacher }];
  });
  return { examples, elapsedMs };
}

function joined(parts: readonly Uint16Array[]): Uint16Array {
  const whole = new Uint16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}
