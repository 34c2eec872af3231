/** The messages between the page and the worker: the page sends intents, the worker answers and broadcasts snapshots. */

import type { FileInspection } from '../data/file-inspection';
import type { AnswerComparison } from '../evaluate/answer-comparison';
import type { ProblemFile } from '../data/file-layout';
import type { HandVerdict } from '../rationale/taught';
import type { Trace } from '../rationale/trace';
import type { TraceListing } from '../rationale/trace-listing';
import type { ImportedModel } from '../storage/import-model';
import type { TestAnswers } from '../storage/test-answers';
import type { StudentAnswers, TraceQuery } from '../storage/trace-listing';
import type { LiveAnswer } from '../study/live-answer';
import type { StudyConfiguration } from '../study/configuration';
import type { Method } from '../study/methods';
import type { StudyEstimate } from '../study/estimate';
import type { RunName } from '../study/export/answer-lines';
import type { ExportFormat } from '../study/export/exported-file';
import type { TraceLayout } from '../study/export/trace-lines';
import type { DeviceReport, StudySnapshot } from '../study/snapshot';

export interface StudyListing {
  readonly studyId: string;
  readonly name: string;
  readonly createdAt: number;
  readonly status: StudySnapshot['status'];
  readonly preset: string;
  /** When it was deleted, in milliseconds since the epoch; absent unless that can still be undone. */
  readonly deletedAt?: number;
}

/** How long a deletion can be undone, in milliseconds: long enough to notice a mistake. */
export const UNDO_MS = 60_000;

export interface StorageUsage {
  readonly bytes: number;
  readonly persisted: boolean;
}

/** A file made for the visitor to save. */
export interface SavedFile {
  readonly name: string;
  readonly content: Blob;
}

/** A file from a hub that is stored, whole or in part. */
export interface DownloadListing {
  readonly key: string;
  /** `owner/name/path`. */
  readonly name: string;
  readonly state: 'partial' | 'complete';
  readonly bytes: number;
  /** Bytes of the whole file; null while the hub has not said. */
  readonly total: number | null;
  readonly sha256: string | null;
  readonly trust: 'verified' | 'pinned' | 'unverified';
}

/** Every request, its parameters and its result. */
export interface Requests {
  detectDevice: { parameters: { backend?: 'webgpu' | 'wasm' | 'cpu' }; result: DeviceReport };
  /** Validates, creates and starts a study; problem files are needed when the configuration's data source is `files`. */
  startStudy: {
    parameters: { configuration: StudyConfiguration; files?: readonly ProblemFile[] };
    result: { studyId: string };
  };
  resumeStudy: { parameters: { studyId: string }; result: { studyId: string } };
  /** Asks the tab that runs the study to save and stop it, waits for that, and goes on with it here. */
  takeOverStudy: { parameters: { studyId: string }; result: { studyId: string } };
  /** Finishes the current small piece of work, writes it, and stops there. */
  pauseStudy: { parameters: Record<string, never>; result: null };
  /** Leaves a method of the running study out of what is still to be trained, or takes it in again. */
  skipMethod: { parameters: { method: Method; skips: boolean }; result: null };
  /** Hides a study; it is removed for good when `UNDO_MS` have passed, or its room is needed. */
  deleteStudy: { parameters: { studyId: string }; result: null };
  undoDelete: { parameters: { studyId: string }; result: null };
  renameStudy: { parameters: { studyId: string; name: string }; result: null };
  /** Everything of a study in one file, with or without the weights of its students. */
  exportStudy: { parameters: { studyId: string; weights: boolean }; result: SavedFile };
  /** Checks the file of a study, and stores it beside the others. */
  importStudy: { parameters: { file: Blob }; result: { studyId: string; name: string } };
  /** About how many bytes each study takes. */
  studySizes: { parameters: Record<string, never>; result: Readonly<Record<string, number>> };
  listStudies: { parameters: Record<string, never>; result: readonly StudyListing[] };
  readSnapshot: { parameters: { studyId: string }; result: StudySnapshot | null };
  listTraces: { parameters: TraceQuery; result: TraceListing };
  readTrace: { parameters: { studyId: string; problemId: string }; result: Trace | null };
  /** What the trained students answered to the training problem of a trace. */
  readStudentAnswers: {
    parameters: { studyId: string; problemId: string };
    result: StudentAnswers;
  };
  /** The test problems and what teacher and students answered. */
  readTestAnswers: { parameters: { studyId: string }; result: TestAnswers };
  /** Records a verdict of the visitor's; answers with the trace as it is then. */
  judgeByHand: {
    parameters: { studyId: string; problemId: string; verdict: HandVerdict };
    result: Trace;
  };
  /** The traces that `listTraces` would list, as JSON lines: everything, or columns that other tools read. */
  exportTraces: { parameters: TraceQuery & { layout: TraceLayout }; result: Blob };
  /** Every answer of a study, as JSON lines. */
  exportAnswers: { parameters: { studyId: string }; result: Blob };
  /** What two runs, of one study or two, answered to the test problems that both were asked. */
  compareAnswers: { parameters: { first: RunName; second: RunName }; result: AnswerComparison };
  /** The student of a run that is done, as a file to save. */
  exportStudent: {
    parameters: { studyId: string; runId: string; format: ExportFormat };
    result: SavedFile;
  };
  /** Puts a question to a model of a study that does not run; `answering` broadcasts what it writes meanwhile. */
  askModel: {
    parameters: { studyId: string; subject: string; question: string };
    result: LiveAnswer;
  };
  /** Ends the answer that is being written. */
  stopAnswer: { parameters: Record<string, never>; result: null };
  /** Frees what the models of questions take. */
  closeQuestions: { parameters: Record<string, never>; result: null };
  listDownloads: { parameters: Record<string, never>; result: readonly DownloadListing[] };
  deleteDownload: { parameters: { key: string }; result: null };
  /** Checks a model of the visitor's own and keeps it; a study then chooses it by what this answers. */
  importModel: {
    parameters: { weights: File; configuration: File | null };
    result: ImportedModel;
  };
  storageUsage: { parameters: Record<string, never>; result: StorageUsage };
  /**
   * What a study would need, before anything is downloaded; with `measure`, its time on this device too; with
   * `look`, the hub is asked for the headers of files that nobody lists.
   */
  estimateStudy: {
    parameters: { configuration: StudyConfiguration; measure: boolean; look: boolean };
    result: StudyEstimate;
  };
  /** Reads problem files without starting anything: what a study on them would use, or why not. */
  inspectFiles: {
    parameters: { files: readonly ProblemFile[] };
    result: FileInspection;
  };
}

export type RequestName = keyof Requests;

export type ToWorker = {
  [Name in RequestName]: {
    readonly id: number;
    readonly request: Name;
    readonly parameters: Requests[Name]['parameters'];
  };
}[RequestName];

/** Why a worker is of no use any more: its GPU went away or cannot be trusted. */
export interface WorkerTrouble {
  /** The study it ran, stopped and saved; null when there was none. */
  readonly studyId: string | null;
  /** What happened, in a sentence or two. */
  readonly message: string;
}

export type FromWorker =
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly message: string }
  | { readonly kind: 'snapshot'; readonly snapshot: StudySnapshot }
  /** A study that another tab runs. */
  | { readonly kind: 'watched'; readonly snapshot: StudySnapshot }
  /** What the model that was asked last has written so far. */
  | { readonly kind: 'answering'; readonly answer: LiveAnswer }
  | { readonly kind: 'log'; readonly at: number; readonly sentence: string }
  | ({ readonly kind: 'worker-trouble' } & WorkerTrouble);
