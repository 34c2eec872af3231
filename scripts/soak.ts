/** `npm run soak -- --minutes N`: studies start, pause, fail, resume and are deleted; afterwards nothing may be left of them. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../src/data/random';
import { buildIfStale } from './build-page';
import { DISTURBANCES, untilStopped, type Disturbed } from './soak/disturbances';
import { judgeSamples, measurePage, type PageSample } from './soak/page-memory';
import { startStaticServer } from './static-server';
import { BrowserProcess } from './survival/browser-process';
import {
  deleteStudy,
  microConfiguration,
  startStudy,
  type SoftwareBackend,
} from './survival/study-session';

const USAGE = `Usage: npm run soak -- [--minutes N] [--backend wasm|webgpu] [--seed N]
  Runs small studies in the page for N minutes (default 30), and does things to them at random; deletes each.
  Fails where tensors, records, GPU bytes, heap or storage are left or grow. In the first third the page is
  reloaded and its worker crashes too; after that both stay, so that whatever they keep adds up.`;

/** Share of the time in which pages and workers may be replaced. */
const REPLACING_SHARE = 1 / 3;
/** Samples after the last replacement that compile, cache and fill pools, and do not count. */
const WARM_UP = 3;
/** Fewest samples that are judged. */
const FEWEST = 6;
const MOST_DISTURBANCES = 3;
/** Longest time between two disturbances, in ms. */
const LONGEST_CALM_MS = 3_000;

function readArguments(words: string[]): {
  readonly minutes: number;
  readonly backend: SoftwareBackend;
  readonly seed: number;
} {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: words,
      options: { minutes: text, backend: text, seed: text },
    });
    const [minutes, seed] = [Number(values.minutes ?? '30'), Number(values.seed ?? '1')];
    if (!(minutes > 0 && minutes <= 10_000)) {
      throw new Error(`Expected up to 10000 minutes, found "${values.minutes}".`);
    }
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new Error(`Expected a whole number as the seed, found "${values.seed}".`);
    }
    const { backend = 'wasm' } = values;
    if (backend !== 'wasm' && backend !== 'webgpu') {
      throw new Error(`Expected --backend wasm or webgpu, found "${backend}".`);
    }
    return { minutes, backend, seed };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return process.exit(2);
  }
}

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** One study from its start until nothing should be left of it; what was done to it. */
async function soakStudy(
  disturbed: Omit<Disturbed, 'studyId'>,
  random: Random,
  mayReplace: boolean,
): Promise<readonly string[]> {
  const { page, url, backend } = disturbed;
  const studyId = await startStudy(page, url, microConfiguration(backend), backend);
  const possible = DISTURBANCES.filter(({ startsAnew }) => mayReplace || !startsAnew);
  const done: string[] = [];
  const times = random.integer(0, MOST_DISTURBANCES);
  while (done.length < times) {
    await wait(random.next() * LONGEST_CALM_MS);
    const disturbance = possible[random.integer(0, possible.length - 1)];
    if (disturbance === undefined) break;
    done.push(disturbance.name);
    await disturbance.bringAbout({ ...disturbed, studyId });
  }
  if (random.next() < 0.25) {
    await wait(random.next() * LONGEST_CALM_MS);
    done.push('abandoned');
  } else {
    const status = await untilStopped(page);
    if (status !== 'done') throw new Error(`Expected the study to end, found it ${status}.`);
  }
  await deleteStudy(page, studyId);
  return done;
}

// Ends the browser too, which a signal alone would leave running.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { minutes, backend, seed } = readArguments(process.argv.slice(2));
await buildIfStale(console.log);
const server = await startStaticServer({ folder: 'dist' });
const profile = await mkdtemp(join(tmpdir(), 'winnow-soak-'));
const browser = await BrowserProcess.start(profile);
const random = new Random(seed);
const started = performance.now();
const lasting: PageSample[] = [];
let studies = 0;
console.log('study  tensors  GPU in use  allocated      heap  records     stored  done to it');
try {
  for (;;) {
    const share = (performance.now() - started) / 60_000 / minutes;
    const mayReplace = share < REPLACING_SHARE;
    if (share >= 1 && lasting.length >= WARM_UP + FEWEST) break;
    const done = await soakStudy(
      { page: browser.page, url: server.url, backend },
      random,
      mayReplace,
    );
    studies += 1;
    const sample = await measurePage(browser.page);
    if (!mayReplace) lasting.push(sample);
    const columns = [
      String(studies).padStart(5),
      String(sample.tensors).padStart(7),
      String(sample.usedBytes).padStart(10),
      String(sample.allocatedBytes).padStart(9),
      String(sample.heapBytes).padStart(8),
      String(sample.records).padStart(7),
      String(sample.storedBytes).padStart(9),
      done.join(', '),
    ];
    console.log(columns.join('  '));
  }
} finally {
  await browser.kill();
  await server.close();
  await rm(profile, { recursive: true, force: true });
}
const taken = ((performance.now() - started) / 60_000).toFixed(0);
console.log(`\n${studies} studies on ${backend} in ${taken} minutes, seed ${seed}`);
process.exitCode = judgeSamples(lasting.slice(WARM_UP), console.log) ? 0 : 1;
