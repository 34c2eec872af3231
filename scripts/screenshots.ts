/** `npm run screenshots`: pictures of every view, wide and on a phone, light and dark, into `docs/screenshots/`. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { buildIfStale } from './build-page';
import { ANY_WEBGPU_FLAGS, findChromium, installChromium } from './chromium';
import { startStaticServer } from './static-server';
import { openStudyPage } from './study-page';

const FOLDER = 'docs/screenshots';

const SIZES = {
  wide: { width: 1280, height: 800 },
  phone: { width: 360, height: 780 },
} as const;
const SCHEMES = ['light', 'dark'] as const;

/** How long a slow computer may take to time its models for every preset. */
const ESTIMATES_MS = 120_000;

interface View {
  readonly name: string;
  /** Brings the view before the visitor, from the page as the view before left it. */
  readonly show: (page: Page, url: string) => Promise<void>;
  /** What of it is to be seen, where that is not its begin. */
  readonly part?: string;
}

const follow = async (page: Page, name: RegExp): Promise<void> => {
  await page.getByRole('link', { name }).first().click();
};

/** In order: the first screen, a study being set up, and the finished example study's own views. */
const VIEWS: readonly View[] = [
  {
    name: 'start',
    show: async (page, url) => {
      await page.goto(url);
      await page.getByRole('link', { name: /Look at the example/ }).waitFor();
    },
  },
  {
    name: 'setup',
    show: async (page, url) => {
      await page.goto(`${url}#setup=demo&training.learningRate=0.001`);
      await page.reload();
      await page.getByText('Learning rate').first().waitFor();
      await page.locator('winnow-preset-choice').hover();
      await page
        .getByText('with the time, disk and memory it takes here')
        .waitFor({ timeout: ESTIMATES_MS });
    },
  },
  {
    name: 'study',
    show: async (page, url) => {
      await page.goto(url);
      await follow(page, /Look at the example/);
      await page.getByRole('heading', { level: 1 }).waitFor();
    },
  },
  { name: 'curves', show: async () => {}, part: 'winnow-loss-chart' },
  { name: 'rationales', show: async (page) => follow(page, /^Rationales/) },
  {
    name: 'rationale',
    show: async (page) => {
      await page.locator('winnow-trace-list a[href*="trace="]').first().click();
    },
  },
  {
    name: 'answers',
    show: async (page) => {
      await page.goBack();
      await follow(page, /^Test answers/);
    },
  },
];

await buildIfStale(console.log);
const server = await startStaticServer({ folder: 'dist', port: 0, subPath: '/' });
const opened = await openStudyPage({
  url: server.url,
  executablePath: findChromium() ?? installChromium(console.log),
  flags: ANY_WEBGPU_FLAGS,
  context: { viewport: SIZES.wide, reducedMotion: 'reduce' },
});
const { page, problems } = opened;
try {
  await mkdir(FOLDER, { recursive: true });
  for (const { name, show, part } of VIEWS) {
    await page.setViewportSize(SIZES.wide);
    await show(page, server.url);
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const colorScheme of SCHEMES) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        // Charts are drawn anew at the end of a change of size.
        await page.waitForTimeout(500);
        if (part !== undefined)
          await page
            .locator(part)
            .first()
            .evaluate((it) => it.scrollIntoView());
        const path = join(FOLDER, `${name}-${size}-${colorScheme}.png`);
        await page.screenshot({ path, animations: 'disabled' });
        console.log(path);
      }
    }
  }
} finally {
  await opened.close();
  await server.close();
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
