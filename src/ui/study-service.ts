/** What the page knows: the device, the studies, the one that runs and the one that is shown. Elements render it. */

import { requestPersistence } from '../storage/usage';
import type { ImportedModel } from '../storage/import-model';
import type { StudyConfiguration } from '../study/configuration';
import type { Method } from '../study/methods';
import type { StudyEstimate } from '../study/estimate';
import type { ExportFormat } from '../study/export/exported-file';
import type { DeviceReport, StudySnapshot } from '../study/snapshot';
import { WorkerReplacedError, type LogLine, type WorkerClient } from '../worker/client';
import {
  UNDO_MS,
  type DownloadListing,
  type SavedFile,
  type StorageUsage,
  type StudyListing,
  type WorkerTrouble,
} from '../worker/protocol';
import type { ProblemFile } from '../data/file-layout';
import type { BackendChoice } from './address';
import { Questions } from './questions';
import type { StudyRecovery } from './study-recovery';
import { StudyShelf } from './study-shelf';

/** Lines kept of the activity log: a day's study writes more than anyone scrolls through. */
const LONGEST_LOG = 400;

/** Sends the visitor's intents to the worker and holds what comes back. */
export class StudyService {
  readonly client: WorkerClient;
  device: DeviceReport | null = null;
  backend: BackendChoice = 'auto';
  studies: readonly StudyListing[] = [];
  /** Studies whose deletion can still be undone. */
  deleted: readonly StudyListing[] = [];
  downloads: readonly DownloadListing[] = [];
  usage: StorageUsage | null = null;
  /** The latest broadcast of the study the worker runs. */
  live: StudySnapshot | null = null;
  /** The study on screen. */
  shown: StudySnapshot | null = null;
  log: readonly LogLine[] = [];
  /** The last error, as a sentence; empty when there is none. */
  problem = '';
  /** True while an intent is on its way. */
  busy = false;
  /** True from the intent to pause until the worker has stopped and saved. */
  pausing = false;
  /** True while another worker takes the place of one whose GPU went away. */
  recovering = false;
  /** What is done to the studies that are stored. */
  readonly shelf = new StudyShelf(this);
  readonly questions = new Questions(this);
  readonly #recovery: StudyRecovery;
  #shownId = '';
  #forgetting: ReturnType<typeof setTimeout> | undefined;
  #watchedStatus: StudySnapshot['status'] | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(client: WorkerClient, recovery: StudyRecovery) {
    this.client = client;
    this.#recovery = recovery;
    client.onSnapshot((snapshot) => this.#receive(snapshot));
    client.onWatched((snapshot) => this.#watch(snapshot));
    client.onLog((line) => this.#addToLog(line));
    client.onTrouble((trouble) => void this.#recover(trouble));
    client.onFailure((error) => {
      const studyId = this.#runningId;
      if (studyId === null) this.reportProblem(error);
      else void this.#recover({ studyId, message: error.message });
    });
  }

  /** Calls `listener` after every change; returns the function that ends this. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Finds the device and the earlier studies. */
  async open(backend: BackendChoice): Promise<void> {
    await this.chooseBackend(backend);
    await this.refresh();
  }

  async chooseBackend(backend: BackendChoice): Promise<void> {
    this.backend = backend;
    this.device = null;
    this.#changed();
    await this.attempt(async () => {
      this.device = await this.client.request(
        'detectDevice',
        backend === 'auto' ? {} : { backend },
      );
    });
  }

  async refresh(): Promise<void> {
    await this.attempt(async () => {
      const listed = await this.client.request('listStudies', {});
      this.studies = listed.filter(({ deletedAt }) => deletedAt === undefined);
      this.deleted = listed.filter(({ deletedAt }) => deletedAt !== undefined);
      this.#forgetDeletedInTime();
      this.downloads = await this.client.request('listDownloads', {});
      this.usage = await this.client.request('storageUsage', {});
    });
  }

  /**
   * What a study would need; `measures` spends a few seconds on its time on this device, `looks` asks the hub for
   * the headers of files that nobody lists.
   *
   * @throws Error with the worker's sentence
   */
  async estimate(
    configuration: StudyConfiguration,
    { measures, looks }: { measures: boolean; looks: boolean },
  ): Promise<StudyEstimate> {
    return this.client.request('estimateStudy', { configuration, measure: measures, look: looks });
  }

  /** Starts a study and shows it; resolves with its id, or null after an error. */
  async start(
    configuration: StudyConfiguration,
    files?: readonly ProblemFile[],
  ): Promise<string | null> {
    return this.intend(async () => {
      this.log = [];
      // Only a page may ask, and the browser answers without a question to the visitor.
      void requestPersistence();
      const { studyId } = await this.client.request(
        'startStudy',
        files ? { configuration, files } : { configuration },
      );
      await this.#show(studyId);
      return studyId;
    });
  }

  /**
   * Goes on with an unfinished study and shows it; another tab that runs it stops first. Resolves with its id, or
   * null after an error.
   */
  async resume(studyId: string): Promise<string | null> {
    const listed = this.studies.find((study) => study.studyId === studyId);
    const known = this.shown?.studyId === studyId ? this.shown : listed;
    const request = known?.status === 'running' ? 'takeOverStudy' : 'resumeStudy';
    return this.intend(async () => {
      await this.client.request(request, { studyId });
      await this.#show(studyId);
      return studyId;
    });
  }

  /** Stops the running study at the next point where it can be saved. */
  async pause(): Promise<void> {
    this.pausing = true;
    if (this.recovering) {
      this.#recovery.cancel();
      this.#changed();
      return;
    }
    await this.intend(async () => {
      await this.client.request('pauseStudy', {});
    });
    this.pausing = false;
    this.#changed();
  }

  /** Leaves a method of the running study out, or takes it in again. */
  async skipMethod(method: Method, skips: boolean): Promise<void> {
    await this.attempt(() => this.client.request('skipMethod', { method, skips }));
  }

  /** Deletes a study, which can be undone for a while. */
  async remove(studyId: string): Promise<void> {
    await this.intend(async () => {
      if (this.live?.studyId === studyId) {
        if (this.isRunning) await this.client.request('pauseStudy', {});
        this.live = null;
      }
      await this.client.request('deleteStudy', { studyId });
      if (this.#shownId === studyId) this.hide();
    });
  }

  /** Keeps a model from the visitor's disk; null after an error. */
  async importModel(weights: File, configuration: File | null): Promise<ImportedModel | null> {
    return this.intend(() => this.client.request('importModel', { weights, configuration }));
  }

  /**
   * The student of a run that is done, as a file to save.
   *
   * @throws Error with the worker's sentence
   */
  async exportStudent(studyId: string, runId: string, format: ExportFormat): Promise<SavedFile> {
    return this.client.request('exportStudent', { studyId, runId, format });
  }

  async removeDownload(key: string): Promise<void> {
    await this.intend(async () => {
      await this.client.request('deleteDownload', { key });
    });
  }

  /** Puts a stored study on screen. */
  async show(studyId: string): Promise<void> {
    if (studyId === this.#shownId && this.shown) return;
    await this.attempt(() => this.#show(studyId));
  }

  hide(): void {
    this.#shownId = '';
    this.shown = null;
    this.#changed();
  }

  dismissProblem(): void {
    this.problem = '';
    this.#changed();
  }

  /** Lists the studies again when the next deletion cannot be undone any more. */
  #forgetDeletedInTime(): void {
    clearTimeout(this.#forgetting);
    const first = Math.min(...this.deleted.map(({ deletedAt = 0 }) => deletedAt));
    if (!Number.isFinite(first)) return;
    // The worker removes it in the meantime.
    const wait = Math.max(1_000, first + UNDO_MS + 500 - Date.now());
    this.#forgetting = setTimeout(() => void this.refresh(), wait);
  }

  get isRunning(): boolean {
    return this.#runningId !== null;
  }

  /** Studies that stopped before their report, the newest first. */
  get unfinished(): readonly StudyListing[] {
    return this.studies
      .filter((study) => study.status !== 'done' && study.studyId !== this.#runningId)
      .toSorted((first, second) => second.createdAt - first.createdAt);
  }

  get #runningId(): string | null {
    return this.live?.status === 'running' ? this.live.studyId : null;
  }

  async #show(studyId: string): Promise<void> {
    if (this.#shownId !== studyId) this.shown = null;
    this.#shownId = studyId;
    this.#changed();
    const snapshot =
      this.live?.studyId === studyId
        ? this.live
        : await this.client.request('readSnapshot', { studyId });
    if (this.#shownId !== studyId) return;
    if (!snapshot) {
      this.#shownId = '';
      throw new Error(
        'This study is not in this browser any more. Choose another one or start one.',
      );
    }
    // A broadcast that arrived while the stored one was read is newer.
    this.shown = this.live?.studyId === studyId ? this.live : snapshot;
    this.#changed();
  }

  #receive(snapshot: StudySnapshot): void {
    const before = this.live;
    this.live = snapshot;
    if (snapshot.studyId === this.#shownId) this.shown = snapshot;
    this.#changed();
    if (before?.studyId !== snapshot.studyId || before.status !== snapshot.status) {
      void this.refresh();
    }
  }

  /** Goes on with another worker; where that leads nowhere, the study is shown as it was saved. */
  async #recover(trouble: WorkerTrouble): Promise<void> {
    if (this.recovering) return;
    this.recovering = true;
    const backend = (this.isRunning ? this.live?.device : this.device)?.backend ?? null;
    const sentence = `${trouble.message} Another worker takes over.`;
    this.#addToLog({ at: Date.now(), sentence });
    const outcome = await this.#recovery.recover(trouble, backend);
    this.recovering = false;
    this.pausing = false;
    if (outcome.kind === 'recovered') {
      this.device = outcome.device;
    } else {
      this.live = null;
      const { studyId } = trouble;
      if (studyId !== null && studyId === this.#shownId)
        await this.attempt(() => this.#show(studyId));
      if (outcome.reason !== '') this.reportProblem(outcome.reason);
    }
    await this.refresh();
  }

  #addToLog(line: LogLine): void {
    this.log = [...this.log.slice(1 - LONGEST_LOG), line];
    this.#changed();
  }

  /** Shows what another tab does to the study on screen. */
  #watch(snapshot: StudySnapshot): void {
    if (this.isRunning) return;
    // It may have run here before the other tab took it over.
    if (this.live?.studyId === snapshot.studyId) this.live = null;
    if (snapshot.studyId === this.#shownId) this.shown = snapshot;
    this.#changed();
    const { status } = snapshot;
    if (status === this.#watchedStatus) return;
    this.#watchedStatus = status;
    void this.refresh();
  }

  /** Carries out an intent of the visitor's: busy meanwhile, an error on screen, everything listed again after it. */
  async intend<Result>(work: () => Promise<Result>): Promise<Result | null> {
    this.busy = true;
    this.problem = '';
    this.#changed();
    const result = await this.attempt(work);
    this.busy = false;
    await this.refresh();
    return result;
  }

  /** Does something that may fail; null after an error, which is on screen. */
  async attempt<Result>(work: () => Promise<Result>): Promise<Result | null> {
    try {
      const result = await work();
      this.#changed();
      return result;
    } catch (error) {
      this.reportProblem(error);
      return null;
    }
  }

  /** Puts an error on screen. */
  reportProblem(error: unknown): void {
    // The recovery that replaced it says what became of the study.
    if (error instanceof WorkerReplacedError) return;
    this.problem = error instanceof Error ? error.message : String(error);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
