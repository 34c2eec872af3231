/** Which models and problems a study takes, and from where: what ships with the page, a listed file, or any repository's. */

import * as v from 'valibot';
import {
  artefactName,
  hubAddressesSchema,
  namedArtefact,
  pathSchema,
  PUBLIC_HUBS,
  repositorySchema,
  revisionSchema,
} from '../weights/hub/artefact';
import { LISTED_MODELS, listedModel, type ListedModel } from '../weights/hub/manifest';

export const modelChoiceSchema = v.variant('source', [
  /** The tiny pair in the page's own folder. */
  v.strictObject({ source: v.literal('pocket') }),
  /** A model of the manifest. */
  v.strictObject({
    source: v.literal('listed'),
    id: v.picklist(
      LISTED_MODELS.map(({ id }) => id),
      `expected one of ${LISTED_MODELS.map(({ id }) => id).join(', ')}`,
    ),
  }),
  /** Any T5 v1.1 with T5's own vocabulary, as GGUF or safetensors, in a Hugging Face repository. */
  v.strictObject({
    source: v.literal('repository'),
    repository: repositorySchema,
    revision: revisionSchema,
    path: pathSchema,
  }),
]);
export type ModelChoice = v.InferOutput<typeof modelChoiceSchema>;

export const modelsSchema = v.pipe(
  v.strictObject({
    teacher: modelChoiceSchema,
    student: modelChoiceSchema,
    /** The addresses of the hubs: others serve mirrors and closed networks. */
    hubs: hubAddressesSchema,
  }),
  v.check(
    ({ teacher, student }) => (teacher.source === 'pocket') === (student.source === 'pocket'),
    'teacher and student must share a vocabulary: choose both from the pocket pair, or both of the flan-t5 kind',
  ),
);
export type ModelsConfiguration = v.InferOutput<typeof modelsSchema>;

export const POCKET_MODELS: ModelsConfiguration = {
  teacher: { source: 'pocket' },
  student: { source: 'pocket' },
  hubs: PUBLIC_HUBS,
};

/** The files of a chosen model, or null for the pocket pair. */
export function modelFiles(
  choice: ModelChoice,
): Pick<ListedModel, 'label' | 'weights' | 'configuration'> | null {
  switch (choice.source) {
    case 'pocket':
      return null;
    case 'listed':
      return listedModel(choice.id);
    case 'repository': {
      const { repository, revision, path } = choice;
      const weights = namedArtefact(repository, revision, path);
      // GGUF files carry their configuration; a safetensors file lies beside it.
      const configuration = path.endsWith('.gguf')
        ? null
        : namedArtefact(repository, revision, path.replace(/[^/]*$/, 'config.json'));
      return { label: `${artefactName(weights)} (unverified)`, weights, configuration };
    }
    default:
      return choice satisfies never;
  }
}

/** A model in a few words, for people. */
export function modelLabel(choice: ModelChoice): string {
  return modelFiles(choice)?.label ?? 'pocket';
}
