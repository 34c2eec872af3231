/** Takes the student of a finished run away: reads its best checkpoint and makes the files of a format. */

import { buildExamples } from '../../distill/examples';
import type { Stores } from '../../storage/stores';
import { fileName } from '../file-name';
import type { StudyModels } from '../models';
import type { StudySnapshot } from '../snapshot';
import { roundOfUpdate } from '../training-round';
import type { ExportedFile, ExportFormat } from './exported-file';
import { modelCard } from './model-card';
import { studentFiles } from './student-files';
import { trainedWeights } from './trained-weights';
import { trainingRecipe } from './training-recipe';

export interface StudentExport {
  /** A name for the folder or archive: study and method, in lower case. */
  readonly name: string;
  readonly files: readonly ExportedFile[];
  /** What the visitor should know: one sentence for every checkpoint that was passed over as damaged. */
  readonly notes: readonly string[];
}

/**
 * The files of a run's student, in its best checkpoint; a Hugging Face folder comes with the recipe of its training.
 * Contents are made when they are read, one weight at a time.
 *
 * @throws Error when the run has no whole checkpoint
 */
export async function exportStudent(
  stores: Stores,
  models: Pick<StudyModels, 'tokenizer' | 'studentOrigin'>,
  study: StudySnapshot,
  runId: string,
  format: ExportFormat,
): Promise<StudentExport> {
  const run = study.runs.find((candidate) => candidate.runId === runId);
  if (run === undefined) throw new Error('This study has no such run. Reload the page.');
  const { checkpoint, damage } = await stores.checkpoints.readPreferred(runId, run.bestUpdate);
  if (checkpoint === null) {
    throw new Error(
      `Expected a checkpoint of method ${run.method}, found none that is whole. ${damage.join(' ')} Train it again, then export.`,
    );
  }
  const { configuration } = study;
  const { tokenizer, studentOrigin } = models;
  const { lora, maximumTargetTokens } = configuration.training;
  const name = fileName(`winnow-${study.name}-${run.method}`);
  const files = studentFiles(
    {
      name,
      configuration: studentOrigin.configuration,
      tokenizer: tokenizer.files,
      weights: await trainedWeights(studentOrigin, checkpoint.bytes, lora ?? null),
      // A damaged best checkpoint gives way to another one: the card tells of the one that is exported.
      modelCard: modelCard(study, { ...run, bestUpdate: checkpoint.pointer.update }),
      maximumTokens: maximumTargetTokens,
    },
    format,
  );
  if (!format.startsWith('hugging-face')) return { name, files, notes: damage };
  const traces = stores.traces.each(study.studyId);
  const options = { ...configuration.training, ...configuration.feedback };
  // What the student of this checkpoint was taught, which later rounds change.
  const round = roundOfUpdate(run, checkpoint.pointer.update);
  const set = await buildExamples(run.method, traces, tokenizer, options, round);
  return {
    name,
    files: [...files, ...trainingRecipe(configuration, run, set, tokenizer)],
    notes: damage,
  };
}
