/** A worker that follows a script: it answers every request at once, from fixtures but for the inspection of files. */

import { inspectProblemFiles } from '../../../src/data/file-inspection';
import { judgeByHand } from '../../../src/rationale/taught';
import type { Trace } from '../../../src/rationale/trace';
import { queryTraces, type SearchableRow } from '../../../src/rationale/trace-query';
import { readLive } from '../../../src/study/asking';
import type { StudySnapshot } from '../../../src/study/snapshot';
import type { WorkerPort } from '../../../src/worker/client';
import type {
  DownloadListing,
  FromWorker,
  StudyListing,
  ToWorker,
} from '../../../src/worker/protocol';
import { fixtureEstimate } from './fixture-estimate';
import { fixtureSnapshot } from './fixture-study';
import {
  fixtureAnswers,
  fixtureComparedAnswers,
  fixtureSearchableRow,
  fixtureTrace,
} from './fixture-traces';
import { fixtureTestAnswers } from './fixture-tests';

export interface Script {
  /** Studies that are already stored. */
  readonly studies?: readonly StudySnapshot[];
  readonly traces?: number;
  /** Test problems of every study. */
  readonly tests?: number;
  /** Files that were downloaded earlier. */
  readonly downloads?: readonly DownloadListing[];
  readonly software?: boolean;
}

/** Records what it was asked in `requests`; `broadcast` plays the part of a running study. */
export class ScriptedWorker implements WorkerPort {
  readonly requests: ToWorker[] = [];
  readonly #studies = new Map<string, StudySnapshot>();
  readonly #deleted = new Map<string, number>();
  readonly #downloads = new Map<string, DownloadListing>();
  readonly #listeners = new Set<(event: MessageEvent<FromWorker>) => void>();
  readonly #errorListeners = new Set<(event: ErrorEvent) => void>();
  readonly #script: Script;
  #rows: readonly SearchableRow[] | null = null;
  readonly #judged = new Map<string, Trace>();

  constructor(script: Script = {}) {
    this.#script = script;
    for (const study of script.studies ?? []) this.#studies.set(study.studyId, study);
    for (const download of script.downloads ?? []) this.#downloads.set(download.key, download);
  }

  postMessage(message: ToWorker): void {
    this.requests.push(message);
    queueMicrotask(() => {
      try {
        this.#emit({ kind: 'result', id: message.id, value: this.#answer(message) });
      } catch (error) {
        const sentence = error instanceof Error ? error.message : String(error);
        this.#emit({ kind: 'error', id: message.id, message: sentence });
      }
    });
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    if (type === 'message') {
      this.#listeners.add((event) => listener(event as never));
    }
    if (type === 'error') this.#errorListeners.add((event) => listener(event as never));
  }

  terminate(): void {
    this.#listeners.clear();
  }

  broadcast(snapshot: StudySnapshot): void {
    this.#studies.set(snapshot.studyId, snapshot);
    this.#emit({ kind: 'snapshot', snapshot });
  }

  /** Plays the part of another tab that runs a study. */
  show(snapshot: StudySnapshot): void {
    this.#studies.set(snapshot.studyId, snapshot);
    this.#emit({ kind: 'watched', snapshot });
  }

  say(sentence: string, at = 1_790_000_000_000): void {
    this.#emit({ kind: 'log', at, sentence });
  }

  /** Says that its GPU is gone. */
  fail(studyId: string | null, message: string): void {
    this.#emit({ kind: 'worker-trouble', studyId, message });
  }

  crash(message: string): void {
    for (const listener of this.#errorListeners) listener(new ErrorEvent('error', { message }));
  }

  #emit(message: FromWorker): void {
    for (const listener of this.#listeners)
      listener(new MessageEvent('message', { data: message }));
  }

  #trace(problemId: string): Trace {
    return this.#judged.get(problemId) ?? fixtureTrace(Number(problemId.slice(-6)));
  }

