/** Builds and serves the page and opens it, or, without a display, runs a study in it headless and reports. */

import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { buildIfStale } from './build-page';
import { runHeadlessStudy } from './headless-study';
import { DEFAULT_PORT, portNumber } from './ports';
import { startStaticServer } from './static-server';
import { runAddress } from './study-page';

const USAGE = `npm start -- [options]
  --headless            run in headless Chromium even where there is a display
  --preset NAME         demo (default), smoke, or another preset of the page
  --backend NAME        auto (default), webgpu or wasm
  --seed N              seed of the study, 0 to 4294967295
  --out DIR             where a headless run writes its report (default: reports)
  --timeout MINUTES     longest time for a headless run (default: 60)
  --port N              first port to try (default: ${String(DEFAULT_PORT)})
  --sub-path /PATH/     serve the page below this path`;

try {
  const options = parseOptions();
  if (options === null) {
    console.log(USAGE);
  } else {
    await start(options);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

type Options = NonNullable<ReturnType<typeof parseOptions>>;

function parseOptions() {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      headless: { type: 'boolean', default: false },
      preset: { type: 'string', default: 'demo' },
      backend: { type: 'string', default: 'auto' },
      seed: { type: 'string' },
      out: { type: 'string', default: 'reports' },
      timeout: { type: 'string', default: '60' },
      port: { type: 'string' },
      'sub-path': { type: 'string', default: '/' },
    },
  });
  if (values.help) return null;
  const { backend } = values;
  if (backend !== 'auto' && backend !== 'webgpu' && backend !== 'wasm') {
    throw new Error(`--backend takes auto, webgpu or wasm; it was given "${backend}".`);
  }
  const seed = values.seed === undefined ? undefined : Number(values.seed);
  if (
    values.seed !== undefined &&
    (!/^\d{1,10}$/.test(values.seed) || Number(seed) > 0xffff_ffff)
  ) {
    throw new Error(`--seed takes a number from 0 to 4294967295; it was given "${values.seed}".`);
  }
  const minutes = Number(values.timeout);
  if (!(minutes > 0)) {
    throw new Error(`--timeout takes minutes, more than 0; it was given "${values.timeout}".`);
  }
  return {
    headless: values.headless || !hasDisplay(),
    run: { preset: values.preset, backend, seed },
    out: values.out,
    timeoutMs: minutes * 60_000,
    port: portNumber(values.port, DEFAULT_PORT),
    subPath: values['sub-path'],
  } as const;
}

async function start(options: Options): Promise<void> {
  await buildIfStale(console.log);
  const server = await startStaticServer({
    folder: 'dist',
    port: options.port,
    subPath: options.subPath,
  });
  const address = runAddress(server.url, options.run);
  if (!options.headless) {
    console.log(`Winnow is at ${address} (Ctrl-C ends it).`);
    openInBrowser(address);
    return;
  }
  try {
    const succeeded = await runHeadlessStudy({ ...options, url: server.url });
    process.exitCode = succeeded ? 0 : 1;
  } finally {
    await server.close();
  }
}

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY']);
}

function openInBrowser(address: string): void {
  const [command, ...parameters] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? // `start` is a shell word whose first quoted argument is a title, and & separates commands.
          ['cmd', '/c', 'start', '""', address.replaceAll('&', '^&')]
        : ['xdg-open', address];
  if (command === undefined) return;
  const child = spawn(command, parameters, { stdio: 'ignore', detached: true });
  child.on('error', () => console.log('Could not open a browser by itself: open that address.'));
  child.unref();
}
