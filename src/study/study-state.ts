/** The state of the study that runs: its record and runs, their progress and times, changed in one place. */

import type { RunRecord, StudyRecord } from '../storage/schema';
import type { Method } from './methods';
import { STAGE_NAMES, type StageName, type StageProgress, type StudySnapshot } from './snapshot';

/** The units of the stages, in the plural. */
const UNITS: Readonly<Record<StageName, string>> = {
  data: 'problems',
  rationale: 'rationales',
  feedback: 'problems',
  train: 'updates',
  evaluate: 'answers',
  report: 'methods',
};

/** Incidents that are kept: more say nothing new. */
const MOST_INCIDENTS = 50;

/** The stages of a study that has not begun. */
export function waitingStages(): Record<StageName, StageProgress> {
  const waiting = (name: StageName): StageProgress => ({
    state: 'waiting',
    done: 0,
    total: 0,
    unit: UNITS[name],
    remainingMs: null,
    elapsedMs: 0,
    detail: '',
  });
  return {
    data: waiting('data'),
    rationale: waiting('rationale'),
    feedback: waiting('feedback'),
    train: waiting('train'),
    evaluate: waiting('evaluate'),
    report: waiting('report'),
  };
}

export interface StageAdvance {
  readonly done: number;
  readonly total?: number;
  readonly detail?: string;
  /** A better estimate than the mean time of what is done so far. */
  readonly remainingMs?: number | null;
}

export class StudyState {
  #record: StudyRecord;
  #runs: readonly RunRecord[];
  readonly #changed: (urgent: boolean) => void;
  /** When the present stage began in this session, and what it had taken before. */
  #stageStarted = 0;
  #stageBefore = 0;

  /** @param changed called after every change; `urgent` when the page should see it at once */
  constructor(record: StudyRecord, runs: readonly RunRecord[], changed: (urgent: boolean) => void) {
    this.#record = record;
    this.#runs = runs;
    this.#changed = changed;
  }

  get record(): StudyRecord {
    return this.#record;
  }

  get runs(): readonly RunRecord[] {
    return this.#runs;
  }

  /** The runs that are trained and compared: all but those of methods that are left out. */
  get comparedRuns(): readonly RunRecord[] {
    return this.#runs.filter(({ method }) => !this.isSkipped(method));
  }

  isSkipped(method: Method): boolean {
    return this.#record.skipped?.includes(method) === true;
  }

  get snapshot(): StudySnapshot {
    return { ...this.#record, runs: this.#runs };
  }

  /** Milliseconds spent in all stages so far. */
  get elapsedMs(): number {
    return STAGE_NAMES.reduce((sum, name) => sum + this.#record.stages[name].elapsedMs, 0);
  }

  update(patch: Partial<StudyRecord>): void {
    this.#record = { ...this.#record, ...patch };
    this.#changed(patch.status !== undefined || patch.report !== undefined);
  }

  /** Notes what went wrong and was overcome, to be stored with the next change. */
  note(sentence: string): void {
    const earlier = this.#record.incidents ?? [];
    const incidents = [...earlier, { at: Date.now(), sentence }].slice(-MOST_INCIDENTS);
    this.update({ incidents });
  }

  /**
   * Writes a change and adopts it once it is written: what is shown and saved later never counts
   * work that was lost with its transaction.
   */
  async commit(
    patch: Partial<StudyRecord>,
    write: (record: StudyRecord) => Promise<void>,
  ): Promise<void> {
    const record = { ...this.#record, ...patch };
    await write(record);
    this.update(patch);
  }

  beginStage(name: StageName, progress: { done: number; total: number }): void {
    const before = this.#record.stages[name];
    this.#stageStarted = performance.now();
    this.#stageBefore = before.elapsedMs;
    this.#setStage(name, { ...before, ...progress, state: 'running' });
    this.#changed(true);
  }

  /** The stage's progress after an advance, to be committed with the work that made it. */
  advanced(name: StageName, advance: StageAdvance): Record<StageName, StageProgress> {
    const before = this.#record.stages[name];
    const total = advance.total ?? before.total;
    const elapsedMs = this.#stageBefore + performance.now() - this.#stageStarted;
    const remainingMs =
      advance.remainingMs === undefined
        ? advance.done === 0
          ? null
          : (elapsedMs / advance.done) * Math.max(0, total - advance.done)
        : advance.remainingMs;
    const progress: StageProgress = {
      ...before,
      done: advance.done,
      total,
      detail: advance.detail ?? before.detail,
      elapsedMs,
      remainingMs,
    };
    return { ...this.#record.stages, [name]: progress };
  }

  /** Shows an advance without writing it. */
  advance(name: StageName, advance: StageAdvance): void {
    this.update({ stages: this.advanced(name, advance) });
  }

  /** The stage as it ends. */
  endStage(name: StageName, state: 'done' | 'failed'): void {
    const { done, total } = this.#record.stages[name];
    const stages = this.advanced(name, { done: state === 'done' ? total : done });
    this.#record = { ...this.#record, stages };
    this.#setStage(name, { ...stages[name], state, remainingMs: null });
    this.#changed(true);
  }

  setRun(run: RunRecord): void {
    const known = this.#runs.some(({ runId }) => runId === run.runId);
    this.#runs = known
      ? this.#runs.map((other) => (other.runId === run.runId ? run : other))
      : [...this.#runs, run];
    this.#changed(false);
  }

  #setStage(name: StageName, progress: StageProgress): void {
    this.#record = { ...this.#record, stages: { ...this.#record.stages, [name]: progress } };
  }
}
