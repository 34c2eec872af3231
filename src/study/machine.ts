/** The state machine of a study: runs the stages in order, from wherever the study stopped. */

import { StorageFullError } from '../storage/room';
import { DeviceTroubleError, findDeviceTrouble } from '../tensor/device-trouble';
import type { RunRecord, StudyRecord } from '../storage/schema';
import type { Stores } from '../storage/stores';
import type { ProblemFile } from '../data/file-layout';
import { dropDamagedTraces } from './damaged-traces';
import type { StudyModels } from './models';
import { StudyProfile } from './profiling';
import type { StudyConfiguration } from './configuration';
import type { Method } from './methods';
import { PauseSignal } from './pause-signal';
import {
  STAGE_NAMES,
  type DeviceReport,
  type StageName,
  type StudySnapshot,
  type StudyStatus,
} from './snapshot';
import { PauseRequested, type StageContext } from './stage-context';
import { prepareProblems } from './stages/data';
import { evaluateSubjects } from './stages/evaluate';
import { winnowRationales } from './stages/feedback';
import { writeRationales } from './stages/rationale';
import { writeReport } from './stages/report';
import { trainMethods } from './stages/train';
import { StudyState } from './study-state';
import { throttled } from './throttle';

const STAGES: Readonly<Record<StageName, (context: StageContext) => Promise<void>>> = {
  data: prepareProblems,
  rationale: writeRationales,
  feedback: winnowRationales,
  train: trainMethods,
  evaluate: evaluateSubjects,
  report: writeReport,
};

/** What the activity log says when a stage begins or goes on. */
const BEGINNINGS: Readonly<Record<StageName, string>> = {
  data: 'The problems are prepared.',
  rationale: 'The teacher writes its rationales.',
  feedback: 'Every step of the rationales is checked.',
  train: 'The students are trained.',
  evaluate: 'The students are asked the problems they never saw.',
  report: 'The methods are compared.',
};

/** How a download is followed and stopped. */
export interface Loading {
  readonly configuration: StudyConfiguration;
  /** Aborted by a pause. */
  readonly signal: AbortSignal;
  /** Shows one sentence of live progress, and the share that is done where it is known; an empty one takes both away. */
  readonly show: (sentence: string, share?: number) => void;
  /** Writes one sentence to the activity log. */
  readonly log: (sentence: string) => void;
}

export interface MachineOptions {
  readonly stores: Stores;
  /** The study as it is stored. */
  readonly record: StudyRecord;
  readonly runs: readonly RunRecord[];
  /** The device it goes on with now. */
  readonly device: DeviceReport;
  /** Opens the configuration's models, downloading what is not stored yet. */
  readonly openModels: (loading: Loading) => Promise<StudyModels>;
  readonly readGsm8k: (loading: Loading) => Promise<readonly ProblemFile[]>;
  readonly onSnapshot: (snapshot: StudySnapshot) => void;
  readonly onLog: (sentence: string) => void;
  /**
   * Called instead of a last snapshot when the study stopped, saved, because the device cannot be used any more:
   * somebody with another device may go on at once. Where nobody can, the study is shown as paused.
   */
  readonly onDeviceTrouble?: (message: string) => void;
}

export class StudyMachine {
  readonly #options: MachineOptions;
  readonly #pause = new PauseSignal();
  readonly #state: StudyState;

  constructor(options: MachineOptions) {
    this.#options = options;
    const broadcast = throttled(() => options.onSnapshot(this.snapshot));
    this.#state = new StudyState(options.record, options.runs, broadcast);
  }

  get snapshot(): StudySnapshot {
    return this.#state.snapshot;
  }

  /** Stops `run` after the present small piece of work. */
  pause(): void {
    this.#pause.request();
  }

  /** Takes effect at once; stored with the next progress. */
  rename(name: string): void {
    this.#state.update({ name });
  }