  /** What a request gets; a test may put another answer in its place. */
  #answer(message: ToWorker): unknown {
    switch (message.request) {
      case 'detectDevice':
        return this.#script.software === false
          ? {
              backend: 'webgpu',
              name: 'NVIDIA GeForce RTX 4070',
              software: false,
              explanation: 'WebGPU found a graphics processor.',
              timesKernels: true,
            }
          : fixtureSnapshot('data').device;
      case 'startStudy': {
        const snapshot = { ...fixtureSnapshot('data', 0.2), ...pick(message.parameters) };
        queueMicrotask(() => this.broadcast(snapshot));
        this.#studies.set(snapshot.studyId, snapshot);
        return { studyId: snapshot.studyId };
      }
      case 'takeOverStudy':
      case 'resumeStudy': {
        const stored = this.#studies.get(message.parameters.studyId);
        if (!stored) throw new Error('Expected a stored study, found none; start one.');
        queueMicrotask(() => this.broadcast({ ...stored, status: 'running' }));
        return { studyId: stored.studyId };
      }
      case 'pauseStudy':
        for (const study of this.#studies.values()) {
          if (study.status === 'running') this.broadcast({ ...study, status: 'paused' });
        }
        return null;
      case 'skipMethod': {
        const { method, skips } = message.parameters;
        for (const study of this.#studies.values()) {
          const others = (study.skipped ?? []).filter((other) => other !== method);
          if (study.status !== 'running') continue;
          this.broadcast({ ...study, skipped: skips ? [...others, method] : others });
        }
        return null;
      }
      case 'deleteStudy':
        this.#deleted.set(message.parameters.studyId, Date.now());
        return null;
      case 'undoDelete':
        this.#deleted.delete(message.parameters.studyId);
        return null;
      case 'renameStudy': {
        const { studyId, name } = message.parameters;
        const stored = this.#studies.get(studyId);
        if (stored) this.#studies.set(studyId, { ...stored, name });
        return null;
      }
      case 'exportStudy':
        return { name: 'amber-finch.winnow.zip', content: new Blob(['PK']) };
      case 'importStudy': {
        const study = { ...fixtureSnapshot('end'), studyId: 'study-9', name: 'Brought Along' };
        this.#studies.set(study.studyId, study);
        return { studyId: study.studyId, name: study.name };
      }
      case 'studySizes':
        return Object.fromEntries([...this.#studies.keys()].map((id) => [id, 12_300_000]));
      case 'listStudies':
        return [...this.#studies.values()].map((study) => {
          const deletedAt = this.#deleted.get(study.studyId);
          return { ...listing(study), ...(deletedAt === undefined ? {} : { deletedAt }) };
        });
      case 'readSnapshot':
        return this.#studies.get(message.parameters.studyId) ?? null;
      case 'listTraces':
        this.#rows ??= Array.from({ length: this.#script.traces ?? 2400 }, (_, index) =>
          fixtureSearchableRow(index),
        );
        return queryTraces(this.#rows, message.parameters.filter, message.parameters.order);
      case 'judgeByHand': {
        const { problemId, verdict } = message.parameters;
        const judged = judgeByHand(this.#trace(problemId), verdict, true);
        this.#judged.set(problemId, judged);
        return judged;
      }
      case 'exportTraces':
      case 'exportAnswers':
        return new Blob(['{}\n']);
      case 'compareAnswers':
        return fixtureComparedAnswers();
      case 'readTestAnswers':
        return fixtureTestAnswers(this.#script.tests ?? 120);
      case 'readStudentAnswers':
        return fixtureAnswers(Number(message.parameters.problemId.slice(-6)));
      case 'readTrace': {
        const index = Number(message.parameters.problemId.slice(-6));
        return index < (this.#script.traces ?? 2400)
          ? this.#trace(message.parameters.problemId)
          : null;
      }
      case 'exportStudent':
        return { name: 'student.zip', content: new Blob(['PK']) };
      case 'askModel': {
        const { subject, question } = message.parameters;
        const text = `${subject} has [2+3=6] 6 pears | #### 6`;
        this.#emit({ kind: 'answering', answer: readLive(text, question, true, 'writing') });
        return readLive(text, question, true, 'done');
      }
      case 'stopAnswer':
      case 'closeQuestions':
        return null;
      case 'listDownloads':
        return [...this.#downloads.values()];
      case 'deleteDownload':
        this.#downloads.delete(message.parameters.key);
        return null;
      case 'importModel': {
        const { weights, configuration } = message.parameters;
        if (weights.size === 0) throw new Error('Expected a model, found an empty file.');
        const sha256 = 'ab'.repeat(32);
        return { name: weights.name, sha256, hasConfiguration: configuration !== null };
      }
      case 'storageUsage':
        return { bytes: 42_300_000, persisted: false };
      case 'estimateStudy':
        return fixtureEstimate(message.parameters);
      case 'inspectFiles':
        return inspectProblemFiles(message.parameters.files);
      default:
        return message satisfies never;
    }
  }
}

function pick(parameters: { configuration: StudySnapshot['configuration'] }) {
  return { configuration: parameters.configuration };
}

function listing(snapshot: StudySnapshot): StudyListing {
  return {
    studyId: snapshot.studyId,
    name: snapshot.name,
    createdAt: snapshot.createdAt,
    status: snapshot.status,
    preset: snapshot.configuration.preset,
  };
}
