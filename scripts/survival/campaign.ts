/** Runs studies under one fault again and again, and compares each with a control that nothing happened to. */

import type { Random } from '../../src/data/random';
import { readSnapshot } from '../study-page';
import { BrowserProcess } from './browser-process';
import type { Fault } from './faults';
import { differences, readLeftovers, type Leftovers } from './leftovers';
import {
  deleteStudy,
  microConfiguration,
  stageOf,
  startStudy,
  untilDone,
  untilStage,
  type SoftwareBackend,
} from './study-session';

/** What came of one kind of fault. */
export interface Outcome {
  readonly fault: string;
  readonly injected: number;
  /** Faults after which the study went on; all of them, or there is a loss. */
  readonly survived: number;
  /** How often it happened in each stage. */
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
  /** A folder for the browser's profile. */
  readonly profile: string;
  readonly report: (sentence: string) => void;
}

/** A study that nothing happens to, in a browser of its own. */
export async function runControl(
  { url, profile }: Surroundings,
  backend: SoftwareBackend,
): Promise<Leftovers['results']> {
  const browser = await BrowserProcess.start(profile);
  const { page } = browser;
  const studyId = await startStudy(page, url, microConfiguration(backend), backend);
  await untilDone(page);
  const { results, halves } = await readLeftovers(page, studyId);
  if (halves.length > 0) throw new Error(`The control is not whole: ${halves.join(' ')}`);
  await deleteStudy(page, studyId);
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
  const { url, profile, report } = surroundings;
  const { backend } = fault;
  const configuration = microConfiguration(backend);
  const losses: string[] = [];
  const stages: Record<string, number> = {};
  let injected = 0;
  let survived = 0;
  let compared = 0;
  let browser = await BrowserProcess.start(profile);
  try {
    while (injected < times && losses.length === 0) {
      const studyId = await startStudy(browser.page, url, configuration, backend);
      for (;;) {
        const stage = fault.stages?.[injected % fault.stages.length] ?? null;
        if (injected < times && stage !== null) await untilStage(browser.page, stage);
        const left = injected < times ? random.next() * LONGEST_CALM_MS : Infinity;
        const snapshot = await calm(browser, left);
        if (snapshot === 'done') break;
        const met = stageOf(snapshot);
        report(`${fault.name} (${injected + 1} of ${times}) in stage ${met}`);
        stages[met] = (stages[met] ?? 0) + 1;
        injected += 1;
        browser = await fault.inject({ browser, profile, url, studyId, backend });
        survived += 1;
        losses.push(...(await readLeftovers(browser.page, studyId)).halves);
      }
      const { results, halves } = await readLeftovers(browser.page, studyId);
      const differing = differences(control, results);
      if (differing.length > 0) losses.push(`differs from the control in ${differing.join(', ')}`);
      losses.push(...halves);
      compared += 1;
      await deleteStudy(browser.page, studyId);
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
