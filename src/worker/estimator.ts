/** Estimates a study before it starts: what it downloads, the memory it takes and whether this device gives it, and its time as measured here. */

import * as tf from '@tensorflow/tfjs-core';
import { measureRate, type CalibratedWork } from '../distill/calibration';
import { artefactSource } from '../storage/artefact-source';
import type { ArtefactStore } from '../storage/artefact-store';
import type { StudyConfiguration } from '../study/configuration';
import {
  refusals,
  studyMemory,
  studyTimes,
  type MeasuredRates,
  type ResidentModel,
  type StudyEstimate,
} from '../study/estimate';
import { modelFiles, type T5Choice } from '../study/model-choice';
import { studyWorkload } from '../study/workload';
import { probeMemory } from '../tensor/memory-probe';
import { parseT5Configuration, type T5Configuration } from '../t5/configuration';
import type { BatchShape } from '../t5/cost';
import { openCheckpoint } from '../weights/checkpoint';
import { artefactKey, artefactName, type Artefact } from '../weights/hub/artefact';
import { FLAN_TOKENIZER, GSM8K_FILES, listedModel } from '../weights/hub/manifest';
import { pocketShapes } from './pocket-files';

type Download = StudyEstimate['downloads'][number];

const UNKNOWN_SHAPE =
  'The shape of a model from a repository is known when its file is here: memory and time are estimated then.';
const OTHER_ENGINE =
  'What a teacher of transformers.js needs is not known before it runs: its download, memory and time are not counted.';

export class Estimator {
  readonly #artefacts: ArtefactStore;
  /** Rates measured in this session, by backend, work and shape. */
  readonly #rates = new Map<string, Promise<number>>();

  constructor(artefacts: ArtefactStore) {
    this.#artefacts = artefacts;
  }

  /** @param measures whether to spend a few seconds on measuring this device, for the time */
  async estimate(configuration: StudyConfiguration, measures: boolean): Promise<StudyEstimate> {
    const { teacher: teacherChoice, student: studentChoice } = configuration.models;
    const downloads = await this.#downloads(configuration);
    const notes: string[] = [];
    if (teacherChoice.source === 'transformers') notes.push(OTHER_ENGINE);
    const student = await this.#resident(studentChoice, 'student');
    const teacher =
      teacherChoice.source === 'transformers'
        ? null
        : await this.#resident(teacherChoice, 'teacher');
    const teacherIsKnown = teacher !== null || teacherChoice.source === 'transformers';
    if (student === null || !teacherIsKnown) {
      return {
        downloads,
        memory: null,
        times: null,
        refusals: [],
        notes: [...notes, UNKNOWN_SHAPE],
      };
    }
    const memory = studyMemory(configuration, teacher, student, tf.getBackend() !== 'webgpu');
    const missing = downloads.reduce((sum, { missingBytes }) => sum + missingBytes, 0);
    const refused = refusals(
      memory,
      teacher,
      student,
      await probeMemory(memory.mostBytes),
      missing,
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
    return { downloads, memory, times, refusals: refused, notes };
  }

  async #measure(
    configuration: StudyConfiguration,
    teacher: ResidentModel | null,
    student: ResidentModel,
  ): Promise<MeasuredRates> {
    const { teacher: asked, training, answering } = studyWorkload(configuration);
    const generation = await this.#rate(student, 'generation', answering.cot.shape);
    return {
      studentGeneration: generation,
      studentTraining: await this.#rate(student, 'training', training.cot.shape),
      teacherGeneration:
        teacher === null ? generation : await this.#rate(teacher, 'generation', asked.shape),
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

  /** A model as it will lie on the device; null where its shape is not known yet. */
  async #resident(choice: T5Choice, role: 'teacher' | 'student'): Promise<ResidentModel | null> {
    const known = await this.#shape(choice, role);
    return known === null ? null : { ...known, format: residentFormat(known.format, role) };
  }

  async #shape(
    choice: T5Choice,
    role: 'teacher' | 'student',
  ): Promise<{ configuration: T5Configuration; format: string } | null> {
    if (choice.source === 'pocket') return (await pocketShapes())[role];
    if (choice.source === 'listed') {
      const { configJson, format } = listedModel(choice.id);
      return { configuration: parseT5Configuration(configJson), format };
    }
    const files = modelFiles(choice);
    const stored = files && (await this.#artefacts.find(artefactKey(files.weights)));
    const config =
      files?.configuration && (await this.#artefacts.find(artefactKey(files.configuration)));
    if (stored?.state !== 'complete') return null;
    if (files?.configuration && config?.state !== 'complete') return null;
    const configJson: unknown = config ? await this.#readJson(config) : undefined;
    const checkpoint = await openCheckpoint(artefactSource(this.#artefacts, stored), configJson);
    return {
      configuration: parseT5Configuration(checkpoint.configJson),
      format: checkpoint.storedType('shared.weight'),
    };
  }

  async #readJson(stored: Parameters<typeof artefactSource>[1]): Promise<unknown> {
    const source = artefactSource(this.#artefacts, stored);
    return JSON.parse(new TextDecoder().decode(await source.read(0, source.byteLength)));
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
    if (teacher.source !== 'transformers') add(teacher, 'teacher');
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
      const bytes = stored?.total ?? artefact.bytes ?? about;
      const missingBytes =
        stored?.state === 'complete' ? 0 : Math.max(0, bytes - (stored?.bytes ?? 0));
      downloads.set(key, { name: artefactName(artefact), role, bytes, missingBytes });
    }
    return [...downloads.values()];
  }
}

/** The student is trained in 32 bit whatever it comes in; so is a teacher where no kernel reads its blocks. */
function residentFormat(format: string, role: 'teacher' | 'student'): ResidentModel['format'] {
  if (role === 'student' || tf.getBackend() !== 'webgpu') return 'F32';
  return format === 'Q8_0' || format === 'Q4_0' ? format : 'F32';
}

/** What the browser says it would store at most, on top of what it has. */
async function freeBytes(): Promise<number | null> {
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined || usage === undefined ? null : quota - usage;
}
