/** Runs one study in Node with the page's own state machine, from wherever it was stopped. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { StudyRecord } from '../../src/storage/schema';
import { Stores } from '../../src/storage/stores';
import { studyConfigurationSchema, type StudyConfiguration } from '../../src/study/configuration';
import { StudyMachine, type Loading } from '../../src/study/machine';
import type { ExportFormat } from '../../src/study/export/exported-file';
import type { StudyModels } from '../../src/study/models';
import { studyName } from '../../src/study/name';
import { limitMemory } from '../../src/tensor/memory-budget';
import { checkProblemFiles } from '../../src/study/stages/data';
import type { DeviceReport, StudySnapshot } from '../../src/study/snapshot';
import { waitingStages } from '../../src/study/study-state';
import { openHubModels, readGsm8k } from '../../src/worker/hub-models';
import { openTransformersModels } from '../../src/worker/transformers-study-models';
import { ProgressPrinter } from '../study-terminal';
import type { StudyFormat } from './command-line';
import { FolderDatabase } from './folder-database';
import { keepLocalModels } from './local-models';
import { openModelFolder } from './pocket-models';
import { writeResults, writeStudents, writeStudyFile } from './results';
import { nodeSurroundings } from './transformers-surroundings';

/** The only study of its folder. */
const STUDY_ID = 'study';

export interface StudyJob {
  readonly configuration: StudyConfiguration;
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Paths of models that the configuration chose from a disk. */
  readonly models: readonly string[];
  readonly modelFolder: string;
  readonly device: DeviceReport;
  /** How the trained students are written beside the results. */
  readonly exports: readonly ExportFormat[];
  /** Which files of the whole study are written. */
  readonly studyExports: readonly StudyFormat[];
  /** Results, and the state it goes on from. */
  readonly folder: string;
}

/**
 * Runs the study to its report and writes its results.
 *
 * @returns the finished study
 * @throws Error when the folder holds a study of another configuration, or the study failed
 */
export async function runStudy(job: StudyJob): Promise<StudySnapshot> {
  const { configuration, device, folder } = job;
  await mkdir(folder, { recursive: true });
  const database = await FolderDatabase.open(join(folder, 'state'));
  const stores = new Stores(database);
  try {
    const record = (await stores.studies.read(STUDY_ID)) ?? (await createStudy(stores, job));
    // A study of an earlier version lacks settings that came later.
    const begun = v.parse(studyConfigurationSchema, record.configuration);
    if (!isDeepStrictEqual(begun, configuration)) {
      throw new Error(
        `${folder} holds a study with another configuration. Give the same one to go on with it, or another folder with --out.`,
      );
    }
    if (record.status !== 'done') {
      await keepLocalModels(stores.artefacts, configuration.models, job.models);
      const printer = new ProgressPrinter(process.stdout);
      const machine = new StudyMachine({
        stores,
        record,
        runs: await stores.runs.ofStudy(STUDY_ID),
        device,
        openModels: (loading) => openModels(job, stores, loading),
        readGsm8k: (loading) => readGsm8k(stores.artefacts, loading),
        onSnapshot: (snapshot) => printer.show(snapshot),
        onLog: (sentence) => printer.note(sentence),
      });
      const pause = () => machine.pause();
      process.once('SIGINT', pause);
      const status = await machine.run();
      process.off('SIGINT', pause);
      printer.finish();
      await database.save();
      if (status !== 'done') {
        throw new Error(
          status === 'paused'
            ? `The study was stopped. The same command goes on with it.`
            : `The study failed: ${machine.snapshot.message}`,
        );
      }
    }
    const finished = await stores.studies.readSnapshot(STUDY_ID);
    if (finished === null) throw new Error(`Expected the study in ${folder}, found none.`);
    await writeResults(stores, finished, folder);
    await exportStudents(job, stores, finished);
    for (const format of job.studyExports) {
      await writeStudyFile(stores, finished, format, folder, console.log);
    }
    return finished;
  } finally {
    database.close();
  }
}

async function exportStudents(job: StudyJob, stores: Stores, study: StudySnapshot): Promise<void> {
  if (job.exports.length === 0) return;
  const models = await openModels(job, stores, {
    configuration: job.configuration,
    signal: new AbortController().signal,
    show: () => {},
    log: console.log,
  });
  try {
    await writeStudents(stores, models, study, job.exports, job.folder, console.log);
  } finally {
    models.dispose();
  }
}

async function openModels(
  { configuration, modelFolder }: StudyJob,
  { artefacts }: Stores,
  loading: Loading,
): Promise<StudyModels> {
  const { memoryBudget } = configuration;
  limitMemory(memoryBudget === null ? null : memoryBudget * 1e6);
  switch (configuration.models.teacher.source) {
    case 'pocket':
      return openModelFolder(modelFolder);
    case 'transformers':
      return openTransformersModels(artefacts, loading, nodeSurroundings(modelFolder));
    default:
      return openHubModels(artefacts, loading);
  }
}

async function createStudy(
  stores: Stores,
  { configuration, device, files }: StudyJob,
): Promise<StudyRecord> {
  const createdAt = Date.now();
  const record: StudyRecord = {
    studyId: STUDY_ID,
    name: studyName(configuration.seed, createdAt),
    status: 'running',
    message: '',
    createdAt,
    configuration,
    device,
    stages: waitingStages(),
    data: null,
    rationale: null,
    feedback: null,
    report: null,
  };
  const read = configuration.data.source === 'files' ? checkProblemFiles(files, configuration) : [];
  await stores.studies.create(record, read);
  return record;
}
