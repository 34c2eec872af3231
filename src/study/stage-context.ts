/** What every stage is given. */

import type { ProblemFile } from '../data/file-layout';
import type { Stores } from '../storage/stores';
import type { Method } from './methods';
import type { StudyModels } from './models';
import type { StudyState } from './study-state';

/** Thrown out of a stage when the study is to stop; everything finished is written by then. */
export class PauseRequested extends Error {
  constructor() {
    super('The study was paused.');
    this.name = 'PauseRequested';
  }
}

/** Thrown out of the training of a method that is left out from now on; its newest state is written by then. */
export class MethodSkipped extends Error {
  constructor(method: Method) {
    super(`Method ${method} is left out.`);
    this.name = 'MethodSkipped';
  }
}

export interface StageContext {
  readonly state: StudyState;
  readonly stores: Stores;
  readonly models: StudyModels;
  /** GSM8K's official files, downloaded where they are not stored yet. */
  readonly readGsm8k: () => Promise<readonly ProblemFile[]>;
  /** Writes one sentence to the activity log. */
  readonly log: (sentence: string) => void;
  /** Writes a sentence to the log and keeps it with the study: something went wrong and was overcome. */
  readonly note: (sentence: string) => void;
  /**
   * Called between two pieces of work: lets messages in.
   *
   * @throws PauseRequested when one of them asked for a pause.
   */
  readonly rest: () => Promise<void>;
}
