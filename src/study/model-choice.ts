/** Which models and problems a study takes, and from where: what ships with the page, a listed file, or any repository's. */

import * as v from 'valibot';
import { TRANSFORMERS_FORMATS, TRANSFORMERS_TASKS } from '../rationale/transformers-format';
import {
  artefactName,
  hubAddressesSchema,
  localArtefact,
  localNameSchema,
  namedArtefact,
  pathSchema,
  PUBLIC_HUBS,
  repositorySchema,
  revisionSchema,
  sha256Schema,
} from '../weights/hub/artefact';
import { LISTED_MODELS, listedModel, type ListedModel } from '../weights/hub/manifest';

const T5_CHOICES = [
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
  /** Such a file that the visitor chose from the disk and that is kept in this browser. */
  v.strictObject({
    source: v.literal('file'),
    name: localNameSchema,
    sha256: sha256Schema,
    /** Whether a `config.json` was chosen with it. */
    hasConfiguration: v.boolean(),
  }),
] as const;

/** A T5, which the engine here runs and trains. */
export const t5ChoiceSchema = v.variant(
  'source',
  T5_CHOICES,
  'a student is trained in this page, so it has to be a T5: choose the pocket student or one of the flan-t5 kind; a model of transformers.js can only teach',
);
export type T5Choice = v.InferOutput<typeof t5ChoiceSchema>;

/** A teacher may also be any language model in the layout of transformers.js. */
export const teacherChoiceSchema = v.variant('source', [
  ...T5_CHOICES,
  v.strictObject({
    source: v.literal('transformers'),
    repository: repositorySchema,
    revision: revisionSchema,
    /** The number format of its weights. */
    dtype: v.picklist(
      TRANSFORMERS_FORMATS,
      `expected one of ${TRANSFORMERS_FORMATS.join(', ')} as the number format`,
    ),
    task: v.picklist(TRANSFORMERS_TASKS, `expected one of ${TRANSFORMERS_TASKS.join(', ')}`),
  }),
]);
export type TeacherChoice = v.InferOutput<typeof teacherChoiceSchema>;
export type TransformersChoice = Extract<TeacherChoice, { source: 'transformers' }>;

export const modelsSchema = v.pipe(
  v.strictObject({
    teacher: teacherChoiceSchema,
    student: t5ChoiceSchema,
    /** The addresses of the hubs: others serve mirrors and closed networks. */
    hubs: hubAddressesSchema,
  }),
  v.check(
    // A teacher of another family shares no vocabulary with either: its text is read, not its tokens.
    ({ teacher, student }) =>
      !sharesTokenizer(teacher) || (teacher.source === 'pocket') === (student.source === 'pocket'),
    'teacher and student must share a vocabulary: choose both from the pocket pair, or both of the flan-t5 kind',
  ),
);
export type ModelsConfiguration = v.InferOutput<typeof modelsSchema>;

/** Whether a teacher has the tokens of the students it may teach, and shows the probabilities of them. */
export function sharesTokenizer({ source }: TeacherChoice): boolean {
  return source !== 'transformers';
}

export const POCKET_MODELS: ModelsConfiguration = {
  teacher: { source: 'pocket' },
  student: { source: 'pocket' },
  hubs: PUBLIC_HUBS,
};

/** The files of a chosen T5, or null for the pocket pair. */
export function modelFiles(
  choice: T5Choice,
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
    case 'file': {
      const { name, sha256, hasConfiguration } = choice;
      return {
        label: `${name} (from this computer, unverified)`,
        weights: localArtefact(name, sha256),
        configuration: hasConfiguration ? localArtefact('config.json', sha256) : null,
      };
    }
    default:
      return choice satisfies never;
  }
}

/** Why these models give no likelihoods of answers, a sentence; empty where they do. */
export function likelihoodRefusal({ teacher }: ModelsConfiguration): string {
  return teacher.source === 'transformers'
    ? 'A teacher of transformers.js gives text and no likelihoods: the rules decide alone.'
    : '';
}

/** Why a teacher cannot go on from given steps, a sentence; empty where it can. */
export function rolloutRefusal({ teacher }: ModelsConfiguration): string {
  return teacher.source === 'pocket'
    ? ''
    : 'Only a teacher that writes steps in this page’s own form can be made to go on from given ones, which the pocket teacher does: there are no rollouts.';
}

/** A model in a few words, for people. */
export function modelLabel(choice: TeacherChoice): string {
  if (choice.source === 'transformers') {
    return `${choice.repository} (${choice.dtype}, through transformers.js, unverified)`;
  }
  return modelFiles(choice)?.label ?? 'pocket';
}
