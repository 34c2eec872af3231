/** `npm run fuzz -- --runs N`: mutates valid files of every format and holds each parser to an error or a result. */

import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { runCampaign } from './campaign';
import { FUZZ_TARGETS } from './targets';

const USAGE = `Usage: npm run fuzz -- [--runs N] [--only NAME] [--seed N] [--from N]
  --runs N     mutants of each parser (default 10000)
  --only NAME  one of: ${FUZZ_TARGETS.map(({ name }) => name).join(', ')}
  --seed N     the same seed makes the same mutants (default 1)
  --from N     number of the first mutant`;

/** A parser that has not read one mutant of a few kilobytes by then never will. */
const HANGING_SECONDS = 60;
/** What a process may keep on its heap: a parser that grows beyond is ended by the engine. */
const HEAP_MEGABYTES = 512;
const resultSchema = v.object({
  mutants: v.number(),
  refused: v.number(),
  slowestMs: v.number(),
  memoryMultiple: v.number(),
});
const CHILD = 'FUZZ_POSITION_FILE';

function readArguments() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '10000' },
      only: { type: 'string' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
    },
  });
  const [runs, seed, from] = [values.runs, values.seed, values.from].map(Number);
  const targets = FUZZ_TARGETS.filter(
    ({ name }) => values.only === undefined || name === values.only,
  );
  for (const number of [runs, seed, from])
    if (!Number.isSafeInteger(number) || (number ?? -1) < 0)
      throw new Error(`Expected whole numbers.\n${USAGE}`);
  if (targets.length === 0) throw new Error(`There is no parser "${values.only}".\n${USAGE}`);
  return { runs: runs ?? 0, seed: seed ?? 0, from: from ?? 0, targets };
}

/** One target in this process; the number of the present mutant is left in a file for whoever watches. */
async function runHere(positionFile: string): Promise<void> {
  const { runs, seed, from, targets } = readArguments();
  const [target] = targets;
  if (target === undefined) return;
  const position = openSync(positionFile, 'w');
  const result = await runCampaign(target, {
    runs,
    seed,
    from,
    onMutant: (mutant) => writeSync(position, `${mutant} `.padEnd(20), 0),
  });
  closeSync(position);
  console.log(JSON.stringify(result));
}

/** Every target in a process of its own, so that one that hangs or exhausts its memory is ended and named. */
function runAll(): boolean {
  const { runs, seed, from, targets } = readArguments();
  const folder = mkdtempSync(join(tmpdir(), 'winnow-fuzz-'));
  const positionFile = join(folder, 'position');
  let sound = true;
  console.log(
    `${'parser'.padEnd(22)}${'mutants'.padStart(10)}${'refused'.padStart(10)}${'slowest'.padStart(12)}${'memory a byte'.padStart(16)}${'seconds'.padStart(10)}`,
  );
  for (const { name } of targets) {
    const started = performance.now();
    const words = ['--only', name, '--runs', runs, '--seed', seed, '--from', from].map(String);
    const child = spawnSync(
      process.execPath,
      [
        `--max-old-space-size=${HEAP_MEGABYTES}`,
        ...process.execArgv,
        fileURLToPath(import.meta.url),
        ...words,
      ],
      {
        encoding: 'utf8',
        env: { ...process.env, [CHILD]: positionFile },
        timeout: (HANGING_SECONDS + runs / 100) * 1000,
      },
    );
    const seconds = (performance.now() - started) / 1000;
    if (child.status !== 0) {
      sound = false;
      const mutant = readFileSync(positionFile, 'utf8').trim();
      const ended =
        child.signal === null ? `ended with ${child.status}` : `was ended by ${child.signal}`;
      console.log(`${name.padEnd(22)} ${ended} at mutant ${mutant}\n${child.stderr}`);
      continue;
    }
    const result = v.parse(resultSchema, JSON.parse(child.stdout));
    console.log(
      `${name.padEnd(22)}${String(result.mutants).padStart(10)}${String(result.refused).padStart(10)}${`${result.slowestMs.toFixed(1)} ms`.padStart(12)}${result.memoryMultiple.toFixed(1).padStart(16)}${seconds.toFixed(1).padStart(10)}`,
    );
  }
  rmSync(folder, { recursive: true });
  return sound;
}

const positionFile = process.env[CHILD];
if (positionFile === undefined) process.exitCode = runAll() ? 0 : 1;
else await runHere(positionFile);
