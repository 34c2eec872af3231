/** What a person or a machine does to a study of a soak. */

import type { Page } from 'playwright';
import type { StudyStatus } from '../../src/study/snapshot';
import { readSnapshot } from '../study-page';
import { crashWorker, resumeStudy, type SoftwareBackend } from '../survival/study-session';

export interface Disturbed {
  readonly page: Page;
  readonly url: string;
  readonly studyId: string;
  readonly backend: SoftwareBackend;
}

export interface Disturbance {
  readonly name: string;
  /** Whether the page or its worker is another one afterwards, whose memory starts from nothing. */
  readonly startsAnew: boolean;
  /** Brings it about; the study runs afterwards, or is done. */
  bringAbout(disturbed: Disturbed): Promise<void>;
}

/** How long a study may take to stop, in ms. */
const STOP_TIMEOUT_MS = 120_000;

export const DISTURBANCES: readonly Disturbance[] = [
  {
    name: 'paused',
    startsAnew: false,
    async bringAbout(disturbed) {
      await disturbed.page.evaluate(() => document.querySelector('winnow-app')?.service.pause());
      await untilStopped(disturbed.page);
      await goOn(disturbed);
    },
  },
  {
    name: 'failed',
    startsAnew: false,
    async bringAbout(disturbed) {
      await failOnce(disturbed.page);
      await untilStopped(disturbed.page);
      await failNoMore(disturbed.page);
      await goOn(disturbed);
    },
  },
  {
    name: 'worker crashed',
    startsAnew: true,
    bringAbout: ({ page }) => crashWorker(page),
  },
  {
    name: 'reloaded',
    startsAnew: true,
    async bringAbout({ page, url, studyId, backend }) {
      await page.reload();
      await resumeStudy(page, url, studyId, backend);
    },
  },
];

/** Waits until a study has stopped or is done. */
export async function untilStopped(page: Page): Promise<StudyStatus> {
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  for (;;) {
    const snapshot = await readSnapshot(page);
    if (snapshot !== null && snapshot.status !== 'running') return snapshot.status;
    if (Date.now() > deadline) throw new Error('Expected the study to stop; it goes on.');
    await page.waitForTimeout(100);
  }
}

async function goOn({ page, studyId }: Disturbed): Promise<void> {
  await page.evaluate(async (id) => {
    const service = document.querySelector('winnow-app')?.service;
    if (service?.shown?.status !== 'done') await service?.resume(id);
  }, studyId);
}

/** The next hash that the worker computes fails, and with it what needs it: a checkpoint, a trace. */
async function failOnce(page: Page): Promise<void> {
  for (const worker of page.workers()) {
    await worker.evaluate(() => {
      const { subtle } = crypto;
      // Hides the method of the prototype until it is deleted.
      Object.defineProperty(subtle, 'digest', {
        configurable: true,
        value: () => {
          Reflect.deleteProperty(subtle, 'digest');
          return Promise.reject(new Error('A hash that failed for the soak.'));
        },
      });
    });
  }
}

/** For a study that was done before it computed another hash. */
async function failNoMore(page: Page): Promise<void> {
  for (const worker of page.workers()) {
    await worker.evaluate(() => Reflect.deleteProperty(crypto.subtle, 'digest'));
  }
}
