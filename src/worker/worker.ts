/** The worker's entry: it owns the device, the models and the stores, and answers the page. */

import { inspectProblemFiles } from '../data/file-inspection';
import { compareAnswers } from '../evaluate/answer-comparison';
import type { Stores } from '../storage/stores';
import { importModel } from '../storage/import-model';
import { exportTraces, listTraces, readStudentAnswers } from '../storage/trace-listing';
import { readTestAnswers } from '../storage/test-answers';
import { readStorageUsage } from '../storage/usage';
import { exportAnswers, testAnswers } from '../study/export/answer-lines';
import { traceLine } from '../study/export/trace-lines';
import { STUDENT_BEFORE, TEACHER } from '../study/subjects';
import { findDeviceTrouble } from '../tensor/device-trouble';
import { limitMemory } from '../tensor/memory-budget';
import { EXAMPLE_FILE, EXAMPLE_ID } from '../study/example';
import { Device } from './device';
import { ExampleShelf } from './example-shelf';
import { deleteDownload, listDownloads } from './downloads';
import { checkMessage, messageId, type CheckedMessage } from './messages';
import { openHubModels, readGsm8k } from './hub-models';
import { ONNX_RUNTIMES } from './onnx-runtime-files';
import { openPocketModels, openPocketStudent, pageFolder } from './pocket-files';
import type { FromWorker, RequestName, Requests } from './protocol';
import { studentArchive } from './student-archive';
import { StudyDesk } from './study-desk';
import { openTransformersModels } from './transformers-study-models';

const example = new ExampleShelf(new URL(EXAMPLE_FILE, pageFolder()));

/** Where a study is that is only read. */
async function storesOf(studyId: string): Promise<Stores> {
  return studyId === EXAMPLE_ID ? example.open() : (await openDesk()).stores;
}

type Result = Requests[RequestName]['result'];

const device = new Device(async () => (await openDesk()).stores.tiles);
/** Opened by the first message, so that a failure is answered and not lost. */
let desk: Promise<StudyDesk> | null = null;

function send(message: FromWorker): void {
  self.postMessage(message);
}

function log(sentence: string): void {
  send({ kind: 'log', at: Date.now(), sentence });
}

async function openDesk(): Promise<StudyDesk> {
  if (!self.isSecureContext) {
    throw new Error(
      'This page needs https (or localhost): without it the browser offers no locks, no hashes and no GPU. Open it under an https address.',
    );
  }
  desk ??= StudyDesk.open({
    openModels: async (loading, { artefacts }) => {
      const { memoryBudget, models } = loading.configuration;
      limitMemory(memoryBudget === null ? null : memoryBudget * 1e6);
      const { source } = models.teacher;
      if (source === 'pocket') return openPocketModels();
      if (source === 'transformers') {
        return openTransformersModels(artefacts, loading, {
          runtimes: ONNX_RUNTIMES,
          openPocketStudent,
        });
      }
      return openHubModels(artefacts, loading);
    },
    readGsm8k: (loading, { artefacts }) => readGsm8k(artefacts, loading),
    onSnapshot: (snapshot) => send({ kind: 'snapshot', snapshot }),
    onWatched: (snapshot) => send({ kind: 'watched', snapshot }),
    onLog: log,
    onDeviceTrouble: (studyId, message) => send({ kind: 'worker-trouble', studyId, message }),
  });
  try {
    return await desk;
  } catch (error) {
    desk = null;
    throw error;
  }
}

