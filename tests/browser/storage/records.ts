/** Records for the storage tests: a small study with a run and traces. */

import { deleteDB } from 'idb';
import { openDatabase, type Database } from '../../../src/storage/database';
import type { RunRecord, StudyRecord } from '../../../src/storage/schema';
import type { Trace } from '../../../src/rationale/trace';
import { presetConfiguration } from '../../../src/study/presets';
import { waitingStages } from '../../../src/study/study-state';

export const STUDY_ID = 'study-1';

export function studyRecord(studyId = STUDY_ID): StudyRecord {
  return {
    studyId,
    name: 'quiet-harvest-42',
    status: 'running',
    message: '',
    createdAt: 1,
    configuration: presetConfiguration('smoke'),
    device: { backend: 'wasm', name: 'test', software: true, explanation: '' },
    stages: waitingStages(),
    data: null,
    rationale: null,
    feedback: null,
    report: null,
  };
}

export function runRecord(update: number, bestUpdate: number | null = null): RunRecord {
  return {
    runId: 'run-1',
    studyId: STUDY_ID,
    method: 'cot',
    seed: 1,
    state: 'running',
    update,
    totalUpdates: 100,
    training: [{ update, loss: update / 10 }],
    validation: [],
    targetTokens: update * 7,
    elapsedMs: 5,
    bestUpdate,
    examples: 3,
    leftOut: {},
    peakMemoryBytes: 0,
  };
}

export function trace(index: number, patch: Partial<Trace> = {}): Trace {
  return {
    studyId: STUDY_ID,
    problemId: `problem-${index}`,
    index,
    split: 'train',
    question: `Ann has ${index} apples and buys 2. How many has she?`,
    goldRationale: `Ann has [${index}+2=${index + 2}] apples | #### ${index + 2}`,
    goldAnswer: String(index + 2),
    difficulty: 1,
    samples: [
      { sample: 0, temperature: 0, text: `x | #### ${index}`, tokens: 3, answer: String(index) },
    ],
    judged: [],
    winnowed: null,
    provenance: null,
    ...patch,
  };
}

let opened = 0;

/** An empty database of its own, deleted when the test is over. */
export async function emptyDatabase(
  onFinished: (cleanUp: () => Promise<void>) => void,
): Promise<Database> {
  const name = `winnow-test-${Date.now()}-${opened++}`;
  const database = await openDatabase(name);
  onFinished(async () => {
    database.close();
    await deleteDB(name);
  });
  return database;
}

/** Deterministic bytes. */
export function bytesOf(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = (index * 31 + seed * 17) % 251;
  return bytes;
}
