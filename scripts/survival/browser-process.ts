/** A Chromium of its own with a profile on disk: it can be killed, frozen and started again, as a person's can. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type Page } from 'playwright';
import { findChromium, SOFTWARE_WEBGPU_FLAGS } from '../chromium';

/** How long a browser may take to start, in ms. */
const START_TIMEOUT_MS = 60_000;

export class BrowserProcess {
  readonly page: Page;
  readonly #process: ChildProcess;
  readonly #browser: Browser;

  private constructor(process: ChildProcess, browser: Browser, page: Page) {
    this.#process = process;
    this.#browser = browser;
    this.page = page;
  }

  /**
   * Starts a browser on a profile's folder, which is made where there is none.
   *
   * @throws Error when no browser is found, or it does not start
   */
  static async start(profile: string): Promise<BrowserProcess> {
    const executable = findChromium();
    if (executable === null) throw new Error('Expected Chromium, found none; run "npm test".');
    // A killed browser leaves its lock behind, and the next one would ask a person about it.
    await rm(join(profile, 'SingletonLock'), { force: true });
    const child = spawn(
      executable,
      [
        ...SOFTWARE_WEBGPU_FLAGS,
        '--headless=new',
        '--remote-debugging-port=0',
        `--user-data-dir=${profile}`,
        'about:blank',
      ],
      // A group of its own: killing it takes the GPU's and the page's process along.
      { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    // Its own group outlives this process otherwise.
    const end = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    const browser = await chromium.connectOverCDP(await debuggingAddress(child), {
      noDefaults: true,
    });
    const [context] = browser.contexts();
    const page = context?.pages()[0] ?? (await context?.newPage());
    if (page === undefined) throw new Error('Expected the browser to have a page, found none.');
    return new BrowserProcess(child, browser, page);
  }

  /** The same browser, seen at another of its pages. */
  at(page: Page): BrowserProcess {
    return new BrowserProcess(this.#process, this.#browser, page);
  }

  /** Ends all of its processes at once, without a chance to finish anything. */
  async kill(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#signal('SIGKILL');
    await ended;
    await this.#browser.close().catch(() => undefined);
  }

  /** Stops all of its processes for a while, as a machine that sleeps does. */
  async freeze(milliseconds: number): Promise<void> {
    this.#signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    this.#signal('SIGCONT');
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error('Expected a running browser, found none.');
    process.kill(-pid, signal);
  }
}

/** The address that the browser prints when it is ready. */
async function debuggingAddress(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('Expected to read what the browser prints.');
  const lines = createInterface(child.stderr);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The browser did not start within ${START_TIMEOUT_MS / 1000} s.`)),
      START_TIMEOUT_MS,
    );
    child.once('exit', () => reject(new Error('The browser ended before it was ready.')));
    lines.on('line', (line) => {
      const address = /^DevTools listening on (\S+)/.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}
