/** Runs studies under one fault again and again, and compares each with a control that nothing happened to. */

import type { Random } from '../../src/data/random';
import { readSnapshot } from '../study-page';
import { BrowserProcess } from './browser-process';
import type { Fault } from './faults';
import { differences, readLeftovers, type Leftovers } from './leftovers';
import {
  backendOf,
  deleteStudy,
  forgetDownloads,
  microConfiguration,
  placeOf,
  startStudy,
  untilDone,
  untilStage,
  type StudyKind,
} from './study-session';

/** What came of one kind of fault. */
export interface Outcome {
  readonly fault: string;
  readonly injected: number;
  /** Faults after which the study went on; all of them, or there is a loss. */
  readonly survived: number;
  /** How often it happened in each stage, and wherever else. */
  readonly stages: Readonly<Record<string, number>>;
  /** Studies that were finished and compared with the control. */
  readonly compared: number;
  /** What was lost or differs; empty when nothing is. */
  readonly losses: readonly string[];
}

/** Longest time between two faults, or into the stage that one is to happen in, in ms. */
const LONGEST_CALM_MS = 4_000;

export interface Surroundings {
  readonly url: string;
  /** Address of the stand-in hub. */
  readonly hub: string;
  /** A folder for the browser's profile. */
  readonly profile: string;
  readonly report: (sentence: string) => void;
}

/** A study that nothing happens to, in a browser of its own. */
export async function runControl(
  { url, hub, profile }: Surroundings,
  study: StudyKind,
): Promise<Leftovers['results']> {
  const browser = await BrowserProcess.start(profile);
  const { page } = browser;
  const studyId = await startStudy(page, url, microConfiguration(study, hub), backendOf(study));
  await untilDone(page);
  const { results, halves } = await readLeftovers(page, studyId);
  if (halves.length > 0) throw new Error(`The control is not whole: ${halves.join(' ')}`);
  await deleteStudy(page, studyId);
  await forgetDownloads(page);
  await browser.kill();
  return results;
}

/** Injects a fault `times` times at random moments, over as many studies as that takes. */
export async function runCampaign(
  surroundings: Surroundings,
  fault: Fault,
  times: number,
  control: Leftovers['results'],
  random: Random,
): Promise<Outcome> {
  const { url, hub, profile, report } = surroundings;
  const { study } = fault;
  const configuration = microConfiguration(study, hub);
  const losses: string[] = [];
  const stages: Record<string, number> = {};
  let injected = 0;
  let survived = 0;
  let compared = 0;
  let browser = await BrowserProcess.start(profile);
  try {
    while (injected < times && losses.length === 0) {
      const studyId = await startStudy(browser.page, url, configuration, backendOf(study));
      for (;;) {
        const stage = fault.stages?.[injected % fault.stages.length] ?? null;
        if (injected < times && stage !== null) await untilStage(browser.page, stage);
        const left = injected < times ? random.next() * LONGEST_CALM_MS : Infinity;
        const snapshot = await calm(browser, left);
        if (snapshot === 'done') break;
        let met: string = placeOf(snapshot);
        report(`${fault.name} (${injected + 1} of ${times}) in ${met}`);
        injected += 1;
        browser = await fault.inject({
          browser,
          profile,
          url,
          studyId,
          study,
          random,
          met: (place) => (met = place),
        });
        stages[met] = (stages[met] ?? 0) + 1;
        survived += 1;
        losses.push(...(await readLeftovers(browser.page, studyId)).halves);
      }
      const { results, halves } = await readLeftovers(browser.page, studyId);
      const differing = differences(control, results);
      if (differing.length > 0) losses.push(`differs from the control in ${differing.join(', ')}`);
      losses.push(...halves);
      compared += 1;
      await deleteStudy(browser.page, studyId);
      await forgetDownloads(browser.page);
    }
  } catch (error) {
    losses.push(error instanceof Error ? error.message : String(error));
  } finally {
    await browser.kill();
  }
  return { fault: fault.name, injected, survived, stages, compared, losses };
}

/** Lets the study run for so long; what it is at then. */
async function calm(browser: BrowserProcess, milliseconds: number) {
  if (milliseconds === Infinity) {
    await untilDone(browser.page);
    return 'done';
  }
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const snapshot = await readSnapshot(browser.page);
  if (snapshot === null) throw new Error('Expected a running study, found none on the page.');
  if (snapshot.status === 'failed' || snapshot.status === 'paused') {
    throw new Error(`The study ${snapshot.status}: ${snapshot.message}`);
  }
  return snapshot.status === 'done' ? 'done' : snapshot;
}
