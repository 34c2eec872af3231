/** The study that runs in this worker: starting, resuming, pausing and handing it over. */

import * as v from 'valibot';
import { openDatabase } from '../storage/database';
import type { HandVerdict } from '../rationale/taught';
import type { Trace } from '../rationale/trace';
import type { StudyRecord } from '../storage/schema';
import { Stores } from '../storage/stores';
import {
  acquireTrainerLock,
  awaitTrainerLock,
  isTrainerLockHeld,
  TRAINER_LOCK_MESSAGE,
} from '../storage/trainer-lock';
import { studyConfigurationSchema, type StudyConfiguration } from '../study/configuration';
import { StudyMachine, type Loading } from '../study/machine';
import type { Method } from '../study/methods';
import type { StudyModels } from '../study/models';
import { newStudyId, studyName } from '../study/name';
import type { LiveAnswer } from '../study/live-answer';
import type { StudyEstimate } from '../study/estimate';
import type { ExportFormat } from '../study/export/exported-file';
import { exportStudent, type StudentExport } from '../study/export/export-student';
import type { DeviceReport, StudySnapshot } from '../study/snapshot';
import { checkProblemFiles } from '../study/stages/data';
import { waitingStages } from '../study/study-state';
import { DownloadError } from '../weights/hub/download-error';
import type { ProblemFile } from '../data/file-layout';
import { Estimator } from './estimator';
import { recordHandVerdict } from './hand-verdict';
import { QuestionDesk, type Question } from './question-desk';
import { StudyChannel } from './study-channel';
import { GONE, StudyShelf } from './study-shelf';

export interface StudyDeskOptions {
  readonly openModels: (loading: Loading, stores: Stores) => Promise<StudyModels>;
  readonly readGsm8k: (loading: Loading, stores: Stores) => Promise<readonly ProblemFile[]>;
  readonly onSnapshot: (snapshot: StudySnapshot) => void;
  /** Called with every change of a study that another tab runs. */
  readonly onWatched: (snapshot: StudySnapshot) => void;
  readonly onLog: (sentence: string) => void;
  /** Called when a study has stopped, saved, because this worker's device cannot be used any more. */
  readonly onDeviceTrouble: (studyId: string, message: string) => void;
}

interface RunningStudy {
  readonly studyId: string;
  readonly machine: StudyMachine;
  /** Resolves when the machine stopped and the lock is given back. */
  readonly stopped: Promise<void>;
}

export class StudyDesk {
  readonly stores: Stores;
  readonly shelf: StudyShelf;
  readonly questions: QuestionDesk;
  readonly #options: StudyDeskOptions;
  readonly #estimator: Estimator;
  readonly #channel: StudyChannel;
  #running: RunningStudy | null = null;

