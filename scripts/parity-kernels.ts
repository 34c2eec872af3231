/** `npm run parity:kernels`: every WGSL kernel against its composition, on a device with WebGPU's default limits. */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  driverEnvironment,
  lavapipeEnvironment,
  swiftshaderEnvironment,
  type DriverEnvironment,
} from './software-adapters';

const USAGE = `Usage: npm run parity:kernels -- [--driver FILE]... [TEST...]
  Runs on SwiftShader and on lavapipe where they are installed, on devices with WebGPU's default limits
  and without optional features.
  --driver FILE  a Vulkan driver's description (*.json) to run on instead; may be given again
  TEST           only tests whose path contains this, such as mat-mul`;

interface Adapter {
  readonly name: string;
  /** Null where it is not installed. */
  readonly environment: DriverEnvironment | null;
  readonly install: string;
}

function readArguments(words: string[]) {
  try {
    const options = { driver: { type: 'string', multiple: true } } as const;
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
    const missing = values.driver?.find((file) => !existsSync(file));
    if (missing !== undefined) throw new Error(`Expected a file at ${missing}, found none.`);
    return { drivers: values.driver ?? [], tests: positionals };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return process.exit(2);
  }
}

async function softwareAdapters(): Promise<Adapter[]> {
  return [
    {
      name: 'SwiftShader',
      environment: await swiftshaderEnvironment(),
      install: 'it comes with Chromium',
    },
    {
      name: 'lavapipe',
      environment: lavapipeEnvironment(),
      install: 'Debian and Ubuntu: mesa-vulkan-drivers, version 25 or newer',
    },
  ];
}

/** The exit code of the tests on one adapter; they print their table. */
function runTests(environment: DriverEnvironment, tests: readonly string[]): Promise<number> {
  const packageFile = createRequire(import.meta.url).resolve('vitest/package.json');
  const vitest = join(dirname(packageFile), 'vitest.mjs');
  const words = [vitest, 'run', '--config', 'vitest.kernels.config.ts', ...tests];
  const run = spawn(process.execPath, words, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  return new Promise((resolve) => {
    run.on('exit', (code) => resolve(code ?? 1));
  });
}

const { drivers, tests } = readArguments(process.argv.slice(2));
const given = drivers.map((file): Adapter => ({
  name: file,
  environment: driverEnvironment(file),
  install: '',
}));
let ran = 0;
for (const { name, environment, install } of given.length > 0 ? given : await softwareAdapters()) {
  if (environment === null) {
    console.log(`Skipped ${name}: it is not installed (${install}).`);
    continue;
  }
  ran += 1;
  if ((await runTests(environment, tests)) !== 0) process.exitCode = 1;
}
if (ran === 0) {
  console.error('Expected an adapter to run the kernels on, found none: install one of these.');
  process.exitCode = 1;
}
