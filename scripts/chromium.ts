/** Finds a full Chromium or Chrome on this machine, installs one where none is, and says which flags it needs. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

/**
 * What every browser here starts with: nothing that talks to the network, and `--no-sandbox` because
 * containers run as root, where the sandbox refuses to start. Only our own page is ever opened.
 */
const QUIET_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** WebGPU on SwiftShader, Chromium's software adapter, for tests that must not depend on a GPU. */
export const SOFTWARE_WEBGPU_FLAGS: readonly string[] = [
  ...QUIET_FLAGS,
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/**
 * WebGPU on the machine's own GPU, which headless Chromium reaches on Linux through Vulkan only;
 * without a GPU this gives the software adapter, marked as one.
 */
export const ANY_WEBGPU_FLAGS: readonly string[] = [
  ...QUIET_FLAGS,
  '--enable-unsafe-webgpu',
  ...(process.platform === 'linux'
    ? ['--use-angle=vulkan', '--enable-features=Vulkan', '--disable-vulkan-surface']
    : []),
];

const COMMAND_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const FIXED_PATHS: Readonly<Record<string, readonly string[]>> = {
  linux: ['/usr/bin/chromium', '/usr/bin/google-chrome'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  ],
};

/**
 * The path of a full browser, or null when there is none. CHROMIUM_PATH comes first, then the
 * system's own, then Playwright's. The headless shell is never taken: it has no WebGPU.
 *
 * @throws Error when CHROMIUM_PATH names something that cannot be run.
 */
export function findChromium(): string | null {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined && chosen !== '') {
    if (isExecutable(chosen)) return chosen;
    throw new Error(
      `CHROMIUM_PATH should be the path of a Chromium or Chrome executable, but "${chosen}" is not one; correct it or unset it.`,
    );
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [
    ...COMMAND_NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...(FIXED_PATHS[process.platform] ?? []),
    chromium.executablePath(),
  ];
  return candidates.find(isExecutable) ?? null;
}

/**
 * Installs a browser: Playwright's download first, then Debian's package when we are root there.
 *
 * @returns The path of the browser.
 * @throws Error with one sentence that says what to do when neither works.
 */
export function installChromium(report: (sentence: string) => void): string {
  report('No Chromium or Chrome found; trying Playwright’s download, which can take some minutes.');
  spawnSync(
    process.execPath,
    ['node_modules/playwright/cli.js', 'install', '--no-shell', 'chromium'],
    { stdio: 'ignore', timeout: 300_000 },
  );
  const downloaded = findChromium();
  // A bare system lacks the libraries that the download needs; the package brings them.
  if (downloaded !== null && starts(downloaded)) return downloaded;
  if (
    process.platform === 'linux' &&
    process.getuid?.() === 0 &&
    isExecutable('/usr/bin/apt-get')
  ) {
    report('That did not work; installing the Debian package "chromium".');
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const step of [['update'], ['install', '-y', 'chromium']]) {
      spawnSync('/usr/bin/apt-get', step, {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: environment,
        timeout: 600_000,
      });
    }
    const installed = findChromium();
    if (installed !== null && starts(installed)) return installed;
  }
  throw new Error(
    'Winnow needs Chromium or Chrome 113 or newer and could not install it: install it by hand, or set CHROMIUM_PATH to its executable.',
  );
}

function starts(path: string): boolean {
  // Chrome on Windows answers by opening a window.
  if (process.platform === 'win32') return true;
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