  private constructor(stores: Stores, options: StudyDeskOptions) {
    this.stores = stores;
    this.shelf = new StudyShelf(stores, options.onLog);
    this.questions = new QuestionDesk(stores, (configuration) => this.#openModels(configuration));
    this.#options = options;
    this.#estimator = new Estimator(stores.artefacts);
    this.#channel = new StudyChannel({
      onSnapshot: options.onWatched,
      onLog: options.onLog,
      onHandOver: (studyId) => void this.#handOver(studyId),
    });
  }

  static async open(options: StudyDeskOptions): Promise<StudyDesk> {
    const desk = new StudyDesk(new Stores(await openDatabase()), options);
    // What was deleted before the last page was left, and files whose import was cut short.
    void desk.shelf.removeHidden();
    return desk;
  }

  /** True while a study runs in this worker. */
  get isRunning(): boolean {
    return this.#running !== null;
  }

  /**
   * What a study would need.
   *
   * @param measures whether to measure this device; while a study runs it is not, because the two would
   *   slow each other down
   */
  async estimate(
    configuration: StudyConfiguration,
    measures: boolean,
    looks: boolean,
  ): Promise<StudyEstimate> {
    return this.#estimator.estimate(configuration, measures && !this.isRunning, looks);
  }

  /**
   * Whoever starts a study asks for its downloads, so that the hub may be asked for headers first. One that
   * cannot be reached does not decide: what was downloaded before may be enough.
   */
  async #estimateToStart(configuration: StudyConfiguration): Promise<StudyEstimate> {
    try {
      return await this.estimate(configuration, false, true);
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      return this.estimate(configuration, false, false);
    }
  }

  /** Creates a study and starts it. */
  async start(
    configuration: StudyConfiguration,
    files: readonly ProblemFile[],
    device: DeviceReport,
  ): Promise<string> {
    this.#requireIdle();
    const { refusals } = await this.#estimateToStart(configuration);
    if (refusals.length > 0) throw new Error(refusals.join(' '));
    if (configuration.data.source === 'files' && files.length === 0) {
      throw new Error('This configuration reads problem files: choose at least one, then start.');
    }
    // Whatever is wrong with the files is said before anything is written.
    const kept =
      configuration.data.source === 'files' ? checkProblemFiles(files, configuration) : [];
    const createdAt = Date.now();
    const record: StudyRecord = {
      studyId: newStudyId(createdAt),
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
    const release = await this.#lock();
    try {
      await this.stores.studies.create(record, kept);
      await this.#launch(record, device, release);
    } catch (error) {
      release();
      throw error;
    }
    return record.studyId;
  }

  /** Goes on with a study that is not done. */
  async resume(studyId: string, device: DeviceReport): Promise<string> {
    if (this.#running?.studyId === studyId) return studyId;
    this.#requireIdle();
    return this.#resumeLocked(studyId, device, await this.#lock());
  }

  /** Goes on with a study that another tab runs, once that one has saved and stopped it. */
  async takeOver(studyId: string, device: DeviceReport): Promise<string> {
    if (this.#running?.studyId === studyId) return studyId;
    this.#requireIdle();
    this.#channel.askFor(studyId);
    return this.#resumeLocked(studyId, device, await awaitTrainerLock());
  }

  async #resumeLocked(studyId: string, device: DeviceReport, release: () => void): Promise<string> {
    try {
      const stored = await this.stores.studies.read(studyId);
      if (stored === null || stored.hidden !== undefined) throw new Error(GONE);
      if (stored.status === 'done') throw new Error('This study is done; start a new one.');
      // A study of an earlier version lacks settings that came later; their defaults do what it did.
      const configuration = v.parse(studyConfigurationSchema, stored.configuration);
      const record = { ...stored, configuration };
      await this.#launch(record, device, release);
    } catch (error) {
      release();
      throw error;
    }
    return studyId;
  }

  /** Stops the running study and waits until what it had finished is written. */
  async pause(): Promise<void> {
    this.#running?.machine.pause();
    await this.#running?.stopped;
  }

  /** @throws Error where no study runs here, and as `StudyMachine.skip` does */
  async skipMethod(method: Method, skips: boolean): Promise<void> {
    if (this.#running === null) {
      throw new Error('No study runs in this tab: go on with one, then leave the method out.');
    }
    await this.#running.machine.skip(method, skips);
  }

  async #handOver(studyId: string): Promise<void> {
    if (this.#running?.studyId !== studyId) return;
    this.#options.onLog('Another tab takes this study over.');
    await this.pause();
  }

  /** @throws Error while a change would be lost, see `recordHandVerdict` */
  async judgeByHand(studyId: string, problemId: string, verdict: HandVerdict): Promise<Trace> {
    return recordHandVerdict(
      this.stores.traces,
      await this.readSnapshot(studyId),
      problemId,
      verdict,
    );
  }

  async delete(studyId: string): Promise<void> {
    if (this.#running?.studyId === studyId) await this.pause();
    await this.shelf.delete(studyId);
  }

  async rename(studyId: string, name: string): Promise<void> {
    const running = this.#running;
    if (running?.studyId === studyId) running.machine.rename(name);
    else await this.shelf.rename(studyId, name);
  }

  /**
   * Puts a question to a model of a study.
   *
   * @throws Error while a study runs, here or in another tab: the two would share one device
   */
  async ask(
    studyId: string,
    question: Question,
    hear: (answer: LiveAnswer) => void,
  ): Promise<LiveAnswer> {
    this.#requireIdle();
    if (await isTrainerLockHeld()) throw new Error(TRAINER_LOCK_MESSAGE);
    return this.questions.ask(await this.#readStudy(studyId), question, hear);
  }

  /**
   * The files of a trained student; read them before anything else is asked of this desk.
   *
   * @throws Error while a study runs in this worker, whose models would be in the way
   */
  async exportStudent(
    studyId: string,
    runId: string,
    format: ExportFormat,
  ): Promise<StudentExport> {
    this.#requireIdle();
    const study = await this.#readStudy(studyId);
    await this.questions.close();
    const models = await this.#openModels(study.configuration);
    return exportStudent(this.stores, models, study, runId, format);
  }

  async #readStudy(studyId: string): Promise<StudySnapshot> {
    const study = await this.shelf.read(studyId);
    if (study === null) throw new Error(GONE);
    // One of an earlier version lacks settings that came later.
    return { ...study, configuration: v.parse(studyConfigurationSchema, study.configuration) };
  }

  /** The models of a study for something short, which nobody pauses. */
  async #openModels(configuration: StudyConfiguration): Promise<StudyModels> {
    const { onLog, openModels } = this.#options;
    const signal = new AbortController().signal;
    return openModels({ configuration, signal, show: () => {}, log: onLog }, this.stores);
  }

  async readSnapshot(studyId: string): Promise<StudySnapshot | null> {
    const running = this.#running;
    return running?.studyId === studyId ? running.machine.snapshot : this.shelf.read(studyId);
  }

  #requireIdle(): void {
    if (this.#running !== null) {
      throw new Error('A study is running. Pause it first.');
    }
  }

  async #lock(): Promise<() => void> {
    const release = await acquireTrainerLock();
    if (release === null) throw new Error(TRAINER_LOCK_MESSAGE);
    return release;
  }

  async #launch(record: StudyRecord, device: DeviceReport, release: () => void): Promise<void> {
    const { openModels, readGsm8k, onSnapshot, onLog, onDeviceTrouble } = this.#options;
    await this.questions.close();
    const runs = await this.stores.runs.ofStudy(record.studyId);
    const { stores } = this;
    const { studyId } = record;
    let trouble: string | null = null;
    const machine = new StudyMachine({
      stores,
      record,
      runs,
      device,
      openModels: (loading) => openModels(loading, stores),
      readGsm8k: (loading) => readGsm8k(loading, stores),
      onSnapshot: (snapshot) => {
        onSnapshot(snapshot);
        this.#channel.show(snapshot);
      },
      onLog: (sentence) => {
        onLog(sentence);
        this.#channel.log(sentence);
      },
      onDeviceTrouble: (message) => {
        trouble = message;
      },
    });
    const stopped = machine.run().then(() => {
      this.#running = null;
      release();
      // Said after the lock is free, for whoever goes on.
      if (trouble !== null) onDeviceTrouble(studyId, trouble);
    });
    this.#running = { studyId, machine, stopped };
  }
}
