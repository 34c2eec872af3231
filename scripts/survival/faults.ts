/** What may happen to a study while it runs, and how it is brought about. */

import type { Random } from '../../src/data/random';
import type { StageName, StudySnapshot } from '../../src/study/snapshot';
import { BrowserProcess } from './browser-process';
import { isDatabaseOld, makeDatabaseOlder } from './older-database';
import {
  backendOf,
  crashWorker,
  destroyDevice,
  resumeStudy,
  type StudyKind,
} from './study-session';

/** Where a study runs, and what a fault needs to bring it back. */
export interface Running {
  readonly browser: BrowserProcess;
  readonly profile: string;
  readonly url: string;
  readonly studyId: string;
  readonly study: StudyKind;
  readonly random: Random;
  /** Says where the fault met the study, where that is more than the stage it was in. */
  readonly met: (place: string) => void;
}

export interface Fault {
  readonly name: string;
  readonly study: StudyKind;
  /** Stages that it is to happen in, one after the other; at random moments of the whole study where absent. */
  readonly stages?: readonly StageName[];
  /** Does it, and goes on with the study where it does not go on by itself; resolves with the browser it runs in now. */
  inject(running: Running): Promise<BrowserProcess>;
}

/** How long a machine sleeps, in ms: longer than the browser waits for an answer of its parts. */
const SLEEP_MS = 15_000;

/** How long a tab is hidden, in ms: with the browser's flags, long enough to be throttled as after many minutes. */
const HIDDEN_MS = 20_000;

/** By when a visit has upgraded the database, in ms. */
const UPGRADE_MS = 3_000;

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

const goOn = async (browser: BrowserProcess, running: Running): Promise<StudySnapshot> =>
  resumeStudy(browser.page, running.url, running.studyId, backendOf(running.study));

/** Kills the browser and starts it again on the same profile. */
async function restart({ browser, profile }: Running): Promise<BrowserProcess> {
  await browser.kill();
  return BrowserProcess.start(profile);
}

async function killAndGoOn(running: Running): Promise<BrowserProcess> {
  const browser = await restart(running);
  await goOn(browser, running);
  return browser;
}

/** Lets something happen behind another tab, which hides the study's. */
async function behindAnotherTab(
  { browser: { page } }: Running,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const front = await page.context().newPage();
  await front.bringToFront();
  await page.waitForFunction(() => document.visibilityState === 'hidden', undefined, {
    polling: 100,
  });
  await meanwhile();
  await page.bringToFront();
  await front.close();
}

export const FAULTS: readonly Fault[] = [
  { name: 'browser killed', study: 'wasm', inject: killAndGoOn },
  { name: 'browser killed while downloading', study: 'download', inject: killAndGoOn },
  {
    name: 'browser killed in an upgrade',
    study: 'wasm',
    async inject(running) {
      const old = await restart(running);
      await makeDatabaseOlder(old.page, running.url);
      await old.page.goto(`${running.url}index.html`, { waitUntil: 'commit' });
      await wait(running.random.next() * UPGRADE_MS);
      await old.kill();
      const browser = await BrowserProcess.start(running.profile);
      const isOld = await isDatabaseOld(browser.page, running.url);
      running.met(isOld ? 'upgrade, undone' : 'upgrade, done');
      await goOn(browser, running);
      return browser;
    },
  },
  {
    name: 'page reloaded',
    study: 'wasm',
    async inject(running) {
      await running.browser.page.reload();
      await goOn(running.browser, running);
      return running.browser;
    },
  },
  {
    name: 'tab closed',
    study: 'wasm',
    async inject(running) {
      const { page } = running.browser;
      // A browser ends with its last tab.
      const other = running.browser.at(await page.context().newPage());
      await page.close();
      await goOn(other, running);
      return other;
    },
  },
  {
    name: 'tab hidden for long',
    study: 'wasm',
    async inject(running) {
      await behindAnotherTab(running, () => wait(HIDDEN_MS));
      return running.browser;
    },
  },
  {
    name: 'tab frozen and thawed',
    study: 'wasm',
    async inject(running) {
      const { page } = running.browser;
      const session = await page.context().newCDPSession(page);
      await behindAnotherTab(running, async () => {
        await session.send('Page.setWebLifecycleState', { state: 'frozen' });
        await wait(SLEEP_MS);
        await session.send('Page.setWebLifecycleState', { state: 'active' });
      });
      await session.detach();
      return running.browser;
    },
  },
  {
    name: 'machine asleep',
    study: 'wasm',
    async inject(running) {
      await running.browser.freeze(SLEEP_MS);
      return running.browser;
    },
  },
  {
    name: 'taken over by another tab',
    study: 'wasm',
    async inject(running) {
      const { page } = running.browser;
      const other = running.browser.at(await page.context().newPage());
      await goOn(other, running);
      await page.close();
      return other;
    },
  },
  {
    name: 'worker crashed',
    study: 'wasm',
    async inject(running) {
      await crashWorker(running.browser.page);
      return running.browser;
    },
  },
  {
    name: 'GPU device lost',
    study: 'webgpu',
    // On software, moments at random would nearly all be the teacher's.
    stages: ['rationale', 'train', 'evaluate'],
    async inject(running) {
      await destroyDevice(running.browser.page);
      return running.browser;
    },
  },
];
