/** What may happen to a study while it runs, and how it is brought about. */

import type { StageName, StudySnapshot } from '../../src/study/snapshot';
import { BrowserProcess } from './browser-process';
import { crashWorker, destroyDevice, resumeStudy, type SoftwareBackend } from './study-session';

/** Where a study runs, and what a fault needs to bring it back. */
export interface Running {
  readonly browser: BrowserProcess;
  readonly profile: string;
  readonly url: string;
  readonly studyId: string;
  readonly backend: SoftwareBackend;
}

export interface Fault {
  readonly name: string;
  readonly backend: SoftwareBackend;
  /** Stages that it is to happen in, one after the other; at random moments of the whole study where absent. */
  readonly stages?: readonly StageName[];
  /** Does it, and goes on with the study where it does not go on by itself; resolves with the browser it runs in now. */
  inject(running: Running): Promise<BrowserProcess>;
}

/** How long frozen processes stay so, in ms: longer than the browser waits for an answer of its parts. */
const FREEZE_MS = 15_000;

const goOn = async (browser: BrowserProcess, running: Running): Promise<StudySnapshot> =>
  resumeStudy(browser.page, running.url, running.studyId, running.backend);

export const FAULTS: readonly Fault[] = [
  {
    name: 'browser killed',
    backend: 'wasm',
    async inject(running) {
      await running.browser.kill();
      const browser = await BrowserProcess.start(running.profile);
      await goOn(browser, running);
      return browser;
    },
  },
  {
    name: 'page reloaded',
    backend: 'wasm',
    async inject(running) {
      await running.browser.page.reload();
      await goOn(running.browser, running);
      return running.browser;
    },
  },
  {
    name: 'taken over by another tab',
    backend: 'wasm',
    async inject(running) {
      const { page } = running.browser;
      const other = await page.context().newPage();
      await resumeStudy(other, running.url, running.studyId, running.backend);
      await page.close();
      return running.browser.at(other);
    },
  },
  {
    name: 'worker crashed',
    backend: 'wasm',
    async inject(running) {
      await crashWorker(running.browser.page);
      return running.browser;
    },
  },
  {
    name: 'browser frozen',
    backend: 'wasm',
    async inject(running) {
      await running.browser.freeze(FREEZE_MS);
      return running.browser;
    },
  },
  {
    name: 'GPU device lost',
    backend: 'webgpu',
    // On software, moments at random would nearly all be the teacher's.
    stages: ['rationale', 'train', 'evaluate'],
    async inject(running) {
      await destroyDevice(running.browser.page);
      return running.browser;
    },
  },
];
