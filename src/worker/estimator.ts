/** Estimates a study before it starts: what it downloads, the memory it takes and whether this device gives it, and its time as measured here. */

import * as tf from '@tensorflow/tfjs-core';
import { measureRate, type CalibratedWork } from '../distill/calibration';
import type { ArtefactStore } from '../storage/artefact-store';
import type { StudyConfiguration } from '../study/configuration';
import {
  isForeign,
  refusals,
  softTargetBytes,
  storedBytes,
  studyMemory,
  studyTimes,
  type ForeignTeacher,
  type MeasuredRates,
  type ResidentModel,
  type StudyEstimate,
  type TeacherModel,
} from '../study/estimate';
import { modelFiles, type T5Choice, type TransformersChoice } from '../study/model-choice';
import { studyWorkload } from '../study/workload';
import { probeMemory } from '../tensor/memory-probe';
import type { BatchShape } from '../t5/cost';
import {
  artefactKey,
  artefactName,
  type Artefact,
  type HubAddresses,
} from '../weights/hub/artefact';
import { FLAN_TOKENIZER, GSM8K_FILES, listedModel } from '../weights/hub/manifest';
import { ModelShapes } from './model-shapes';

type Download = StudyEstimate['downloads'][number];

const UNKNOWN_SHAPE =
  'What a model from a repository needs is told by its file’s header, which nobody has asked the hub for yet.';
const UNKNOWN_TIME =
  'How long a teacher of transformers.js takes is not known before it runs; its memory is at least that of its weights.';

export class Estimator {
  readonly #artefacts: ArtefactStore;
  readonly #shapes: ModelShapes;
  /** Rates measured in this session, by backend, work and shape. */
  readonly #rates = new Map<string, Promise<number>>();

  constructor(artefacts: ArtefactStore) {
    this.#artefacts = artefacts;
    this.#shapes = new ModelShapes(artefacts);
  }

