/** The built page, served from a sub-path as a visitor's host might, and opened in Chromium on software WebGPU. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect } from 'vitest';
import { findChromium, SOFTWARE_WEBGPU_FLAGS } from '../../scripts/chromium';
import { startStaticServer } from '../../scripts/static-server';
import { openStudyPage, type StudyPage } from '../../scripts/study-page';

/** Where screenshots go, for a person to look at. */
const PICTURES = join('reports', 'end-to-end');

export interface BuiltPage extends StudyPage {
  /** Address of the page, with a slash at its end. */
  readonly url: string;
}

/** Serves `dist/` below a sub-path, with further headers if any, and starts a browser for it. */
export async function openBuiltPage(
  headers: Readonly<Record<string, string>> = {},
): Promise<BuiltPage> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('Expected Chromium, found none; run "npm test".');
  const server = await startStaticServer({
    folder: 'dist',
    subPath: '/some/host/winnow/',
    headers,
  });
  const opened = await openStudyPage({
    url: server.url,
    executablePath,
    flags: SOFTWARE_WEBGPU_FLAGS,
  });
  return {
    ...opened,
    url: server.url,
    close: async () => {
      await opened.close();
      await server.close();
    },
  };
}

/** Nothing may have gone wrong in the page, and it may have asked nobody else for anything. */
export function expectQuiet({ problems, foreignRequests }: StudyPage): void {
  expect(problems).toEqual([]);
  expect(foreignRequests).toEqual([]);
}

/** The widest thing on the page may not be wider than the window: nobody should have to scroll sideways. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const widths = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  expect(widths.content, JSON.stringify(widths)).toBeLessThanOrEqual(widths.window);
}

/** Takes a picture of the whole page at a width and colour scheme, and checks its layout there. */
export async function inspectAt(
  page: Page,
  name: string,
  width: number,
  colorScheme: 'light' | 'dark',
): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme });
  // Charts follow a change of size in the next frames.
  await page.waitForTimeout(300);
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({
    path: join(PICTURES, `${name}-${String(width)}-${colorScheme}.png`),
    fullPage: true,
  });
  await expectNoSidewaysScrolling(page);
}
