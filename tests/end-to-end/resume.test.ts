/** A page that is closed in the middle of a study offers to go on with it, and does. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followStudy, loadPage, runAddress } from '../../scripts/study-page';
import { COMPARED_METHODS } from '../../src/study/methods';
import type { StageName } from '../../src/study/snapshot';
import { expectQuiet, openBuiltPage, type BuiltPage } from './built-page';

/** Longest time between two interruptions, and to the end, on two cores. */
const LIMIT_MS = 180_000;

let built: BuiltPage;

beforeAll(async () => {
  built = await openBuiltPage();
});

afterAll(async () => {
  await built.close();
});

/** Leaves the page as closing its tab would, opens the first screen and takes up its offer. */
async function closeAndGoOn(): Promise<void> {
  await built.page.goto('about:blank');
  await loadPage(built.page, `${built.url}index.html`);
  await built.page.getByRole('button', { name: 'Go on with it' }).click();
}

describe('a study whose page is closed', () => {
  it('goes on from the stage it was in, to the same report', async () => {
    const { page } = built;
    await loadPage(page, runAddress(built.url, { preset: 'smoke', backend: 'wasm', seed: 1 }));

    const interruptions: readonly StageName[] = ['rationale', 'train'];
    let studyId = '';
    for (const stage of interruptions) {
      const interrupted = await followStudy(
        page,
        ({ stages }) => stages[stage].state !== 'waiting',
        Date.now() + LIMIT_MS,
      );
      studyId ||= interrupted.studyId;
      expect(interrupted.studyId).toBe(studyId);
      await closeAndGoOn();
    }

    const resumed = await followStudy(
      page,
      ({ stages }) => stages.train.state !== 'waiting',
      Date.now() + LIMIT_MS,
    );
    expect(resumed.stages.rationale.state, 'a finished stage is not done again').toBe('done');

    const finished = await followStudy(
      page,
      ({ status, report }) => status === 'done' && report !== null,
      Date.now() + LIMIT_MS,
    );
    expect(finished.studyId).toBe(studyId);
    expect(finished.report?.methods.map(({ method }) => method)).toEqual(COMPARED_METHODS);
    expectQuiet(built);
  });
});
