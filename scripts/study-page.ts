/** Opens the page in headless Chromium and follows a study through `window.winnow`, the page's public surface. */

import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import type { StudySnapshot } from '../src/study/snapshot';

export interface StudyPageOptions {
  /** Address of the served page, with a slash at its end. */
  readonly url: string;
  readonly executablePath: string;
  readonly flags: readonly string[];
  readonly context?: BrowserContextOptions;
}

/** A browser with the page in it, and everything that went wrong there so far. */
export interface StudyPage {
  readonly browser: Browser;
  readonly page: Page;
  /** Uncaught errors, console errors, policy violations, failed requests: one sentence each. */
  readonly problems: readonly string[];
  /** Every address asked for that is not the served page's own origin. */
  readonly foreignRequests: readonly string[];
  close(): Promise<void>;
}

export interface RunRequest {
  readonly preset: string;
  readonly backend: 'auto' | 'webgpu' | 'wasm';
  readonly seed?: number | undefined;
}

/** How long the page may take to find its device and accept a study, in ms. */
const READY_TIMEOUT_MS = 120_000;

/** Time between two looks at the study, in ms. */
const POLL_MS = 500;

/** Starts the browser with one empty page that reports its problems. */
export async function openStudyPage(options: StudyPageOptions): Promise<StudyPage> {
  const browser = await chromium.launch({
    executablePath: options.executablePath,
    headless: true,
    args: [...options.flags],
  });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    ...options.context,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  const foreignRequests: string[] = [];
  const origin = new URL(options.url).origin;

  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const place = `${event.sourceFile}:${String(event.lineNumber)}`;
      console.error(
        `Content security policy: ${event.effectiveDirective} refused ${event.blockedURI} at ${place}`,
      );
    });
  });
  page.on('pageerror', (error) => problems.push(`Uncaught error: ${error.message}`));
  page.on('crash', () => problems.push('The page crashed.'));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      problems.push(`Console error: ${message.text()} (${message.location().url})`);
    }
  });
  context.on('requestfailed', (request) => {
    // A reload aborts what is under way; that is no fault of the page.
    const reason = request.failure()?.errorText ?? 'unknown reason';
    if (reason !== 'net::ERR_ABORTED') problems.push(`Request failed: ${request.url()}: ${reason}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) {
      problems.push(`Request answered ${String(response.status())}: ${response.url()}`);
    }
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && (url.protocol === 'http:' || url.protocol === 'https:')) {
      foreignRequests.push(request.url());
    }
  });
  return { browser, page, problems, foreignRequests, close: () => browser.close() };
}

/** The address that makes the page start a study by itself. */
export function runAddress(url: string, request: RunRequest): string {
  const parameters = new URLSearchParams({ run: request.preset, backend: request.backend });
  if (request.seed !== undefined) parameters.set('seed', String(request.seed));
  return `${url}index.html#${parameters.toString()}`;
}

/** Loads the page and waits until it takes intents. */
export async function loadPage(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForFunction(() => window.winnow?.ready === true, undefined, {
    timeout: READY_TIMEOUT_MS,
  });
}

/** The study the page shows now. */
export function readSnapshot(page: Page): Promise<StudySnapshot | null> {
  return page.evaluate(() => window.winnow?.snapshot ?? null);
}

/**
 * Looks at the study until `isEnough`, and shows every look to `observe`.
 *
 * @param deadline When to give up, in ms as `Date.now()` counts.
 * @throws Error with the page's own sentence when the study failed or paused, when it never started,
 *   or when the deadline passed.
 */
export async function followStudy(
  page: Page,
  isEnough: (snapshot: StudySnapshot) => boolean,
  deadline: number,
  observe: (snapshot: StudySnapshot) => void = () => {},
): Promise<StudySnapshot> {
  const started = Date.now();
  for (;;) {
    const { snapshot, problem } = await page.evaluate(() => ({
      snapshot: window.winnow?.snapshot ?? null,
      problem: window.winnow?.problem ?? '',
    }));
    if (snapshot !== null) {
      observe(snapshot);
      if (isEnough(snapshot)) return snapshot;
      if (snapshot.status === 'failed' || snapshot.status === 'paused') {
        throw new Error(`The study ${snapshot.status}: ${snapshot.message || 'no reason given'}`);
      }
    } else if (problem !== '') {
      throw new Error(`The page could not start the study: ${problem}`);
    } else if (Date.now() - started > READY_TIMEOUT_MS) {
      throw new Error(
        `The page started no study within ${String(READY_TIMEOUT_MS / 1000)} s; does the preset exist?`,
      );
    }
    if (Date.now() > deadline) {
      throw new Error('The study took longer than allowed; give it more with --timeout MINUTES.');
    }
    await page.waitForTimeout(POLL_MS);
  }
}
