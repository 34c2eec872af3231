/** A study whose browser is killed, whose worker crashes and which another tab takes over ends as if nothing had happened. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPage, readSnapshot } from '../../scripts/study-page';
import { startStaticServer, type StaticServer } from '../../scripts/static-server';
import { BrowserProcess } from '../../scripts/survival/browser-process';
import { differences, readLeftovers } from '../../scripts/survival/leftovers';
import {
  crashWorker,
  microConfiguration,
  startStudy,
  untilDone,
  untilStage,
} from '../../scripts/survival/study-session';

let server: StaticServer;
let profile: string;
let browser: BrowserProcess;

beforeAll(async () => {
  server = await startStaticServer({ folder: 'dist' });
  profile = await mkdtemp(join(tmpdir(), 'winnow-survival-'));
  browser = await BrowserProcess.start(profile);
});

afterAll(async () => {
  await browser.kill();
  await server.close();
  await rm(profile, { recursive: true, force: true });
});

/** Kills the browser, starts it again and takes up the first screen's offer. */
async function killAndGoOn(): Promise<Page> {
  await browser.kill();
  browser = await BrowserProcess.start(profile);
  await goOn(browser.page);
  return browser.page;
}

async function goOn(page: Page): Promise<void> {
  await loadPage(page, `${server.url}index.html`);
  await page.evaluate(() => document.querySelector('winnow-app')?.service.chooseBackend('wasm'));
  await page.getByRole('button', { name: 'Go on with it' }).click();
}

describe('a study that is not left in peace', () => {
  it('ends with the parameters, metrics and traces of one that was, to the last bit', async () => {
    const configuration = microConfiguration('wasm');
    const controlId = await startStudy(browser.page, server.url, configuration, 'wasm');
    await untilDone(browser.page);
    const control = await readLeftovers(browser.page, controlId);
    expect(control.halves).toEqual([]);

    const studyId = await startStudy(browser.page, server.url, configuration, 'wasm');
    await untilStage(browser.page, 'rationale');
    let page = await killAndGoOn();
    await untilStage(page, 'train');
    page = await killAndGoOn();
    const resumed = await untilStage(page, 'train');
    expect(resumed.stages.rationale.state, 'a finished stage is not done again').toBe('done');

    // Another tab watches it live, and takes it over.
    const other = await page.context().newPage();
    await loadPage(other, `${server.url}index.html#study=${studyId}`);
    await other.getByText('Runs in another tab').waitFor();
    await other.evaluate(() => document.querySelector('winnow-app')?.service.chooseBackend('wasm'));
    await other.getByRole('button', { name: 'Go on here' }).click();
    await untilStage(other, 'evaluate');
    await page.getByText('Runs in another tab').waitFor();

    await other.reload();
    await goOn(other);
    await crashWorker(other);
    await other.getByText('Another worker takes over').waitFor();
    await untilDone(other);
    expect((await readSnapshot(other))?.studyId).toBe(studyId);
    const { results, halves } = await readLeftovers(other, studyId);
    expect(halves).toEqual([]);
    expect(differences(control.results, results)).toEqual([]);
  });
});