  /**
   * Leaves a method out of what is still to be trained, or takes it in again; what it trained so far is kept.
   *
   * @throws Error where its training is over, or nothing would be left to train or compare
   */
  async skip(method: Method, isSkipped: boolean): Promise<void> {
    const { configuration, skipped = [], stages } = this.#state.record;
    const run = this.#state.runs.find((candidate) => candidate.method === method);
    if (stages.train.state === 'done' || run?.state === 'done') {
      throw new Error(`Method ${method} is trained already and stays in the comparison.`);
    }
    const others = skipped.filter((other) => other !== method);
    const left = configuration.methods.filter((other) => ![...others, method].includes(other));
    if (isSkipped && left.length === 0) {
      throw new Error(`Method ${method} is the last one left: stop the study instead.`);
    }
    this.#state.update({ skipped: isSkipped ? [...others, method] : others });
    this.#options.onLog(
      isSkipped
        ? `Method ${method} is left out from now on; what it trained so far is kept.`
        : `Method ${method} is taken in again, from where it stopped.`,
    );
    await this.#options.stores.studies.write(this.#state.record);
    this.#options.onSnapshot(this.snapshot);
  }

  /** Runs until the report is written, a pause, trouble with the device or another error; the study's record says which. Never throws. */
  async run(): Promise<StudyStatus> {
    const { record } = this.#state;
    if (record.device.backend !== this.#options.device.backend && this.#hasBegun) {
      this.#options.onLog(
        `This study began on ${record.device.name} and goes on on ${this.#options.device.name}: its numbers may differ slightly from those of a study that never moved.`,
      );
    }
    this.#state.update({ status: 'running', message: '', device: this.#options.device });
    let begun: StageName | null = null;
    let models: StudyModels | null = null;
    let profile: StudyProfile | null = null;
    try {
      await this.#options.stores.studies.write(this.#state.record);
      models = await this.#options.openModels(this.#loading);
      this.#loading.show('');
      profile = this.#startProfile(models);
      await dropDamagedTraces(this.#state, this.#options.stores, (sentence) =>
        this.#note(sentence),
      );
      for (const stage of STAGE_NAMES) {
        if (this.#state.record.stages[stage].state === 'done') continue;
        begun = stage;
        await this.#runStage(stage, models, profile);
        await profile?.read();
      }
      return await this.#stop('done', '');
    } catch (error) {
      if (error instanceof PauseRequested) return await this.#stop('paused', '');
      if (error instanceof StorageFullError) return await this.#stop('paused', error.message);
      const trouble = error instanceof DeviceTroubleError ? error : await findDeviceTrouble();
      if (trouble !== null) return await this.#stopForDevice(trouble);
      if (begun !== null) this.#state.endStage(begun, 'failed');
      return await this.#stop('failed', error instanceof Error ? error.message : String(error));
    } finally {
      profile?.stop();
      models?.dispose();
    }
  }

  /** Null where nobody asked for a profile, or the device cannot take one. */
  #startProfile({ profiler }: StudyModels): StudyProfile | null {
    if (!this.#state.record.configuration.profileKernels) return null;
    if (profiler !== null) {
      return new StudyProfile(profiler, (kernels) => this.#state.update({ kernels }));
    }
    this.#options.onLog(
      `The time of each kernel was asked for, but ${this.#options.device.name} offers no timestamps (WebGPU's "timestamp-query"): the study runs without a profile.`,
    );
    return null;
  }

  get #loading(): Loading {
    return {
      configuration: this.#state.record.configuration,
      signal: this.#pause.signal,
      show: (message, share) => this.#state.update({ message, loaded: share ?? null }),
      log: this.#options.onLog,
    };
  }

  get #hasBegun(): boolean {
    return this.#state.record.stages.data.state !== 'waiting';
  }

  async #runStage(
    stage: StageName,
    models: StudyModels,
    profile: StudyProfile | null,
  ): Promise<void> {
    const { stores, onLog } = this.#options;
    onLog(BEGINNINGS[stage]);
    await STAGES[stage]({
      state: this.#state,
      stores,
      models,
      log: onLog,
      note: (sentence) => this.#note(sentence),
      readGsm8k: async () => {
        const files = await this.#options.readGsm8k(this.#loading);
        this.#loading.show('');
        return files;
      },
      rest: async () => {
        await this.#pause.rest();
        await profile?.refresh();
      },
    });
    this.#state.endStage(stage, 'done');
    await stores.studies.write(this.#state.record);
  }

  #note(sentence: string): void {
    this.#options.onLog(sentence);
    this.#state.note(sentence);
  }

  /** Stops without a last snapshot where somebody can go on with another device, unless a pause was asked for anyway. */
  async #stopForDevice({ message }: DeviceTroubleError): Promise<StudyStatus> {
    const { onDeviceTrouble } = this.#options;
    this.#note(message);
    if (onDeviceTrouble === undefined || this.#pause.signal.aborted) {
      return this.#stop('paused', message);
    }
    await this.#write({ ...this.#state.record, status: 'paused', message, loaded: null });
    onDeviceTrouble(message);
    return 'paused';
  }

  /** Notes how the study ended; a full disk must not hide why. */
  async #stop(status: StudyStatus, message: string): Promise<StudyStatus> {
    this.#state.update({ status, message, loaded: null });
    if (message !== '') this.#options.onLog(message);
    await this.#write(this.#state.record);
    this.#options.onSnapshot(this.snapshot);
    return status;
  }

  async #write(record: StudyRecord): Promise<void> {
    try {
      await this.#options.stores.studies.write(record);
    } catch (error) {
      this.#options.onLog(
        `The study's last state could not be stored: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