  /**
   * @param measures whether to spend a few seconds on measuring this device, for the time
   * @param looks whether the hub may be asked for the headers of files that nobody lists
   */
  async estimate(
    configuration: StudyConfiguration,
    measures: boolean,
    looks: boolean,
  ): Promise<StudyEstimate> {
    const { teacher: teacherChoice, student: studentChoice, hubs } = configuration.models;
    const asked = looks ? hubs : null;
    const student = await this.#resident(
      studentChoice,
      'student',
      configuration.training.lora === undefined,
      asked,
    );
    const teacher =
      teacherChoice.source === 'transformers'
        ? await this.#foreign(teacherChoice, asked)
        : await this.#resident(teacherChoice, 'teacher', false, asked);
    const downloads = await this.#downloads(configuration);
    const isUnknown =
      teacher === null || student === null || (isForeign(teacher) && teacher.weightBytes === null);
    const notes = [
      ...(teacherChoice.source === 'transformers' ? [UNKNOWN_TIME] : []),
      ...(isUnknown ? [UNKNOWN_SHAPE] : []),
    ];
    const probabilities = softTargetBytes(configuration);
    if (student === null || teacher === null) {
      return {
        downloads,
        softTargetBytes: probabilities,
        storedBytes: student === null ? null : storedBytes(configuration, student),
        memory: null,
        times: null,
        refusals: [],
        notes,
        canLook: true,
      };
    }
    const memory = studyMemory(configuration, teacher, student, tf.getBackend() !== 'webgpu');
    const missing = downloads.reduce((sum, { missingBytes }) => sum + missingBytes, 0);
    const refused = refusals(
      memory,
      teacher,
      student,
      {
        ...(await probeMemory(memory.mostBytes)),
        keepsBlocks: keepsBlocks(),
        budgetBytes: budgetBytes(configuration),
      },
      { missingBytes: missing, softTargetBytes: probabilities },
      await freeBytes(),
    );
    const times =
      measures && refused.length === 0
        ? studyTimes(
            configuration,
            teacher,
            student,
            await this.#measure(configuration, teacher, student),
          )
        : null;
    return {
      downloads,
      softTargetBytes: probabilities,
      storedBytes: storedBytes(configuration, student),
      memory,
      times,
      refusals: refused,
      notes,
      canLook: isUnknown,
    };
  }

  async #measure(
    configuration: StudyConfiguration,
    teacher: TeacherModel,
    student: ResidentModel,
  ): Promise<MeasuredRates> {
    const { teacher: asked, training, answering } = studyWorkload(configuration);
    const generation = await this.#rate(student, 'generation', answering.cot.shape);
    return {
      studentGeneration: generation,
      studentTraining: await this.#rate(student, 'training', training.cot.shape),
      teacherGeneration: isForeign(teacher)
        ? generation
        : await this.#rate(teacher, 'generation', asked.shape),
    };
  }

  /** Measured once a session for the same work. */
  async #rate(model: ResidentModel, work: CalibratedWork, shape: BatchShape): Promise<number> {
    const key = JSON.stringify([tf.getBackend(), work, model, shape]);
    const known = this.#rates.get(key);
    if (known !== undefined) return known;
    const measured = measureRate(model, work, shape);
    this.#rates.set(key, measured);
    measured.catch(() => this.#rates.delete(key));
    return measured;
  }

  /** A model as it will lie on the device, trained whole or not; null where its shape is not known yet. */
  async #resident(
    choice: T5Choice,
    role: 'teacher' | 'student',
    isTrained: boolean,
    hubs: HubAddresses | null,
  ): Promise<ResidentModel | null> {
    const known = await this.#shapes.ofT5(choice, role, hubs);
    if (known === null) return null;
    const { configuration, fileFormat } = known;
    const format = residentFormat(fileFormat, isTrained);
    return { configuration, format, isUnpacked: format === 'F32' && isQuantised(fileFormat) };
  }

  async #foreign(choice: TransformersChoice, hubs: HubAddresses | null): Promise<ForeignTeacher> {
    const files = await this.#shapes.ofTransformers(choice, transformersDevice(), hubs);
    if (files === null) return { weightBytes: null };
    const weights = files.filter(({ artefact }) => artefact.path.startsWith('onnx/'));
    return { weightBytes: weights.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  async #downloads({ models, data }: StudyConfiguration): Promise<Download[]> {
    const { teacher, student } = models;
    const files: [Artefact, Download['role'], number][] = [];
    const add = (choice: T5Choice, role: 'teacher' | 'student'): void => {
      const model = modelFiles(choice);
      if (model === null) return;
      const about = choice.source === 'listed' ? listedModel(choice.id).approximateBytes : 0;
      files.push([model.weights, role, about]);
      if (model.configuration) files.push([model.configuration, role, 0]);
    };
    if (teacher.source === 'transformers') {
      const known = await this.#shapes.ofTransformers(teacher, transformersDevice(), null);
      for (const { artefact, bytes } of known ?? []) files.push([artefact, 'teacher', bytes]);
    } else add(teacher, 'teacher');
    add(student, 'student');
    if (student.source !== 'pocket') {
      for (const file of Object.values(FLAN_TOKENIZER)) files.push([file, 'shared', 0]);
    }
    if (data.source === 'gsm8k') for (const file of GSM8K_FILES) files.push([file, 'shared', 0]);
    const downloads = new Map<string, Download>();
    for (const [artefact, role, about] of files) {
      const key = artefactKey(artefact);
      if (downloads.has(key)) continue;
      const stored = await this.#artefacts.find(key);
      const looked = await this.#shapes.bytesOf(artefact);
      const bytes = stored?.total ?? artefact.bytes ?? looked ?? about;
      const missingBytes =
        stored?.state === 'complete' ? 0 : Math.max(0, bytes - (stored?.bytes ?? 0));
      downloads.set(key, { name: artefactName(artefact), role, bytes, missingBytes });
    }
    return [...downloads.values()];
  }
}

/** What is trained has 32 bit whatever it comes in; so has everything where no kernel reads its blocks. */
function residentFormat(format: string, isTrained: boolean): ResidentModel['format'] {
  if (isTrained || !keepsBlocks()) return 'F32';
  return isQuantised(format) ? format : 'F32';
}

/** Whether there are kernels that read quantised blocks. */
function keepsBlocks(): boolean {
  return tf.getBackend() === 'webgpu';
}

function isQuantised(format: string): format is 'Q8_0' | 'Q4_0' {
  return format === 'Q8_0' || format === 'Q4_0';
}

/** The visitor's own limit. */
function budgetBytes({ memoryBudget }: StudyConfiguration): number | null {
  return memoryBudget === null ? null : memoryBudget * 1e6;
}

/** What the browser says it would store at most, on top of what it has. */
async function freeBytes(): Promise<number | null> {
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined || usage === undefined ? null : quota - usage;
}

/** Where transformers.js will run. */
function transformersDevice(): 'webgpu' | 'wasm' {
  return tf.getBackend() === 'webgpu' ? 'webgpu' : 'wasm';
}
