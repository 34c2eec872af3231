/** `npm run study:methods`: one study a seed with every method, and their comparison in `docs/results.md`. */

import 'fake-indexeddb/auto';
import { parseArgs } from 'node:util';
import { startNodeBackend } from './node-backend';
import { readStudyRequest, UsageError } from './study/command-line';
import { runSeeds, seedFolder, writeComparison } from './study/run-seeds';

const USAGE = `npm run study:methods -- [options]
  --seeds N,N,...   one study for each (default: 1,2,3,4,5)
  --preset NAME     the study; its methods are compared (default: ablations)
  --set PATH=VALUE  changes one setting; may be repeated
  --out DIR         where studies are kept; finished ones are not run again (default: studies/methods)
  --write FILE      where the comparison goes (default: docs/results.md)
Two of these with different seeds and one folder can run side by side; a last one with all of them compares.`;

function readArguments() {
  try {
    return parseArgs({
      options: {
        help: { type: 'boolean', default: false },
        seeds: { type: 'string', default: '1,2,3,4,5' },
        preset: { type: 'string', default: 'ablations' },
        set: { type: 'string', multiple: true, default: [] },
        out: { type: 'string', default: 'studies/methods' },
        write: { type: 'string', default: 'docs/results.md' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function run(): Promise<void> {
  const { help, seeds, preset, set, out, write } = readArguments();
  if (help) {
    console.log(USAGE);
    return;
  }
  const changes = set.flatMap((change) => ['--set', change]);
  const request = await readStudyRequest(['--preset', preset, '--seeds', seeds, ...changes]);
  if (request === null) return;
  const device = await startNodeBackend('wasm');
  const studies = await runSeeds(request, device, seedFolder(out));
  const words = [`--seeds ${seeds}`, ...(preset === 'ablations' ? [] : [`--preset ${preset}`])];
  const settings = set.map((change) => `--set ${change}`);
  const command = ['npm run study:methods --', ...words, ...settings].join(' ');
  await writeComparison(studies, command, write);
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
