/** Starts another worker when the GPU goes away, and the study with it, for as long as that leads anywhere. */

import { STAGE_NAMES, type StudySnapshot } from '../study/snapshot';
import type { WorkerClient, WorkerPort } from '../worker/client';
import type { DeviceReport } from '../tensor/device';
import type { WorkerTrouble } from '../worker/protocol';

/** Waits before the first, second and third try in a row, in ms: a GPU's process needs a moment to start again. */
const WAITS_MS: readonly number[] = [500, 4_000, 20_000];

/** How a recovery ended. */
export type RecoveryOutcome =
  | { readonly kind: 'recovered'; readonly device: DeviceReport }
  /** Another worker is there; the study stays as it was saved. No reason where a person wanted it so. */
  | { readonly kind: 'given-up'; readonly reason: string };

export class StudyRecovery {
  readonly #client: WorkerClient;
  readonly #startWorker: () => WorkerPort;
  readonly #waits: readonly number[];
  /** Tries since the saved study last got any further. */
  #tries = 0;
  #position: readonly number[] = [];
  #cancelled = false;

  constructor(
    client: WorkerClient,
    startWorker: () => WorkerPort,
    waits: readonly number[] = WAITS_MS,
  ) {
    this.#client = client;
    this.#startWorker = startWorker;
    this.#waits = waits;
  }

  /** A pause that is asked for meanwhile: the study is not started again. */
  cancel(): void {
    this.#cancelled = true;
  }

  /**
   * Replaces the worker and goes on with the study it ran, on the same backend: on another one its numbers
   * would differ, and that is for a person to choose.
   */
  async recover(
    { studyId, message }: WorkerTrouble,
    backend: DeviceReport['backend'] | null,
  ): Promise<RecoveryOutcome> {
    this.#cancelled = false;
    let reason = message;
    for (;;) {
      this.#client.replace(this.#startWorker());
      try {
        await this.#countTry(studyId);
        const wait = this.#waits[this.#tries - 1];
        if (wait === undefined) return this.#giveUp(reason);
        await new Promise((resolve) => setTimeout(resolve, wait));
        const device = await this.#client.request(
          'detectDevice',
          backend === null ? {} : { backend },
        );
        if (studyId === null) {
          this.#tries = 0;
          return { kind: 'recovered', device };
        }
        if (this.#cancelled) return { kind: 'given-up', reason: '' };
        await this.#client.request('resumeStudy', { studyId });
        if (this.#cancelled) await this.#client.request('pauseStudy', {});
        return { kind: 'recovered', device };
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
  }

  /** Counts from one again when the saved study got further since the last try. */
  async #countTry(studyId: string | null): Promise<void> {
    this.#tries += 1;
    if (studyId === null) return;
    const snapshot = await this.#client.request('readSnapshot', { studyId });
    const position = snapshot === null ? [] : positionOf(snapshot);
    if (isFurther(position, this.#position)) this.#tries = 1;
    this.#position = position;
  }

  /** Whoever goes on by hand begins to count anew. */
  #giveUp(reason: string): RecoveryOutcome {
    this.#tries = 0;
    return {
      kind: 'given-up',
      reason: `Winnow started its worker again ${this.#waits.length} times and the study got no further. ${reason}`,
    };
  }
}

/** Stages done, then what is done of the next one: in training the updates that checkpoints hold. */
function positionOf({ stages, runs }: StudySnapshot): readonly number[] {
  const stage = STAGE_NAMES.findIndex((name) => stages[name].state !== 'done');
  const name = STAGE_NAMES[stage];
  if (name === undefined) return [STAGE_NAMES.length, 0];
  if (name !== 'train') return [stage, stages[name].done];
  return [stage, runs.reduce((sum, { update }) => sum + update, 0)];
}

function isFurther(position: readonly number[], than: readonly number[]): boolean {
  const [stage = -1, done = -1] = position;
  const [otherStage = -1, otherDone = -1] = than;
  return stage > otherStage || (stage === otherStage && done > otherDone);
}