async function answer(message: CheckedMessage): Promise<Result> {
  switch (message.request) {
    case 'detectDevice': {
      const { backend = null } = message.parameters;
      if ((await openDesk()).isRunning) return device.current();
      return device.select(backend);
    }
    case 'estimateStudy': {
      const { configuration, measure, look } = message.parameters;
      const open = await openDesk();
      await device.current();
      return open.estimate(configuration, measure, look);
    }
    case 'startStudy': {
      const { configuration, files = [] } = message.parameters;
      const open = await openDesk();
      const current = await device.current();
      return { studyId: await open.start(configuration, files, current) };
    }
    case 'resumeStudy': {
      const open = await openDesk();
      return { studyId: await open.resume(message.parameters.studyId, await device.current()) };
    }
    case 'takeOverStudy': {
      const open = await openDesk();
      return { studyId: await open.takeOver(message.parameters.studyId, await device.current()) };
    }
    case 'pauseStudy':
      await (await openDesk()).pause();
      return null;
    case 'skipMethod': {
      const { method, skips } = message.parameters;
      await (await openDesk()).skipMethod(method, skips);
      return null;
    }
    case 'deleteStudy':
      await (await openDesk()).delete(message.parameters.studyId);
      return null;
    case 'undoDelete':
      await (await openDesk()).shelf.undoDelete(message.parameters.studyId);
      return null;
    case 'renameStudy': {
      const { studyId, name } = message.parameters;
      await (await openDesk()).rename(studyId, name);
      return null;
    }
    case 'exportStudy': {
      const { studyId, weights } = message.parameters;
      return (await openDesk()).shelf.export(studyId, weights);
    }
    case 'importStudy':
      return (await openDesk()).shelf.import(message.parameters.file);
    case 'studySizes':
      return (await openDesk()).stores.studies.sizes();
    case 'listStudies':
      return (await openDesk()).shelf.list();
    case 'readSnapshot':
      return message.parameters.studyId === EXAMPLE_ID
        ? (await example.open()).studies.readSnapshot(EXAMPLE_ID)
        : (await openDesk()).readSnapshot(message.parameters.studyId);
    case 'listTraces':
      return listTraces(await storesOf(message.parameters.studyId), message.parameters);
    case 'exportTraces': {
      const { layout, ...query } = message.parameters;
      const line = layout === 'flat' ? traceLine : undefined;
      return exportTraces(await storesOf(query.studyId), query, line);
    }
    case 'exportAnswers':
      return exportAnswers(await storesOf(message.parameters.studyId), message.parameters.studyId);
    case 'compareAnswers': {
      const { first, second } = message.parameters;
      return compareAnswers(
        await testAnswers(await storesOf(first.studyId), first),
        await testAnswers(await storesOf(second.studyId), second),
      );
    }
    case 'judgeByHand': {
      const { studyId, problemId, verdict } = message.parameters;
      if (studyId === EXAMPLE_ID) {
        throw new Error('The example stays as it is. Start a study and judge its rationales.');
      }
      return (await openDesk()).judgeByHand(studyId, problemId, verdict);
    }
    case 'readTestAnswers': {
      const { studyId } = message.parameters;
      return readTestAnswers(await storesOf(studyId), studyId, [TEACHER, STUDENT_BEFORE]);
    }
    case 'readStudentAnswers': {
      const { studyId, problemId } = message.parameters;
      return readStudentAnswers(await storesOf(studyId), studyId, problemId);
    }
    case 'readTrace': {
      const { studyId, problemId } = message.parameters;
      return (await storesOf(studyId)).traces.read(studyId, problemId);
    }
    case 'exportStudent': {
      const { studyId, runId, format } = message.parameters;
      const open = await openDesk();
      await device.current();
      return studentArchive(await open.exportStudent(studyId, runId, format));
    }
    case 'askModel': {
      const { studyId, ...question } = message.parameters;
      const open = await openDesk();
      await device.current();
      return open.ask(studyId, question, (answer) => send({ kind: 'answering', answer }));
    }
    case 'stopAnswer':
      await (await openDesk()).questions.stop();
      return null;
    case 'closeQuestions':
      await (await openDesk()).questions.close();
      return null;
    case 'listDownloads':
      return listDownloads((await openDesk()).stores.artefacts);
    case 'deleteDownload':
      await deleteDownload((await openDesk()).stores.artefacts, message.parameters.key);
      return null;
    case 'importModel':
      return importModel((await openDesk()).stores.artefacts, message.parameters);
    case 'storageUsage':
      return readStorageUsage();
    case 'inspectFiles':
      return inspectProblemFiles(message.parameters.files);
    default:
      return message satisfies never;
  }
}

self.addEventListener('message', (event: MessageEvent<unknown>) => {
  const id = messageId(event.data);
  Promise.resolve()
    .then(() => answer(checkMessage(event.data)))
    .then(
      (value) => send({ kind: 'result', id, value }),
      async (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        send({ kind: 'error', id, message });
        await reportTrouble();
      },
    );
});

/** A request that failed because the device is gone needs another worker; a running study says so itself. */
async function reportTrouble(): Promise<void> {
  const trouble = await findDeviceTrouble();
  if (trouble === null || (await openDesk()).isRunning) return;
  send({ kind: 'worker-trouble', studyId: null, message: trouble.message });
}
