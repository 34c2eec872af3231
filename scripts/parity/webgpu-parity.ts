/** The parity checks on WebGPU: builds a page of them, opens it in headless Chromium and prints what it finds. */

import { join } from 'node:path';
import { chromium, type Route } from 'playwright';
import { build } from 'vite';
import { ANY_WEBGPU_FLAGS, findChromium } from '../chromium';
import { startStaticServer } from '../static-server';
import type { Comparison } from './comparison';
import { ORACLE_FILES, type ReadFile } from './oracle-folder';
// Also what makes the page's script known as used.
import type { ParityOutcome } from './webgpu/page';

/**
 * Runs every check in the page.
 *
 * @param print gets the adapter found and each group of results as it comes
 * @throws Error when there is no browser, no adapter, or a file cannot be used
 */
export async function webgpuParity(
  readFile: ReadFile,
  print: (text: string) => void,
): Promise<readonly Comparison[]> {
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Error(
      'WebGPU runs in Chromium or Chrome 113 or newer, and none was found here: install one, set CHROMIUM_PATH to its executable, or choose --backend wasm.',
    );
  }
  const server = await startStaticServer({ folder: await buildPage() });
  try {
    const browser = await chromium.launch({ executablePath, args: [...ANY_WEBGPU_FLAGS] });
    try {
      const page = await browser.newPage();
      page.on('pageerror', (error) => print(`Uncaught error in the page: ${error.message}`));
      await page.route(`${server.url}oracle/*`, (route) => serveFile(route, readFile));
      await page.exposeFunction('printParity', print);
      await page.goto(server.url);
      await page.waitForFunction(() => typeof window.runParity === 'function');
      const outcome: ParityOutcome = await page.evaluate(() => window.runParity());
      if ('problem' in outcome) throw new Error(outcome.problem);
      return outcome.comparisons;
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
}

async function buildPage(): Promise<string> {
  const folder = join(process.cwd(), '.cache', 'parity-page');
  await build({
    configFile: false,
    root: join(process.cwd(), 'scripts', 'parity', 'webgpu'),
    base: './',
    logLevel: 'error',
    publicDir: false,
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      target: 'es2023',
      modulePreload: { polyfill: false },
    },
  });
  return folder;
}

/** Only the files of the folder that the checks know by name are read. */
async function serveFile(route: Route, readFile: ReadFile): Promise<void> {
  const name = new URL(route.request().url()).pathname.split('/').at(-1) ?? '';
  try {
    if (!Object.hasOwn(ORACLE_FILES, name)) throw new Error(`${name}: not a file of the checks.`);
    const body = Buffer.from(await readFile(name));
    await route.fulfill({ body, contentType: 'application/octet-stream' });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await route.fulfill({ status: 404, contentType: 'text/plain', body: message });
  }
}
